"""Errors measured on samples: their 95 % confidence intervals, and how many examples it takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from dllab.training.evaluation import Z_95, Evaluation

Interval = tuple[float, float]

_ROUND_NUMBERS = [int(f * 10**p) for p in range(1, 9) for f in (1, 1.5, 2, 3, 5, 7)]


@dataclass(frozen=True)
class Measured:
    """An error over ``m`` examples: a share, or with ``is_share`` off a mean of numbers.

    A mean has an interval only if its standard error is given.
    """

    error: float
    m: int
    is_share: bool = True
    standard_error: float | None = None

    @property
    def interval(self) -> Interval | None:
        """95 % confidence interval: Wilson's (1927, JASA 22) for a share; None if none is known."""
        if self.is_share:
            return Evaluation(math.nan, self.error, self.m).interval
        if self.standard_error is None or not math.isfinite(self.standard_error):
            return None
        return self.error - Z_95 * self.standard_error, self.error + Z_95 * self.standard_error

    def of(self, m: int) -> Measured:
        """The same error over another number of examples."""
        spread = self.standard_error
        return replace(
            self, m=m, standard_error=None if spread is None else spread * math.sqrt(self.m / m)
        )


def difference(first: Measured, second: Measured) -> Interval | None:
    """95 % interval of ``first.error − second.error``, two independent samples.

    Newcombe's hybrid score method (1998, Statistics in Medicine 17, method 10): from the two
    intervals, which for shares are Wilson's. For intervals that are symmetric it is the usual
    root of the sum of squares.
    """
    of_first, of_second = first.interval, second.interval
    if of_first is None or of_second is None:
        return None
    below = math.hypot(first.error - of_first[0], of_second[1] - second.error)
    above = math.hypot(of_first[1] - first.error, second.error - of_second[0])
    value = first.error - second.error
    return value - below, value + above


def resolves(interval: Interval, tolerance: float) -> bool:
    """Whether half the width of an interval is at most ``tolerance``."""
    return interval[1] - interval[0] <= 2 * tolerance


def enough(interval_of: Callable[[int], Interval | None], tolerance: float) -> int | None:
    """The first round number of examples whose interval resolves the tolerance."""
    for m in _ROUND_NUMBERS:
        interval = interval_of(m)
        if interval is not None and resolves(interval, tolerance):
            return m
    return None
