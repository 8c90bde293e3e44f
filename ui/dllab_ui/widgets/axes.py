"""Axis and grid items that cost little: cached text, plain opaque grid lines."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from dllab_ui.theme import Theme
from dllab_ui.widgets.view_item import ViewItem

_SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
_HOURS = (3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000)
_LARGEST = 308.0
_LOG_SETS = ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8))


class PlotAxis(pg.AxisItem):
    """Axis with readable numbers: 12,000 as ``12k``, seconds as ``1:02:30``, log as ``0.01``.

    ``kind`` is "number", "count", "time" or "log" (values then are log10).
    """

    def __init__(self, orientation: str) -> None:
        self.kind = "number"
        self.name_at_start = False
        self._placed: tuple[tuple[Any, ...], list[float]] = ((), [])
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, maxTickLevel=0, autoExpandTextSpace=False)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def set_kind(self, kind: str) -> None:
        """Choose how numbers are placed and written."""
        self.kind = kind
        self.picture = None
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setPen(theme.border)
        self.setTextPen(theme.muted)

    def major_ticks(self) -> list[float]:
        """Where the labelled ticks are now, in view coordinates; the grid stands there too."""
        size = self.geometry().height() if self.orientation in ("left", "right") else None
        size = size or self.geometry().width()
        # The grid asks at every painting, and the answer costs a millisecond.
        place = (self.kind, *self.range, size)
        if self._placed[0] != place:
            levels = self.tickValues(self.range[0], self.range[1], size) if size > 0 else []
            self._placed = place, [float(value) for value in levels[0][1]] if levels else []
        return self._placed[1]

    def resizeEvent(self, event: Any = None) -> None:
        """Place the name; Qt's hook, which pyqtgraph calls too."""
        super().resizeEvent(event)
        if self.name_at_start and self.label is not None:
            self.label.setX(0)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> Any:
        """Distances between ticks; pyqtgraph's hook."""
        if self.kind != "time":
            return super().tickSpacing(minVal, maxVal, size)
        wanted = (maxVal - minVal) * 90 / max(size, 90)
        spacing = next((s for s in (*_SECONDS, *_HOURS) if s >= wanted), None)
        return [(spacing or 10 ** math.ceil(math.log10(wanted)), 0)]

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Any:
        """Places of ticks; pyqtgraph's hook."""
        if self.kind != "log":
            return super().tickValues(minVal, maxVal, size)[:1]
        low, high = sorted((minVal, maxVal))
        # Labels side by side need more room than labels on top of each other.
        upright = self.orientation in ("left", "right")
        wanted = max(2.0, size / (45 if upright else 75))
        if high - low > wanted:
            every = math.ceil((high - low) / wanted)
            return [(every, list(np.arange(math.ceil(low / every) * every, high + 1e-9, every)))]
        ticks: list[float] = []
        for mantissas in _LOG_SETS:
            more = [
                decade + math.log10(mantissa)
                for decade in range(math.floor(low), math.floor(high) + 1)
                for mantissa in mantissas
                if low <= decade + math.log10(mantissa) <= high
            ]
            if ticks and len(more) > wanted * 1.3:
                break
            ticks = more
        if len(ticks) >= 2:
            return [(1, ticks)]
        # Less than one round number apart: round numbers of the values themselves.
        start, end = _power(low), _power(high)
        if not end > start:
            return [(1, ticks)]
        unit = 10.0 ** math.floor(math.log10(max(end - start, 1e-300)))
        values = np.arange(math.ceil(start / unit), math.floor(end / unit) + 1) * unit
        values = values[:: max(1, math.ceil(len(values) / wanted))]
        return [(1, [math.log10(value) for value in values if value > 0])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Texts of ticks; pyqtgraph's hook."""
        if self.kind == "log":
            return [
                f"1e{value:.0f}" if value > _LARGEST else short_number(_power(value))
                for value in values
            ]
        if self.kind == "time":
            return [clock(value, spacing < 1) for value in values]
        if self.kind == "count":
            largest = max((abs(value) for value in values), default=0.0)
            return [short_count(value, spacing, largest) for value in values]
        digits = max(0, -math.floor(math.log10(spacing))) if spacing > 0 else 0
        largest = max((abs(value) for value in values), default=0.0)
        if digits > 4 or largest >= 1e6:
            return [short_number(value) for value in values]
        return [f"{value:.{digits}f}" for value in values]


class Grid(ViewItem):
    """Grid lines at the labelled ticks, behind everything."""

    def __init__(self, view_box: pg.ViewBox, bottom: PlotAxis, left: PlotAxis) -> None:
        super().__init__(view_box, -100)
        self._bottom, self._left = bottom, left
        self._pen = QPen()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._pen = QPen(QColor(theme.grid))
        self._pen.setCosmetic(True)
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the lines."""
        (left, right), (bottom, top) = self._view_box.viewRange()
        lines = [QLineF(x, bottom, x, top) for x in self._bottom.major_ticks()]
        lines += [QLineF(left, y, right, y) for y in self._left.major_ticks()]
        painter.setPen(self._pen)
        painter.drawLines(lines)


def _power(exponent: float) -> float:
    """10 to a power, the largest there is at most: air above a huge cost is beyond that."""
    return 10.0 ** min(float(exponent), _LARGEST)


def short_number(value: float) -> str:
    """A number in at most about six characters: ``0.001``, ``3e-05``, ``12000``."""
    text = f"{value:.4g}"
    return text.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def short_count(value: float, spacing: float, largest: float) -> str:
    """A whole number of an axis up to ``largest``, with k, M or G: ``12k``, ``1.5M``."""
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value and largest >= max(unit, 1e4):
            digits = min(3, max(0, math.ceil(-math.log10(spacing / unit) - 1e-9)))
            return f"{value / unit:.{digits}f}{letter}"
    return f"{value:,.0f}" if spacing >= 1 else f"{value:g}"


def clock(seconds: float, fractions: bool = False) -> str:
    """Seconds as clock text: ``0:12``, ``4:05``, ``1:02:30``."""
    sign, seconds = ("-" if seconds < -1e-9 else ""), abs(seconds)
    if fractions:
        return f"{sign}{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"
