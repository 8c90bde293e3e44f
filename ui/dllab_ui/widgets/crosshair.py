"""Reads all curves at the step under the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from dllab_ui.theme import Theme
from dllab_ui.widgets.overlay import Overlay, small_font, text_width

_PAD, _CHIP = 7.0, 14.0


@dataclass(frozen=True)
class Reading:
    """One row of the crosshair's label."""

    role: str
    label: str
    value: str


class CrosshairLine(Overlay):
    """The vertical line, a strip of its own so that moving it repaints little."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, 30)
        self.column = 0
        self.colour = QColor()

    def boundingRect(self) -> QRectF:
        """The strip of the line."""
        return QRectF(self.column, 0, 1, self.height)

    def move(self, column: float) -> None:
        """Go to a pixel column."""
        self.prepareGeometryChange()
        self.column = round(column)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the line."""
        painter.fillRect(self.boundingRect(), self.colour)


class CrosshairLabel(Overlay):
    """The box with the step and the values, beside the line."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, 70)
        self.title = ""
        self.readings: tuple[Reading, ...] = ()
        self._theme: Theme | None = None
        self._box = QRectF()

    def boundingRect(self) -> QRectF:
        """The box."""
        return self._box

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_readings(self, column: float, title: str, readings: Sequence[Reading]) -> None:
        """Show these rows beside a pixel column."""
        font = small_font()
        self.title, self.readings = title, tuple(readings)
        names = max((text_width(row.label, font) for row in readings), default=0.0)
        values = max((text_width(row.value, font) for row in readings), default=0.0)
        inner = max(text_width(title, font), _CHIP + names + 14 + values)
        width = round(inner + 2 * _PAD)
        height = round((len(readings) + 1) * self._row() + 8)
        left = column + 12 if column + 12 + width <= self.width else column - 12 - width
        self.prepareGeometryChange()
        top = max(0.0, self.height - height - 10)
        self._box = QRectF(round(max(0.0, left)), round(top), width, height)
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the box."""
        if self._theme is None:
            return
        theme, row_height = self._theme, self._row()
        painter.setPen(QPen(QColor(theme.border)))
        painter.setBrush(QColor(theme.raised))
        painter.drawRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(small_font())
        left, right = self._box.left() + _PAD, self._box.right() - _PAD
        line = QRectF(left, self._box.top() + 4, right - left, row_height)
        painter.setPen(QColor(theme.muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.title)
        for reading in self.readings:
            line.translate(0, row_height)
            chip = QRectF(left, round(line.center().y()) - 1, 9, 3)
            painter.fillRect(chip, QColor(theme.colour(reading.role)))
            painter.setPen(QColor(theme.text))
            name = line.adjusted(_CHIP, 0, 0, 0)
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, reading.label)
            right_aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(line, right_aligned, reading.value)

    @staticmethod
    def _row() -> float:
        return round(QFontMetricsF(small_font()).height() + 2)
