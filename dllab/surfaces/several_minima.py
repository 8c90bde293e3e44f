"""Four minima, four saddles and one hilltop: Himmelblau's function."""

from __future__ import annotations

import numpy as np

from dllab.surfaces.facts import LOCAL_OPTIMA
from dllab.surfaces.surface import Array, Surface, Trial


def _terms(points: Array) -> tuple[Array, Array, Array, Array]:
    w1, w2 = points[..., 0], points[..., 1]
    return w1, w2, w1 * w1 + w2 - 11, w1 + w2 * w2 - 7


def _cost(points: Array) -> Array:
    _, _, one, other = _terms(points)
    cost: Array = (one * one + other * other) / 100
    return cost


def _gradient(points: Array) -> Array:
    w1, w2, one, other = _terms(points)
    return np.stack((4 * w1 * one + 2 * other, 2 * one + 4 * w2 * other), axis=-1) / 100


SEVERAL_MINIMA = Surface(
    key="several_minima",
    name="Four minima",
    formula="J = ((w₁² + w₂ − 11)² + (w₁ + w₂² − 7)²) / 100",
    about="Himmelblau's function: four equally good minima, and a saddle between each two.",
    cost=_cost,
    gradient=_gradient,
    start=(-0.5, -0.8),
    view=((-5.5, 5.5), (-5.0, 5.0)),
    minima=(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ),
    landmarks=(
        ("hilltop", (-0.270844590667348, -0.923038556479981)),
        ("saddle", (0.086677504555193, 2.884254701174961)),
        ("saddle", (-3.073025750764062, -0.081353043850031)),
        ("saddle", (-0.127961346731018, -1.953714980176500)),
        ("saddle", (3.385154183607109, 0.073851879761160)),
    ),
    fact=LOCAL_OPTIMA,
    goal=0.01,
    contour=(0.05, 1.45),
    learning_rates={
        "gradient_descent": 0.5,
        "momentum": 1.5,
        "nesterov": 2.0,
        "rmsprop": 0.07,
        "adam": 0.5,
        "adamw": 0.5,
    },
    trials=(
        Trial(
            "From the hilltop",
            "All start from one point near the top. Gradient descent and momentum follow the slope "
            "and end in one minimum; RMSprop and Adam take steps of like size along both weights "
            "and end in another. All are equally good.",
            ("gradient_descent", "momentum", "rmsprop", "adam"),
            {"learning_rate": 0.1, "beta2": 0.9},
            steps=150,
        ),
        Trial(
            "Rolling over",
            "At α = 1 gradient descent falls into the nearest minimum. Momentum has gathered so "
            "much speed that it rolls through and comes to rest in the next one.",
            ("gradient_descent", "momentum"),
            {"learning_rate": 1.0},
            steps=120,
            start=(-5.0, 0.0),
        ),
        Trial(
            "Chance decides",
            "Almost on the hilltop, with noise: draw other noise and the paths end elsewhere. So "
            "does training with another seed, and the dev cost is about the same.",
            ("gradient_descent", "momentum", "adam"),
            {"learning_rate": 0.1},
            steps=200,
            noise=0.3,
            start=(-0.27, -0.92),
        ),
    ),
)
