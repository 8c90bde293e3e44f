"""Exponentially weighted moving average with bias correction, fed piece by piece."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

BETA_MAX = 0.999
"""Largest beta accepted: the average then reaches back about 1,000 points."""

_CHUNK = 1 << 16
# Below this size of beta**t the correction 1 / (1 - beta**t) is 1 in float64.
_NEGLIGIBLE_EXPONENT = -40.0


class MovingAverage:
    """Bias-corrected moving average v = beta * v + (1 - beta) * x, shown as v / (1 - beta**t).

    ``beta`` lies in 0 … 0.999 and averages over about 1 / (1 - beta) points. t counts finite
    points only. It never looks ahead: what was returned once is never changed by later points.
    A NaN or Inf is skipped, and the last average stands in its place (NaN as long as there has
    been no finite point), so the result has no holes. With ``beta`` 0 it is off: the values come
    back as they are, NaN and Inf included.
    """

    def __init__(self, beta: float) -> None:
        if not 0.0 <= beta <= BETA_MAX:
            raise ValueError(f"smoothing beta must lie in 0 … {BETA_MAX}, not {beta!r}")
        self.beta = float(beta)
        self._average = 0.0
        self._count = 0

    @property
    def count(self) -> int:
        """Number of finite points averaged so far (not counted while beta is 0)."""
        return self._count

    def extend(self, values: ArrayLike) -> NDArray[np.float64]:
        """Take the next values, shape (n,), and return their averages, shape (n,), float64."""
        x = np.array(values, dtype=np.float64).reshape(-1)
        if self.beta == 0.0:
            return x
        for start in range(0, x.size, _CHUNK):
            piece = x[start : start + _CHUNK]
            finite = np.isfinite(piece)
            if finite.all():
                piece[:] = self._extend_finite(piece)
            else:
                # Entry 0 is what stands before the first finite point of this piece.
                known = np.concatenate(([self._shown()], self._extend_finite(piece[finite])))
                piece[:] = known[np.cumsum(finite)]
        return x

    def _shown(self) -> float:
        if not self._count:
            return math.nan
        return self._average / -math.expm1(self._count * math.log(self.beta))

    def _extend_finite(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        if not x.size:
            return x
        averages = self._recursion(x)
        self._average = float(averages[-1])
        log_beta = math.log(self.beta)
        if self._count * log_beta > _NEGLIGIBLE_EXPONENT:
            t = np.arange(self._count + 1, self._count + 1 + x.size, dtype=np.float64)
            averages /= -np.expm1(t * log_beta)
        self._count += x.size
        return averages

    def _recursion(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Run v = beta * v + (1 - beta) * x from the present state over x, shape (n,)."""
        # The points are cut into `columns` runs of `rows` points that advance side by side, each
        # from zero; then every run gets the decayed end of the run before. Only sums of
        # like-signed weights below 1 occur, so this is as accurate as the plain loop.
        rows = max(1, math.isqrt(x.size))
        columns = -(-x.size // rows)
        padded = np.zeros(rows * columns)
        padded[: x.size] = x
        table = np.ascontiguousarray(padded.reshape(columns, rows).T)
        table *= 1.0 - self.beta
        scratch = np.empty(columns)
        for row in range(1, rows):
            np.multiply(table[row - 1], self.beta, out=scratch)
            table[row] += scratch
        decay = self.beta ** np.arange(1, rows + 1, dtype=np.float64)
        whole_run = float(decay[-1])
        carried = []
        average = self._average
        for end in table[-1].tolist():
            carried.append(average)
            average = whole_run * average + end
        table += decay[:, np.newaxis] * np.array(carried)
        averages: NDArray[np.float64] = table.T.reshape(-1)[: x.size]
        return averages
