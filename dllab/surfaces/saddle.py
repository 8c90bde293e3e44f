"""A saddle between two minima."""

from __future__ import annotations

import numpy as np

from dllab.surfaces.facts import LOCAL_OPTIMA
from dllab.surfaces.surface import Array, Surface, Trial

_SOME = ("gradient_descent", "momentum", "adam")


def _cost(points: Array) -> Array:
    w1, w2 = points[..., 0], points[..., 1]
    cost: Array = w1 * w1 / 2 + (w2 * w2 - 4) ** 2 / 32
    return cost


def _gradient(points: Array) -> Array:
    w1, w2 = points[..., 0], points[..., 1]
    return np.stack((w1, w2 * (w2 * w2 - 4) / 8), axis=-1)


SADDLE = Surface(
    key="saddle",
    name="Saddle",
    formula="J = ½ w₁² + (w₂² − 4)² / 32",
    about="At w = (0, 0) the gradient is zero, and yet it is no minimum: the surface bends up "
    "along w₁ and down along w₂.",
    cost=_cost,
    gradient=_gradient,
    start=(-4.0, 0.001),
    view=((-5.0, 5.0), (-2.9, 2.9)),
    minima=((0.0, -2.0), (0.0, 2.0)),
    landmarks=(("saddle", (0.0, 0.0)),),
    fact=LOCAL_OPTIMA,
    goal=0.01,
    contour=(0.2, 1.28),
    learning_rates={
        "gradient_descent": 0.5,
        "momentum": 1.0,
        "nesterov": 2.0,
        "rmsprop": 0.055,
        "adam": 0.2,
        "adamw": 0.2,
    },
    trials=(
        Trial(
            "A hair beside the ridge",
            "Gradient descent and momentum run down to the saddle and linger there, where the "
            "gradient is nearly zero: the cost stands on a shelf until w₂ has grown. RMSprop and "
            "Adam divide the tiny gradient along w₂ by its own size and never come near.",
            ("gradient_descent", "momentum", "rmsprop", "adam"),
            {"learning_rate": 0.25, "beta2": 0.9},
            steps=150,
        ),
        Trial(
            "Exactly on the ridge",
            "Started with w₂ = 0, no optimizer ever leaves the ridge: the gradient along w₂ is "
            "exactly zero, and zero divided by its size is still zero. They end on the saddle.",
            _SOME,
            {"learning_rate": 0.25},
            steps=150,
            start=(-4.0, 0.0),
        ),
        Trial(
            "A little noise",
            "The same start, with the noise of mini-batches: any of it tips the path off the "
            "ridge. This is why saddles hold up real training less than one would fear.",
            _SOME,
            {"learning_rate": 0.25},
            steps=150,
            start=(-4.0, 0.0),
            noise=0.05,
        ),
    ),
)
