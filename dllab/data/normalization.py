"""Normalizing the inputs with μ and σ of the training set."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from dllab.data.chunks import row_chunks
from dllab.errors import DataError

NORMALIZATIONS = ("per_feature", "overall", "none")
_TINY = 1e-120


@dataclass(frozen=True, eq=False)
class Normalization:
    """x ↦ (x - μ)/σ, the statistics taken from the training set and applied to every set.

    `kind` is one of `NORMALIZATIONS`. `mean` and `std` are float64: of shape (n_x,) for
    "per_feature", one μ and σ for each column; of shape (1,) for "overall", one μ and σ over
    all entries, which suits images whose border pixels are almost constant (σ near 0 would
    blow them up); 0 and 1 of shape (1,) for "none". σ is the biased standard deviation
    √(Σ(x - μ)²/m); it is exactly 0 for a constant column.
    """

    kind: str
    mean: NDArray[np.float64]
    std: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.kind not in NORMALIZATIONS:
            raise DataError(
                f"The normalization {self.kind!r} does not exist; choose one of "
                f"{', '.join(NORMALIZATIONS)}."
            )

    @classmethod
    def fit(cls, kind: str, X: NDArray[Any]) -> "Normalization":
        """Take the statistics of X (m, n_x), the training set in raw units.

        Two passes (μ, then Σ(x - μ)²) in float64, a few rows at a time. Raises `DataError` for
        an unknown kind, an X that is no matrix or is empty, and values that are NaN, infinite,
        or so large (beyond about 1e150) that their variance is.
        """
        normalization = cls(kind, np.zeros(1), np.ones(1))
        if X.ndim != 2 or X.size == 0:
            raise DataError(f"X has shape {X.shape}; give at least one row and one column.")
        if kind == "none":
            return normalization
        columns = X if kind == "per_feature" else X.reshape(-1, 1)
        with np.errstate(over="ignore", invalid="ignore"):
            mean, std = _mean_and_std(columns)
        if not (np.isfinite(mean).all() and np.isfinite(std).all()):
            raise DataError(
                "The training set holds values that are NaN, infinite or too large to normalize; "
                "correct or rescale them."
            )
        return cls(kind, mean, std)

    def apply(self, X: NDArray[Any], dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """A new C-contiguous array (m, n_x) of `dtype`: (X - μ)/σ, for X (m, n_x) in raw units.

        A column that was constant in the training set becomes 0 in every set. Computed in
        float64 a few rows at a time, so large offsets cost no precision and large data no
        second copy. Raises `DataError` when X is no matrix of as many columns as were fitted.
        """
        fitted = len(self.mean) if self.kind == "per_feature" else None
        if X.ndim != 2 or (fitted is not None and X.shape[1] != fitted):
            wanted = "(m, n_x)" if fitted is None else f"(m, {fitted})"
            raise DataError(f"X has shape {X.shape} but the normalization needs {wanted}.")
        result = np.empty(X.shape, dtype)
        if self.kind == "none":
            result[...] = X
            return result
        # x / inf is 0 for every finite x, without a mask and without a division by zero.
        divisor = np.where(self.std == 0, np.inf, self.std)
        for rows in row_chunks(*X.shape):
            centred = X[rows] - self.mean
            np.divide(centred, divisor, out=result[rows], casting="same_kind")
        return result


def _mean_and_std(X: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    m, n = X.shape
    total = np.zeros(n)
    lowest, highest = X[0].copy(), X[0].copy()
    for rows in row_chunks(m, n):
        total += X[rows].sum(axis=0, dtype=np.float64)
        np.minimum(lowest, X[rows].min(axis=0), out=lowest)
        np.maximum(highest, X[rows].max(axis=0), out=highest)
    # A rounded mean would give a constant column a σ of some 1e-17 instead of 0.
    constant = lowest == highest
    mean = np.where(constant, lowest.astype(np.float64), total / m)
    # Squares of such small numbers have no digits left; a power of two takes and costs none.
    span = highest.astype(np.float64) - lowest
    powers = np.where(span < _TINY, -np.frexp(span)[1], 0)
    squares = np.zeros(n)
    for rows in row_chunks(m, n):
        centred = X[rows] - mean
        if powers.any():
            centred = np.ldexp(centred, powers)
        squares += np.einsum("ij,ij->j", centred, centred)
    return mean, np.where(constant, 0.0, np.ldexp(np.sqrt(squares / m), -powers))
