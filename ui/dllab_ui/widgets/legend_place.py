"""Where a legend hides least of the curves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF

from dllab_ui.widgets.auto_range import Range
from dllab_ui.widgets.axis_knots import AxisKnots
from dllab_ui.widgets.curve import Curve

_COLUMNS = 4
_MARGIN = 3.0


def hidden_stretches(
    box: QRectF,
    size: tuple[float, float],
    view: Sequence[Range],
    curves: Iterable[Curve],
    knots: AxisKnots | None,
    log: bool,
) -> int:
    """How many stretches of visible curves run under ``box``, pixels of a plot area of ``size``.

    ``view`` has the ranges of x and y. Looks at the extremes of a few stretches of each curve,
    not at its points, and at their neighbours, between which a line runs too. Where a curve is
    smoothed its average counts: noise is all over a small plot.
    """
    width, height = max(1.0, size[0]), max(1.0, size[1])
    (left, right), (bottom, top) = view
    edges = [
        left + (right - left) * (box.left() + box.width() * part / _COLUMNS) / width
        for part in range(_COLUMNS + 1)
    ]
    high = top - (top - bottom) * (box.top() - _MARGIN) / height
    low = top - (top - bottom) * (box.bottom() + _MARGIN) / height
    found = 0
    for curve in curves:
        if not curve.visible or not len(curve.series):
            continue
        own = knots if curve.knots is None or knots is None else curve.knots
        steps = edges if own is None else [float(step) for step in own.to_step(edges)]
        found += sum(_meets(curve, first, last, low, high, log) for first, last in pairwise(steps))
    return found


def _meets(curve: Curve, first: float, last: float, low: float, high: float, log: bool) -> bool:
    series = curve.series
    if last < (series.first_step or 0) or first > (series.last_step or 0):
        return False
    start, stop = series.span(first, last)
    start, stop = max(0, start - 1), min(len(series), stop + 1)
    pyramid = series.pyramid if curve.smoothed is None else curve.smoothed
    lowest, highest, positive = pyramid.extremes(start, min(stop, len(pyramid)))
    if log:
        lowest = math.log10(positive) if positive > 0 else math.nan
        highest = math.log10(highest) if highest > 0 else math.nan
    return lowest <= high and highest >= low
