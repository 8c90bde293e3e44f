"""A still plot over a logarithmic x axis: a few curves, and vertical lines with names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from dllab_ui.theme import Theme
from dllab_ui.widgets.overlay import Overlay, small_font, text_width
from dllab_ui.widgets.plot_canvas import PlotCanvas

_LINE_HEIGHT = 17


@dataclass(frozen=True, eq=False)
class LogCurve:
    """Points (n,) each; x ≤ 0 and what is not finite is left out, y ≤ 0 on a logarithmic axis too.

    ``role`` is a colour of the theme; a ``faint`` curve has its pale variant and does not decide
    the range of y.
    """

    x: Sequence[float] | np.ndarray
    y: Sequence[float] | np.ndarray
    role: str
    faint: bool = False
    dots: bool = False


class LogPlot(PlotCanvas):
    """Drag zooms, double-click shows everything."""

    def __init__(self, x_label: str, y_label: str, *, log_y: bool = False) -> None:
        super().__init__()
        self._log_y = log_y
        self._theme: Theme | None = None
        self._curves: list[tuple[LogCurve, pg.PlotDataItem]] = []
        self._whole = QRectF(0, 0, 1, 1)
        self._marks = VerticalLines(self.view_box)
        self.bottom.set_kind("log")
        self.left.set_kind("log" if log_y else "number")
        for axis, label in ((self.bottom, x_label), (self.left, y_label)):
            axis.setLabel(label)
            axis.label.setFont(small_font())
        self.bottom.setHeight(36)
        self.view_box.whole_run_wanted.connect(self.show_all)

    @property
    def marks(self) -> dict[str, tuple[float, str]]:
        """The vertical lines: place and name by key."""
        return self._marks.lines

    def show_curves(self, curves: Sequence[LogCurve]) -> None:
        """Draw these instead of what was there, and show all of them."""
        for _, item in self._curves:
            self.view_box.removeItem(item)
        self._curves = []
        for curve in curves:
            item = pg.PlotDataItem(*self._places(curve), antialias=not curve.faint)
            item.setZValue(10 if curve.faint else 20)
            self.view_box.addItem(item, ignoreBounds=True)
            self._curves.append((curve, item))
        self._colour()
        self._whole = self._extent()
        self.show_all()

    def set_mark(self, key: str, x: float | None, label: str = "", role: str = "muted") -> None:
        """Add, move or (None) remove a vertical line."""
        self._marks.set_line(key, x, label, role)

    def show_all(self) -> None:
        """End a zoom."""
        self.view_box.setRange(self._whole, padding=0)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        super().apply_theme(theme)
        self._theme = theme
        self._marks.apply_theme(theme)
        self._colour()

    def _colour(self) -> None:
        theme = self._theme
        if theme is None:
            return
        for curve, item in self._curves:
            colour = theme.faint(curve.role) if curve.faint else theme.colour(curve.role)
            item.setPen(colour)
            if curve.dots:
                item.setSymbol("o")
                item.setSymbolSize(6)
                item.setSymbolPen(colour)
                item.setSymbolBrush(colour)

    def _places(self, curve: LogCurve) -> tuple[np.ndarray, np.ndarray]:
        x, y = np.asarray(curve.x, float), np.asarray(curve.y, float)
        good = np.isfinite(x) & np.isfinite(y) & (x > 0)
        if self._log_y:
            good &= y > 0
        x, y = x[good], y[good]
        return np.log10(x), np.log10(y) if self._log_y else y

    def _extent(self) -> QRectF:
        places = [self._places(curve) for curve, _ in self._curves]
        leading = [self._places(curve) for curve, _ in self._curves if not curve.faint]
        x = np.concatenate([x for x, _ in places]) if places else np.empty(0)
        y = np.concatenate([y for _, y in leading]) if leading else np.empty(0)
        if not len(x) or not len(y):
            return QRectF(0, 0, 1, 1)
        wide, high = float(np.ptp(x)) or 1.0, float(np.ptp(y)) or 1.0
        return QRectF(x.min() - 0.02 * wide, y.min() - 0.08 * high, 1.04 * wide, 1.3 * high)


class VerticalLines(Overlay):
    """Dashed lines with their names at the top, one below the other where they would meet."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, 40)
        self.lines: dict[str, tuple[float, str]] = {}
        self._roles: dict[str, str] = {}
        self._theme: Theme | None = None
        view_box.sigRangeChanged.connect(self._follow)

    def set_line(self, key: str, x: float | None, label: str, role: str) -> None:
        """Add, move or (None, or not positive) remove a line."""
        if x is None or not x > 0:
            self.lines.pop(key, None)
        else:
            self.lines[key], self._roles[key] = (x, label), role
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw lines and names."""
        theme = self._theme
        if theme is None:
            return
        font = small_font()
        painter.setFont(font)
        columns = {
            key: round(self.pixel_x(float(np.log10(x)))) for key, (x, _) in self.lines.items()
        }
        columns = {key: at for key, at in columns.items() if 0 <= at <= self.width}
        for key, column in columns.items():
            painter.setPen(QPen(self._colour(key), 1, Qt.PenStyle.DashLine))
            painter.drawLine(column, 0, column, round(self.height))
        for key, chip in self._chips(columns, font).items():
            painter.fillRect(chip, QColor(theme.panel))
            painter.setPen(self._colour(key))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self.lines[key][1])

    def _colour(self, key: str) -> QColor:
        assert self._theme is not None
        return QColor(self._theme.colour(self._roles[key]))

    def _chips(self, columns: dict[str, int], font: QFont) -> dict[str, QRectF]:
        """Where the names stand: each beside its own line, and on no other if there is room."""
        chips: dict[str, QRectF] = {}
        for key, column in columns.items():
            width = round(text_width(self.lines[key][1], font) + 8)
            others = [at for other, at in columns.items() if other != key]
            lefts = (column + 3, column - 3 - width)
            inside = [left for left in lefts if left >= 0 and left + width <= self.width]
            free = [left for left in inside if not any(left <= at <= left + width for at in others)]
            left = next(iter(free or inside), max(0, column - 3 - width))
            chip = QRectF(left, 2, width, _LINE_HEIGHT - 1)
            while any(chip.intersects(other) for other in chips.values()):
                chip.translate(0, _LINE_HEIGHT)
            chips[key] = chip
        return chips
