"""Missing values: found, told, left out, or filled in from the training set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.chunks import row_chunks
from dllab.errors import DataError

Array = NDArray[Any]
FILLINGS = ("mean", "most_frequent")


@dataclass(frozen=True)
class Filling:
    """How the NaNs of X are filled in once the training set is known.

    `how` is "mean" or "most_frequent". `blocks` are the (start, stop) columns that together are
    one category, an input for each of its values; they always take the most frequent category.
    """

    how: str
    blocks: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.how not in FILLINGS:
            raise DataError(
                f"Missing values cannot be filled by {self.how!r}; choose one of "
                f"{', '.join(FILLINGS)}."
            )

    def fit(self, X: Array) -> NDArray[np.float64]:
        """The value to fill in for each column, (n_x,), from the training set X (m, n_x).

        A column without any value takes 0.
        """
        values = np.zeros(X.shape[1])
        categories = np.zeros(X.shape[1], bool)
        for start, stop in self.blocks:
            categories[start:stop] = True
            counts = np.nansum(X[:, start:stop], axis=0)
            values[start + int(np.argmax(counts))] = float(counts.max() > 0)
        for column in np.flatnonzero(~categories):
            present = X[:, column][~np.isnan(X[:, column])]
            if present.size:
                values[column] = self._middle(present)
        return values

    def _middle(self, present: Array) -> float:
        if self.how == "mean":
            return float(present.mean(dtype=np.float64))
        # The smallest of the most frequent, as scikit-learn's SimpleImputer takes it.
        distinct, counts = np.unique(present, return_counts=True)
        return float(distinct[np.argmax(counts)])

    @staticmethod
    def apply(X: Array, values: NDArray[np.float64]) -> Array:
        """A copy of X (m, n_x) with every NaN replaced by the value of its column."""
        filled = X.copy()
        for rows in row_chunks(*X.shape):
            gaps = np.isnan(filled[rows])
            np.copyto(filled[rows], values.astype(X.dtype), where=gaps)
        return filled


def gaps_of(X: Array) -> NDArray[np.bool_]:
    """Which rows of X, (m,) or (m, n), hold a NaN."""
    if X.dtype.kind != "f":
        return np.zeros(len(X), bool)
    found = np.empty(len(X), bool)
    for rows in row_chunks(len(X), math.prod(X.shape[1:])):
        found[rows] = np.isnan(X[rows]).reshape(rows.stop - rows.start, -1).any(axis=1)
    return found


def first_infinite(X: Array) -> tuple[int, ...] | None:
    """The index of the first infinite value, or None."""
    if X.dtype.kind != "f":
        return None
    for rows in row_chunks(len(X), math.prod(X.shape[1:])):
        infinite = np.isinf(X[rows])
        if infinite.any():
            row, *rest = np.argwhere(infinite)[0].tolist()
            return (row + rows.start, *rest)
    return None


def column_name(names: Sequence[str], index: int) -> str:
    """What a column of X is called in a message: "column age", or by its index from 0."""
    return called(names[index]) if names else f"column {index:,}"


def called(name: str) -> str:
    """A column by its name: "column age"; columns without one are called "column 3" already."""
    return name if name.startswith("column ") else f"column {name}"
