"""What an update rule is, and the table of them.

A rule works on pieces: θ, gradient and slots cut into the same contiguous stretches, each small
enough to stay in a core's cache while a dozen passes go over it. Its coefficients are made once per
update from the hyperparameters in force, so every one of them may move between two updates.

The moving averages live in slots with fixed meanings, ``v`` of the gradient and ``s`` of its
square, whichever rule keeps them. A change of rule keeps the slots that the new one also has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.optimizers import adam, gradient_descent, momentum, nesterov, rmsprop

Vector = npt.NDArray[Any]
Coefficients = tuple[float, ...]

SLOT_DECAY = {"v": "beta", "s": "beta2"}


@dataclass(frozen=True)
class Rule:
    """An update rule.

    ``coefficients(values, alpha, remaining)`` takes the hyperparameters, the learning rate in
    force and, per slot, the weight ∏β that its start at zero still has after this update (βᵗ as
    long as β never moved). ``apply(theta, gradient, slots, work, coefficients)`` changes one piece
    of θ and of the slots in place; all arrays are (n,) of one type and ``work`` is scratch.
    ``uses`` names the hyperparameters it reads. A rule that ``decays`` has its weights shrunk
    before it is applied (`decay`); the caller does that, who knows which entries are weights.
    """

    name: str
    slots: tuple[str, ...]
    uses: tuple[str, ...]
    coefficients: Callable[[Mapping[str, Any], float, Mapping[str, float]], Coefficients]
    apply: Callable[[Vector, Vector, tuple[Vector, ...], Vector, Coefficients], None]
    decays: bool = False


RULES: Mapping[str, Rule] = {
    "gradient_descent": Rule(
        "gradient_descent",
        (),
        ("learning_rate",),
        gradient_descent.coefficients,
        gradient_descent.apply,
    ),
    "momentum": Rule(
        "momentum",
        ("v",),
        ("learning_rate", "beta", "momentum_correction"),
        momentum.coefficients,
        momentum.apply,
    ),
    "nesterov": Rule(
        "nesterov",
        ("v",),
        ("learning_rate", "beta", "momentum_correction"),
        nesterov.coefficients,
        nesterov.apply,
    ),
    "rmsprop": Rule(
        "rmsprop",
        ("s",),
        ("learning_rate", "beta2", "epsilon"),
        rmsprop.coefficients,
        rmsprop.apply,
    ),
    "adam": Rule(
        "adam",
        ("v", "s"),
        ("learning_rate", "beta", "beta2", "epsilon"),
        adam.coefficients,
        adam.apply,
    ),
    "adamw": Rule(
        "adamw",
        ("v", "s"),
        ("learning_rate", "beta", "beta2", "epsilon", "weight_decay"),
        adam.coefficients,
        adam.apply,
        decays=True,
    ),
}

FLUSH_EVERY = 64


def flush_subnormals(slot: Vector) -> None:
    """Round entries of a slot below about 1e-37 (float32) to zero, in place.

    The average of a gradient that has become exactly 0 (a dead unit) decays to the smallest
    subnormal number and stays there, and arithmetic on subnormals is many times slower. Adding and
    taking away a tiny constant removes them and moves no entry by more than 1e-37.
    """
    tiny = float(np.finfo(slot.dtype).tiny) * 1e8
    np.add(slot, tiny, out=slot)
    np.subtract(slot, tiny, out=slot)
