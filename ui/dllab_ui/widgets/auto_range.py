"""Axis ranges that move in steps, so that a growing curve seldom makes the axes repaint."""

from __future__ import annotations

import math
from collections.abc import Iterable

Range = tuple[float, float]


def growing_end(first: float, last: float) -> float:
    """An end beyond ``last`` on a ladder of 1, 1.25, 1.5, 1.75 times a power of two.

    It depends on the extent alone, changes four times per doubling of it, and leaves at most a
    fifth of the width empty.
    """
    extent = last - first
    if not extent > 0:
        return first + 1.0
    unit = 2.0 ** math.floor(math.log2(extent)) / 4
    return first + math.ceil(extent / unit) * unit


def snapped(low: float, high: float, kept: Range | None = None) -> Range:
    """A range around low … high on round numbers with a little air, ``kept`` while it still fits.

    It fits while everything lies inside and fills at least half of it.
    """
    if not high > low:
        air = abs(high) * 0.1 or 1.0
        return low - air, high + air
    span = high - low
    if kept and kept[0] <= low and high <= kept[1] and span >= 0.5 * (kept[1] - kept[0]):
        return kept
    unit = 2.0 ** math.floor(math.log2(span)) / 8
    air = 0.03 * span
    start = math.floor((low - air) / unit) * unit
    # A cost or an error never falls below 0: air there would only look like a value.
    start = 0.0 if low >= 0 > start else start
    return start, math.ceil((high + 2 * air) / unit) * unit


def widened(own: Range, beside: Iterable[tuple[float, float, float]], log: bool) -> Range:
    """``own``, the range of the run itself, widened for the curves ``beside`` it.

    Each is (lowest, highest, share): it is taken in where that widens an end by no more than
    ``share`` times what the run takes, and else cut at the edge, as a part of it would only cost
    the run its height. On a linear axis what the run takes is measured from 0, as costs and errors
    are; on a logarithmic one it is at least a decade, so that there is room beside a run of few
    points too.
    """
    low, high = own
    size = max(high - low, 1.0) if log else max(high, 0.0) - min(low, 0.0)
    for lowest, highest, share in beside:
        if lowest >= own[0] - share * size:
            low = min(low, lowest)
        if highest <= own[1] + share * size:
            high = max(high, highest)
    return low, high
