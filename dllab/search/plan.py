"""A search as a value: the same plan gives the same trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dllab.errors import SearchError
from dllab.recipe import Recipe
from dllab.search.space import SearchSpace

MOST_TRIALS = 10_000
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Plan:
    """What to search, how often, and how long each trial trains.

    Every trial starts from ``recipe`` with the values of its own in place: the same data, split
    and initial random numbers, so that trials differ by their values alone. A trial ends after
    ``epochs`` or after ``steps``, whichever is given. ``round`` counts from 1; a zoom makes the
    next one.

    Raises
    ------
    SearchError
        On creation, if a number is out of range or the recipe cannot take the space.
    """

    recipe: Recipe
    space: SearchSpace
    trials: int = 20
    epochs: int | None = None
    steps: int | None = None
    seed: int = 1
    round: int = 1

    def __post_init__(self) -> None:
        if (self.epochs is None) == (self.steps is None):
            raise SearchError("Give each trial a number of epochs or of steps, not both.")
        _whole("The number of trials", self.trials, 1, MOST_TRIALS)
        _whole("The seed of a search", self.seed, 0, _LARGEST_SEED)
        _whole("The round of a search", self.round, 1, MOST_TRIALS)
        if self.epochs is not None:
            _whole("The number of epochs per trial", self.epochs, 1, 1_000_000)
        if self.steps is not None:
            _whole("The number of steps per trial", self.steps, 1, 1_000_000_000)
        shape = {key for key in ("units", "layers") if key in self.space}
        if shape and not self.recipe.values["hidden_layers"] and len(shape) < 2:
            raise SearchError(
                "The recipe has no hidden layer; search units and layers together, or neither."
            )

    @property
    def length(self) -> str:
        """How long a trial trains, in words."""
        count, unit = (self.epochs, "epoch") if self.epochs is not None else (self.steps, "step")
        return f"{count:,} {unit}{'' if count == 1 else 's'}"

    def draw(self) -> list[dict[str, Any]]:
        """The values of every trial, first to last."""
        return self.space.draw(self.seed, self.round, self.trials)

    def recipe_of(self, values: Mapping[str, Any], name: str = "") -> Recipe:
        """The recipe with the values of a trial in place, under a name of its own.

        Raises
        ------
        DllabError
            If the recipe cannot take them.
        """
        return replace(applied(self.recipe, values), name=name or self.recipe.name)


def applied(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """A recipe with searched values in place; ``units`` and ``layers`` become its hidden layers."""
    changes = {key: value for key, value in values.items() if key not in ("units", "layers")}
    shape: tuple[int, ...] = recipe.values["hidden_layers"]
    count = values.get("layers", len(shape))
    if "units" in values:
        changes["hidden_layers"] = (values["units"],) * count
    elif "layers" in values:
        changes["hidden_layers"] = (shape + shape[-1:] * count)[:count]
    return recipe.with_values(**changes)


def _whole(what: str, number: Any, low: int, high: int) -> None:
    if type(number) is not int or not low <= number <= high:
        raise SearchError(f"{what} must be a whole number in [{low:,}, {high:,}]; got {number!r}.")
