"""What a reader of one format hands over: arrays as they were found, and how to name a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
Place = Callable[[int], str]


def row_place(row: int) -> str:
    """Rows of arrays are told as NumPy counts them, from 0."""
    return f"row {row:,}"


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of a set: numbers (m,) or (m, n_y), NaN where missing; or, when there are
    `names`, indexes into these (m,), -1 where missing."""

    values: Array
    names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class RawSet:
    """One set as found: X (m, n_x) of numbers, NaN where missing, and its labels.

    `where` names the file, and the array in it, for messages; `place` tells where the row of an
    index is: "line 18" or "row 17".
    """

    X: Array
    labels: Labels
    where: str
    place: Place = row_place


@dataclass(frozen=True, eq=False)
class Raw:
    """All sets of a source before missing values, labels and duplicates are dealt with.

    `blocks` are the (start, stop) columns of X that are one category each; `classes` the names
    of the classes by index, where the source lists them.
    """

    name: str
    train: RawSet
    task: str
    dev: RawSet | None = None
    test: RawSet | None = None
    classes: tuple[str, ...] | None = None
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    blocks: tuple[tuple[int, int], ...] = ()
    image_shape: tuple[int, ...] | None = None
    attribution: str = ""
    notes: list[str] = field(default_factory=list)

    def sets(self) -> list[tuple[str, RawSet]]:
        """The sets there are, with their names."""
        named = (("train", self.train), ("dev", self.dev), ("test", self.test))
        return [(name, part) for name, part in named if part is not None]
