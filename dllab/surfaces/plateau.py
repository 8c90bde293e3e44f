"""A wide plateau around a narrow well."""

from __future__ import annotations

import numpy as np

from dllab.surfaces.facts import LOCAL_OPTIMA
from dllab.surfaces.surface import Array, Surface, Trial


def _cost(points: Array) -> Array:
    square = (points * points).sum(axis=-1)
    cost: Array = square / 400 - np.expm1(-square / 4)
    return cost


def _gradient(points: Array) -> Array:
    square = (points * points).sum(axis=-1, keepdims=True)
    gradient: Array = points * (np.exp(-square / 4) / 2 + 1 / 200)
    return gradient


PLATEAU = Surface(
    key="plateau",
    name="Plateau",
    formula="J = 1 − e^(−r²/4) + r²/400,  r² = w₁² + w₂²",
    about="Far from the well the surface is nearly flat: a gradient of about 0.03, where the wall "
    "of the well has 0.4.",
    cost=_cost,
    gradient=_gradient,
    start=(-8.0, 1.5),
    view=((-9.5, 4.5), (-3.2, 3.2)),
    minima=((0.0, 0.0),),
    fact=LOCAL_OPTIMA,
    goal=0.01,
    contour=(0.15, 1.16),
    learning_rates={
        "gradient_descent": 2.4,
        "momentum": 5.0,
        "nesterov": 7.0,
        "rmsprop": 0.09,
        "adam": 0.8,
        "adamw": 0.8,
    },
    trials=(
        Trial(
            "The same α for all",
            "Gradient descent steps by α times the gradient: 0.015 a step out here. Momentum is no "
            "faster, since the average of equal gradients is the gradient. Adam divides by the "
            "gradient's size and walks about α a step, plateau or not. Plateaus are slow, and this "
            "is where Adam helps.",
            ("gradient_descent", "momentum", "adam"),
            {"learning_rate": 0.5},
            steps=160,
        ),
        Trial(
            "Each at its own α",
            "With an α nearly five times as large gradient descent crosses the plateau too. The "
            "wall of the well still bears it, and so it arrives.",
            ("gradient_descent", "momentum", "rmsprop", "adam"),
            {"learning_rate": 2.4, "beta2": 0.9},
            steps=160,
            fitted=True,
        ),
        Trial(
            "More noise than slope",
            "Noise ten times the slope of the plateau. Gradient descent hardly minds: over its "
            "many small steps the noise averages out. Adam divides by the size of the noise now, "
            "not of the slope, and much of its lead is gone.",
            ("gradient_descent", "momentum", "adam"),
            {"learning_rate": 0.5},
            steps=300,
            noise=0.3,
        ),
    ),
)
