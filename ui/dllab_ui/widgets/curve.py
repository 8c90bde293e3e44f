"""One curve of a plot: its numbers, its moving average, and the item that draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dllab.training.smoothing import MovingAverage
from dllab_ui.widgets.axis_knots import AxisKnots
from dllab_ui.widgets.pyramid import MinMaxPyramid
from dllab_ui.widgets.series import Series

CurveStyle = Literal["raw", "line", "points", "step", "dashes"]

_SMOOTHING_PIECE = 1 << 16
# A twin is asked for to be compared, so it gets more room than what is left behind.
_GHOST_SHARE, _TWIN_SHARE = 1.0, 4.0


@dataclass(frozen=True)
class Window:
    """What part of a run is drawn how: everything a curve's picture depends on but its data."""

    first_step: float
    last_step: float
    columns: int
    """Width of the plot in pixels."""
    log: bool
    axis_version: int
    """Counts the changes of the x axis; the knots themselves are passed beside."""


@dataclass
class Picture:
    """Points to draw, in plot coordinates; y is log10 of the value on a logarithmic axis."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    stride: int
    """Points per bin; while it and the window stay, only the tail of the picture changes."""


class Curve:
    """Data and look of one curve.

    ``role`` is a colour of the theme or ``#rrggbb``. Style "raw" gets a moving average on top
    when smoothing is on, "points" marks every point while there is room, "step" holds each value
    until the next one.
    """

    def __init__(
        self,
        key: str,
        label: str,
        role: str,
        style: CurveStyle,
        dense_from: int | None,
        dtype: Any = None,
        in_legend: bool = True,
    ) -> None:
        self.key, self.label, self.role, self.style = key, label, role, style
        # Sparse curves are short: there exactness costs nothing.
        self._dtype = dtype or (np.float64 if dense_from is None else np.float32)
        self._dense_from = dense_from
        self.visible = True
        self.in_legend = in_legend
        # For a curve of another branch: its own places on the axis, and what the mouse reads.
        self.knots: AxisKnots | None = None
        self.tip = ""
        self.version = 0
        self.series = Series(dense_from, self._dtype)
        self.smoothed: MinMaxPyramid | None = None
        self._average: MovingAverage | None = None

    @property
    def range_share(self) -> float | None:
        """Up to how many times the run's height it is worth in the y range, None for the run.

        A branch that was left because it went wrong must not flatten the run for good.
        """
        if not self.in_legend:
            return _GHOST_SHARE
        return _TWIN_SHARE if self.style == "dashes" else None

    def clear(self) -> None:
        """Forget all points."""
        self.series = Series(self._dense_from, self._dtype)
        self.set_smoothing(self._average.beta if self._average else 0.0)

    def set_smoothing(self, beta: float) -> None:
        """Average with ``beta`` from now on; ``catch_up`` does the work."""
        self.version += 1
        on = self.style == "raw" and beta > 0
        self._average = MovingAverage(beta) if on else None
        self.smoothed = MinMaxPyramid(np.float32) if on else None

    def catch_up(self) -> bool:
        """Average one bounded piece of what is not averaged yet; True when nothing is left."""
        if self.smoothed is None or self._average is None:
            return True
        start = len(self.smoothed)
        piece = self.series.values[start : start + _SMOOTHING_PIECE]
        if piece.size:
            self.smoothed.append(self._average.extend(piece))
        return len(self.smoothed) == len(self.series)

    def extremes(self, first_step: float, last_step: float, log: bool) -> tuple[float, float]:
        """Lowest and highest drawn value between two steps (log10 if ``log``), NaN if none."""
        low, high, positive = self.series.pyramid.extremes(*self.series.span(first_step, last_step))
        if not log:
            return low, high
        return (np.log10(positive), np.log10(high)) if positive > 0 else (np.nan, np.nan)

    def picture(
        self, window: Window, end_step: int, knots: AxisKnots | None, smoothed: bool
    ) -> Picture:
        """Points of the raw or the smoothed curve in a window.

        A "step" curve holds its last value until ``end_step``, the last one of the run.
        """
        pyramid = self.smoothed if smoothed and self.smoothed is not None else self.series.pyramid
        start, stop = self.series.span(window.first_step, window.last_step)
        # One point more at either side, so that the line runs out of the picture.
        start, stop = max(0, start - 1), min(len(pyramid), stop + 1)
        index, values = pyramid.bins(start, stop, window.columns, positive=window.log)
        x = self.series.steps(index).astype(np.float64)
        y = np.log10(values) if window.log else values
        y = np.where(np.isfinite(y), y, np.nan).astype(np.float64)
        if self.style == "step" and x.size:
            end = end_step if stop == len(self.series) else x[-1]
            x = np.append(np.repeat(x, 2)[1:], max(float(end), x[-1]))
            y = np.repeat(y, 2)
        stride = pyramid.stride(start, stop, window.columns)
        return Picture(knots.to_x(x) if knots else x, y, stride)

    def reading(self, step: float) -> tuple[int, float, float | None] | None:
        """(step, value, smoothed value) of the point at, for "step" curves before, a step."""
        index = self.series.nearest(step)
        if index is None:
            return None
        if self.style == "step" and index and self.series.step_at(index) > step:
            index -= 1
        smooth = None
        if self.smoothed is not None and index < len(self.smoothed):
            smooth = float(self.smoothed.values[index])
        return self.series.step_at(index), float(self.series.values[index]), smooth
