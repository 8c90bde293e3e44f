"""Decides what part of the run a plot shows: the whole run, or what the person chose."""

from __future__ import annotations

import math
from collections.abc import Iterable

from dllab_ui.widgets.auto_range import Range, growing_end, snapped, widened
from dllab_ui.widgets.axis_knots import AxisKnots
from dllab_ui.widgets.curve import Curve
from dllab_ui.widgets.plot_canvas import RunViewBox

_SHORTEST_RUN = 10


class RangeKeeper:
    """Ranges of a plot. ``chosen`` is True from the first zoom or pan until the whole run."""

    def __init__(self, view_box: RunViewBox) -> None:
        self._view_box = view_box
        self.chosen = False
        self.ignore_first = 0
        # In places of the axis: where the run that is shown ends, and where another plot's does.
        self.end = self.reach = 0.0
        self._kept_y: Range | None = None
        self._coming: tuple[Range | None, Range | None] = (None, None)
        self._set(x=(0.0, float(_SHORTEST_RUN)), y=(0.0, 1.0))

    def forget_y(self) -> None:
        """Choose the y range anew, not near the one shown."""
        self._kept_y = None

    def steps(self, knots: AxisKnots | None) -> tuple[float, float]:
        """First and last step visible now, or once `show` is called, with fractions."""
        low, high = self._view_box.viewRange()[0]
        if self._coming[0] is not None and not self.chosen:
            low, high = self._coming[0]
        if knots is None:
            return low, high
        first, last = knots.to_step([low, high])
        return float(first), float(last)

    def show_steps(self, first: float, last: float, knots: AxisKnots | None) -> None:
        """Show these steps."""
        low, high = (first, last) if knots is None else knots.to_x([first, last])
        self._set(x=(float(low), float(high)))

    def follow(
        self,
        curves: Iterable[Curve],
        also: Iterable[float],
        log: bool,
        knots: AxisKnots | None,
        run_end: int = 0,
    ) -> None:
        """Choose the whole run and the y values ``also``, unless the person chose a part.

        `show` puts that up, at one go with the curves: each by itself would be painted.
        ``run_end`` is the last step of the run where the curves alone do not tell it.
        """
        if self.chosen:
            return
        shown = [curve for curve in curves if curve.visible and len(curve.series)]
        if not shown:
            return
        first = min(curve.series.first_step or 0 for curve in shown)
        first = self.ignore_first if first <= max(1, self.ignore_first) else first
        last = max(run_end, *(curve.series.last_step or 0 for curve in shown))
        last = max(last, first + _SHORTEST_RUN)
        low, high = (first, last) if knots is None else knots.to_x([first, last])
        if knots is not None:
            high = self._end_on_axis(shown, run_end, first, knots)
        self.end = float(high)
        high = max(self.end, self.reach)
        x = float(low), growing_end(float(low), float(high))
        self._coming = x, self._fitting_y(shown, also, (first, last), log)

    def show(self) -> None:
        """Show what `follow` chose."""
        (x, y), self._coming = self._coming, (None, None)
        if not self.chosen:
            self._set(x, y)

    @staticmethod
    def _end_on_axis(curves: list[Curve], run_end: int, first: int, knots: AxisKnots) -> float:
        """Where the farthest curve ends; one with its own places may end beyond its steps."""
        mine = [curve.series.last_step or 0 for curve in curves if curve.knots is None]
        ends = [float(knots.to_x([max(run_end, first + _SHORTEST_RUN, *mine)])[0])]
        ends += [
            float(curve.knots.to_x([curve.series.last_step or 0])[0])
            for curve in curves
            if curve.knots is not None
        ]
        return max(ends)

    def fit_y(
        self, curves: Iterable[Curve], also: Iterable[float], log: bool, knots: AxisKnots | None
    ) -> None:
        """Show the y values in the visible steps, for a zoom whose y scale has changed."""
        shown = [curve for curve in curves if curve.visible and len(curve.series)]
        self._set(y=self._fitting_y(shown, also, self.steps(knots), log))

    def _fitting_y(
        self, curves: Iterable[Curve], also: Iterable[float], steps: Range, log: bool
    ) -> Range | None:
        own: list[float] = []
        beside: list[tuple[float, float, float]] = []
        for curve in curves:
            low, high = curve.extremes(*steps, log)
            if not (math.isfinite(low) and math.isfinite(high)):
                continue
            if curve.range_share is None:
                own += [low, high]
            else:
                beside.append((low, high, curve.range_share))
        values = [value for value in also if math.isfinite(value)]
        if own:
            values += widened((min(own), max(own)), beside, log)
        else:
            values += [end for low, high, _ in beside for end in (low, high)]
        if not values:
            return None
        self._kept_y = snapped(min(values), max(values), self._kept_y)
        return self._kept_y

    def _set(self, x: Range | None = None, y: Range | None = None) -> None:
        shown_x, shown_y = map(tuple, self._view_box.viewRange())
        changed = {}
        if x and shown_x != x:
            changed["xRange"] = x
        if y and shown_y != y:
            changed["yRange"] = y
        if changed:
            self._view_box.setRange(**changed, padding=0)
            # Left to the next painting, it would bring one more after it.
            self._view_box.updateMatrix()
