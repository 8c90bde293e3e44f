"""Horizontal lines at known values: human error, Bayes error, a target."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dllab_ui.theme import Theme
from dllab_ui.widgets.overlay import Overlay, small_font, text_width


class ReferenceLines(Overlay):
    """Dashed lines with their name at the right end, where a growing run leaves room."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, 25)
        self._lines: dict[str, tuple[float, str]] = {}
        self._theme: Theme | None = None
        self.log = False
        view_box.sigRangeChanged.connect(self._follow)

    def set_line(self, key: str, value: float | None, label: str) -> None:
        """Add, move or (None) remove a line."""
        if value is None:
            self._lines.pop(key, None)
        else:
            self._lines[key] = (value, label)
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def places(self) -> list[float]:
        """y of the lines that can be drawn, in plot coordinates."""
        return [y for y, _ in self._placed()]

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw lines and names."""
        if self._theme is None:
            return
        font = small_font()
        painter.setFont(font)
        for y, label in self._placed():
            row = round(self.pixel_y(y))
            if not 0 <= row <= self.height:
                continue
            pen = QPen(QColor(self._theme.muted), 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawLine(0, row, round(self.width), row)
            width = round(text_width(label, font)) + 8
            top = min(max(0.0, row - 8.0), self.height - 16)
            chip = QRectF(round(self.width) - width - 8, top, width, 16)
            painter.fillRect(chip, QColor(self._theme.panel))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, label)

    def _placed(self) -> list[tuple[float, str]]:
        if not self.log:
            return list(self._lines.values())
        return [(math.log10(value), name) for value, name in self._lines.values() if value > 0]
