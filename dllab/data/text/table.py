"""The columns of a text file as arrays, built up a few rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MOST_CATEGORIES = 1000
MOST_CLASSES = 2**16


class TooManyWords(Exception):
    """A column of text has more different texts than `most`."""

    def __init__(self, column: int, most: int) -> None:
        super().__init__(column, most)
        self.column, self.most = column, most


@dataclass(frozen=True, eq=False)
class Single:
    """One column: `values` as numbers, or as indexes into `names` with -1 for a missing one."""

    values: Array
    names: tuple[str, ...] | None


@dataclass(frozen=True, eq=False)
class Table:
    """`numbers` (m, k) of the features that are numbers, NaN where missing, in the smallest dtype
    that holds them exactly; `singles` by index of column."""

    numbers: Array
    singles: Mapping[int, Single]


def compact(values: NDArray[np.float64]) -> Array:
    """The same values in the smallest of uint8, int16, int32 and float64 that holds them."""
    with np.errstate(invalid="ignore"):
        low, high = values.min(initial=0), values.max(initial=0)
        if not (low >= -(2**31) and high < 2**31):
            return values
        dtype: type = np.int32
        if low >= 0 and high < 2**8:
            dtype = np.uint8
        elif low >= -(2**15) and high < 2**15:
            dtype = np.int16
        whole: Array = values.astype(dtype)
    return whole if np.array_equal(whole, values) else values


class TableBuilder:
    """Collects pieces of a table and joins them, with little more memory than the result."""

    def __init__(self, singles: Sequence[int], labels: Sequence[int]) -> None:
        self._numbers: list[Array] = []
        self._singles: dict[int, list[Array]] = {index: [] for index in singles}
        self._indexes: dict[int, dict[str, int]] = {}
        self._labels = labels

    def add_numbers(self, block: NDArray[np.float64]) -> None:
        """Add rows of the features that are numbers."""
        self._numbers.append(compact(block))

    def add_values(self, column: int, values: NDArray[np.float64]) -> None:
        """Add rows of a single column of numbers."""
        self._singles[column].append(compact(values))

    def add_words(self, column: int, codes: NDArray[np.intp], words: Sequence[str | None]) -> None:
        """Add rows of a column of text: indexes into `words`, -1 or None there for missing.

        Raises `TooManyWords` when there are too many for one input, or one class, each.
        """
        known = self._indexes.setdefault(column, {})
        index = [-1 if word is None else known.setdefault(word, len(known)) for word in words]
        most = MOST_CLASSES if column in self._labels else MOST_CATEGORIES
        if len(known) > most:
            raise TooManyWords(column, most)
        # One more entry, so that the index -1 finds -1.
        lookup = np.array([*index, -1], np.int32)
        self._singles[column].append(lookup[codes])

    def join(self) -> Table:
        """The whole table; the pieces are given up on the way."""
        numbers = _joined(self._numbers)
        singles = {}
        for column, pieces in self._singles.items():
            values = _joined(pieces)
            known = self._indexes.get(column)
            singles[column] = Single(values, None if known is None else tuple(known))
        return Table(numbers, singles)


def _joined(pieces: list[Array]) -> Array:
    if len(pieces) == 1:
        return pieces.pop()
    rows = sum(map(len, pieces))
    dtype = np.result_type(*{piece.dtype for piece in pieces})
    joined = np.empty((rows, *pieces[0].shape[1:]), dtype)
    # Backwards and dropped at once: pages of `joined` come into being only as they are written.
    while pieces:
        piece = pieces.pop()
        joined[rows - len(piece) : rows] = piece
        rows -= len(piece)
    return joined
