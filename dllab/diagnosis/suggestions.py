"""A suggestion: something to try against bias or variance, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dllab.hyperparameters import TABLE
from dllab.recipe import Recipe

_FIRST_DECAY = 1e-3


@dataclass(frozen=True)
class Suggestion:
    """Something to try, and why.

    ``changes`` are hyperparameters: a nudge, or with ``new_session`` the values that differ in the
    recipe of another run, whose name says ``label``. None where a program cannot do it.
    """

    text: str
    why: str
    changes: Mapping[str, Any] | None = None
    new_session: bool = False
    label: str = ""


def recipe_for(recipe: Recipe, values: Mapping[str, Any], suggestion: Suggestion) -> Recipe:
    """The recipe of a new session: the run's, with the values in force and the suggested changes.

    Parameters
    ----------
    values:
        The hyperparameters in force, complete.
    """
    changed = recipe.with_values(**values).with_values(**(suggestion.changes or {}))
    suffix = f", {suggestion.label}" if suggestion.label else ""
    name = recipe.name if recipe.name.endswith(suffix) else recipe.name + suffix
    return replace(changed, name=name)


def first_penalty(values: Mapping[str, Any], train_examples: int) -> dict[str, Any]:
    """A first λ whose weight decay λ/m is sensible for the mini-batch; nothing if one is set."""
    if values["l2"] or values["optimizer"] == "adamw":
        return {}
    m = values["mini_batch_size"] or train_examples
    record = TABLE["l2"]
    return {"l2": min(max(rounded(_FIRST_DECAY * m), record.low), record.high)}


def rounded(value: float) -> float:
    """A number with two significant digits."""
    return float(f"{value:.1e}") if math.isfinite(value) else value


def name_of(key: str) -> str:
    """What a hyperparameter is called."""
    return TABLE[key].name


def move(key: str, values: Mapping[str, Any], new: Any) -> str:
    """Old and new value of a hyperparameter, once where all layers have the same."""
    record, old = TABLE[key], values[key]
    if isinstance(new, tuple) and len(set(new)) == len(set(old)) == 1:
        old, new = old[0], new[0]
    return f"{record.show(old)} → {record.show(new)}"


def layers_text(sizes: tuple[int, ...]) -> str:
    """Sizes of hidden layers as people write them."""
    return "-".join(str(units) for units in sizes) or "none"
