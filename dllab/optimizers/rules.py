"""What an update rule is, and the table of them.

A rule works on pieces: θ, gradient and slots cut into the same contiguous stretches, each small
enough to stay in a core's cache while a dozen passes go over it. Its coefficients are made once per
update from the hyperparameters in force, so every one of them may move between two updates.

The moving averages live in slots with fixed meanings, ``v`` of the gradient and ``s`` of its
square, whichever rule keeps them. A change of rule keeps the slots that the new one also has, as
far as `slots_kept` lets it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.optimizers import adam, compiled, gradient_descent, momentum, nesterov, rmsprop

Vector = npt.NDArray[Any]
Coefficients = tuple[float, ...]
Apply = Callable[[Vector, Vector, tuple[Vector, ...], Vector, Coefficients], None]

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
    ``compiled(size, dtype)`` gives a quicker ``apply`` for θ of that size, where there is one.
    """

    name: str
    slots: tuple[str, ...]
    uses: tuple[str, ...]
    coefficients: Callable[[Mapping[str, Any], float, Mapping[str, float]], Coefficients]
    apply: Apply
    decays: bool = False
    compiled: Callable[[int, np.dtype[Any]], Apply | None] | None = None


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
        compiled=compiled.adam,
    ),
    "adamw": Rule(
        "adamw",
        ("v", "s"),
        ("learning_rate", "beta", "beta2", "epsilon", "weight_decay"),
        adam.coefficients,
        adam.apply,
        decays=True,
        compiled=compiled.adam,
    ),
}

FLUSH_EVERY = 64


def slots_kept(rule: Rule, present: Collection[str]) -> tuple[str, ...]:
    """Those of the ``present`` slots that a change to ``rule`` goes on with: the ones it has too.

    But a v is not kept beside an s that begins anew. Adam divides v by √s, and a new s is 0 where
    the gradient just now is, in a dead unit or one dropped out: what v remembers would move such
    a weight by up to α·v/ε, thousands of times its size. Both begin anew then, as Adam's start is.
    """
    kept = tuple(name for name in rule.slots if name in present)
    return kept if "s" in kept or "s" not in rule.slots else ()


def flush_subnormals(slot: Vector) -> None:
    """Round entries of a slot below about 1e-37 (float32) to zero, in place.

    The average of a gradient that has become exactly 0 (a dead unit) decays to the smallest
    subnormal number and stays there, and arithmetic on subnormals is many times slower. Adding and
    taking away a tiny constant removes them and moves no entry by more than 1e-37.
    """
    tiny = float(np.finfo(slot.dtype).tiny) * 1e8
    np.add(slot, tiny, out=slot)
    np.subtract(slot, tiny, out=slot)
