"""Max-norm: the incoming weights of a unit are no longer than a limit (Srivastava et al. 2014)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def constrain(weights: Array, limit: float, work: Array) -> int:
    """Shorten each row that is longer than ``limit`` to that length, in place.

    Rows within the limit keep their bits; a shortened one has the limit's length up to rounding.
    Squares that overflow do no harm.

    Parameters
    ----------
    weights:
        W[l] (n_out, n_in), or some of its rows; finite.
    limit:
        Largest Euclidean norm of a row, or 0 for no limit.
    work:
        Scratch of the same shape and type.

    Returns
    -------
    int
        How many rows were shortened.
    """
    if not limit:
        return 0
    with np.errstate(over="ignore", divide="ignore"):
        np.multiply(weights, weights, out=work)
        squares = np.add.reduce(work, axis=1)
        factors = np.minimum(limit / np.sqrt(squares), 1)
    overflown = np.flatnonzero(np.isinf(squares))
    for index in overflown:
        _shorten(weights[index], limit)
        factors[index] = 1
    shortened = int(np.count_nonzero(factors < 1))
    if shortened:
        np.multiply(weights, factors[:, np.newaxis], out=weights)
    return shortened + len(overflown)


def _shorten(row: Array, limit: float) -> None:
    """Give a row (n_in,) the norm ``limit``; its squares may be too large for its type."""
    np.divide(row, np.abs(row).max(), out=row)
    np.multiply(row, limit / np.sqrt(np.dot(row, row)), out=row)
