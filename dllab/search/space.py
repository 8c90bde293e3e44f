"""Where to search: a range or choices for each hyperparameter, and how trials are drawn there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dllab.errors import SearchError
from dllab.search.dimension import Dimension
from dllab.search.searchable import searchable
from dllab.training.streams import stream


@dataclass(frozen=True)
class SearchSpace:
    """The hyperparameters of a search, each with its range or choices; all others stay put.

    Raises
    ------
    SearchError
        On creation, if there is none, or one comes twice.
    """

    dimensions: tuple[Dimension, ...]

    def __post_init__(self) -> None:
        if not self.dimensions:
            raise SearchError("Choose at least one hyperparameter to search.")
        for key in self.keys:
            if self.keys.count(key) > 1:
                raise SearchError(f"{searchable(key).name} ({key}) is in the space twice.")

    @property
    def keys(self) -> tuple[str, ...]:
        """The hyperparameters searched."""
        return tuple(dimension.key for dimension in self.dimensions)

    def __iter__(self) -> Iterator[Dimension]:
        return iter(self.dimensions)

    def __contains__(self, key: object) -> bool:
        return key in self.keys

    def __getitem__(self, key: str) -> Dimension:
        """The range or choices of a hyperparameter."""
        return self.dimensions[self.keys.index(key)]

    def draw(self, seed: int, search_round: int, trials: int) -> list[dict[str, Any]]:
        """The values of that many trials, random and independent, never a grid.

        Each hyperparameter has a random stream of its own: more trials begin with the same ones,
        and one hyperparameter more does not move the others.
        """
        columns = {
            d.key: d.values(stream(seed, f"search {search_round} {d.key}").random(trials))
            for d in self
        }
        return [{key: values[i] for key, values in columns.items()} for i in range(trials)]
