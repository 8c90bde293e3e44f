"""A long bowl, upright and turned: an ill-conditioned quadratic."""

from __future__ import annotations

import math

import numpy as np

from dllab.surfaces.surface import Array, Surface, Trial

# Curvatures along the valley and across it: gradient descent stands α < 2/5 and needs about
# 1/(0.05 α) steps for the length of the valley.
CURVATURES = (0.05, 5.0)
_START = (-9.0, 1.5)
_TURN = math.radians(30)
_ALL = ("gradient_descent", "momentum", "rmsprop", "adam")
_VALUES = {"learning_rate": 0.36, "beta2": 0.9}


def _turned(point: tuple[float, float], angle: float) -> tuple[float, float]:
    c, s = math.cos(angle), math.sin(angle)
    return c * point[0] - s * point[1], s * point[0] + c * point[1]


def _askew(points: Array) -> Array:
    """The gradient of the turned bowl: its curvature is R diag(CURVATURES) Rᵀ."""
    # Written out: a product by BLAS may depend on how many points there are.
    c, s = math.cos(_TURN), math.sin(_TURN)
    w1, w2 = points[..., 0], points[..., 1]
    along, across = CURVATURES[0] * (c * w1 + s * w2), CURVATURES[1] * (c * w2 - s * w1)
    return np.stack((c * along - s * across, s * along + c * across), axis=-1)


_UPRIGHT = np.array(CURVATURES)

LONG_BOWL = Surface(
    key="long_bowl",
    name="Long bowl",
    formula="J = ½ (0.05 w₁² + 5 w₂²)",
    about="A valley a hundred times steeper across than along. The gradient points across it, not "
    "towards the minimum.",
    cost=lambda points: 0.5 * ((points * points) @ _UPRIGHT),
    gradient=lambda points: points * _UPRIGHT,
    start=_START,
    view=((-11.0, 4.0), (-3.2, 3.2)),
    minima=((0.0, 0.0),),
    goal=0.01,
    contour=(0.02, 2.0),
    learning_rates={
        "gradient_descent": 0.36,
        "momentum": 0.8,
        "nesterov": 1.3,
        "rmsprop": 0.075,
        "adam": 0.4,
        "adamw": 0.4,
    },
    trials=(
        Trial(
            "Each at its own α",
            "Gradient descent jumps across the valley and creeps along it. Momentum averages the "
            "jumps away and keeps what points along: it bears twice the α and arrives in about "
            "half the steps. RMSprop and Adam divide each weight's step by the size of its "
            "gradients, which makes this valley round.",
            _ALL,
            _VALUES,
            steps=160,
            fitted=True,
        ),
        Trial(
            "α too large",
            "With α = 0.5 each jump of gradient descent is longer than the one before: it "
            "diverges, because α exceeds 2 / 5, two over the steepest curvature. Momentum stands "
            "it at the same α.",
            ("gradient_descent", "momentum"),
            {"learning_rate": 0.5},
            steps=120,
        ),
        Trial(
            "α small enough not to jump",
            "With α = 0.05 nothing jumps, and nothing gets there either: after 160 steps most of "
            "the valley still lies ahead. The steep direction sets the largest α, the flat one "
            "the time it takes.",
            ("gradient_descent", "momentum"),
            {"learning_rate": 0.05},
            steps=160,
        ),
        Trial(
            "Nesterov looks ahead",
            "Nesterov steps by the average as it will be after one more such gradient. Its swings "
            "die out sooner, so it bears a larger α and needs about half the steps of momentum.",
            ("momentum", "nesterov"),
            {"learning_rate": 0.36},
            steps=100,
            fitted=True,
        ),
        Trial(
            "β too large",
            "With β = 0.98 momentum averages over about 50 steps. It is slow to start, rolls past "
            "the minimum and swings to and fro along the valley. Turn β back to 0.9.",
            ("momentum",),
            {"learning_rate": 1.0, "beta": 0.98},
            steps=300,
        ),
        Trial(
            "Noisy gradients",
            "Gradients of mini-batches scatter. No path comes to rest: each ends in a cloud "
            "around the minimum. Turn α down and the cloud shrinks: that is what learning rate "
            "decay is for.",
            _ALL,
            _VALUES,
            steps=300,
            fitted=True,
            noise=0.5,
        ),
    ),
)

TURNED_BOWL = Surface(
    key="turned_bowl",
    name="Long bowl, turned",
    formula="the long bowl turned by 30°",
    about="The same valley, but lying askew to both weights, as the valleys of a network do.",
    cost=lambda points: 0.5 * (_askew(points) * points).sum(axis=-1),
    gradient=_askew,
    start=_turned(_START, _TURN),
    view=((-11.0, 4.0), (-5.6, 2.4)),
    minima=((0.0, 0.0),),
    goal=0.01,
    contour=(0.02, 2.0),
    learning_rates={
        "gradient_descent": 0.36,
        "momentum": 0.8,
        "nesterov": 1.3,
        "rmsprop": 0.075,
        "adam": 0.75,
        "adamw": 0.75,
    },
    trials=(
        Trial(
            "Each at its own α",
            "Gradient descent and momentum take as many steps as in the upright bowl: they do not "
            "know the axes. RMSprop and Adam do. They scale w₁ and w₂ one by one, and no such "
            "scaling makes a valley round that lies askew: RMSprop needs more steps here than "
            "there.",
            _ALL,
            _VALUES,
            steps=220,
            fitted=True,
        ),
        Trial(
            "The first step of RMSprop",
            "s starts at 0, so with β₂ = 0.999 the first step of RMSprop is divided by √0.001 and "
            "about 32 times too long. Adam corrects its averages by 1 − βᵗ and starts with a step "
            "of α in each weight.",
            ("rmsprop", "adam"),
            {"learning_rate": 0.1, "beta2": 0.999},
            steps=60,
        ),
    ),
)
