"""Errors as horizontal bars with their confidence intervals, each standing on the one before."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dllab_ui.theme import LIGHT, Theme, mixed

_ROW = 24
_BAR = 10
_WHISKER = 6
_GAP = 8
_FAINT = 0.28


@dataclass(frozen=True)
class ErrorBar:
    """One row: ``value`` from 0, the part beyond the row above in full colour, its interval.

    The first row's value is the floor of all, a line through the chart.

    ``role`` is a colour of the theme; ``text`` stands at the right; ``meaning`` is read aloud and
    shown as a tooltip.
    """

    name: str
    value: float
    interval: tuple[float, float] | None
    role: str
    text: str
    meaning: str


class ErrorBars(QWidget):
    """A small chart whose scale begins at 0 and ends at a round number beyond every interval."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("errors with their confidence intervals")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars: tuple[ErrorBar, ...] = ()
        self._theme: Theme = LIGHT

    def show_bars(self, bars: tuple[ErrorBar, ...]) -> None:
        """Draw these, top to bottom."""
        if bars == self._bars:
            return
        grown = len(bars) != len(self._bars)
        self._bars = bars
        text = "\n".join(bar.meaning for bar in bars)
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        if grown:
            self.updateGeometry()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of font; Qt's hook."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Qt's question for the size wanted."""
        return QSize(220, _ROW * len(self._bars) + self.fontMetrics().height() + 6)

    def minimumSizeHint(self) -> QSize:
        """Qt's question for the smallest size."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw; Qt's hook."""
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        left = max(metrics.horizontalAdvance(bar.name) for bar in self._bars) + _GAP
        right = max(metrics.horizontalAdvance(bar.text) for bar in self._bars) + _GAP
        area = QRectF(left, 0, max(20, self.width() - left - right), _ROW * len(self._bars))
        highest = scale_end(max(max((b.interval or (0, b.value))[1], b.value) for b in self._bars))
        self._draw_scale(painter, area, highest)
        floor = self._bars[0].value
        self._draw_floor(painter, area, highest, floor)
        for row, bar in enumerate(self._bars):
            top = row * _ROW
            painter.setPen(QColor(self._theme.text))
            at_left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            at_right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(0, top, left, _ROW), at_left, bar.name)
            painter.drawText(QRectF(area.right(), top, right, _ROW), at_right, bar.text)
            self._draw_bar(painter, area, highest, top, bar, floor)
            floor = bar.value
        painter.end()

    def _draw_scale(self, painter: QPainter, area: QRectF, highest: float) -> None:
        painter.setPen(QPen(QColor(self._theme.grid), 1))
        for share in (0.0, 0.5, 1.0):
            x = round(area.left() + share * area.width()) + 0.5
            painter.drawLine(QPointF(x, 0), QPointF(x, area.bottom()))
        painter.setPen(QColor(self._theme.muted))
        height = self.fontMetrics().height()
        for share, align in (
            (0.0, Qt.AlignmentFlag.AlignLeft),
            (0.5, Qt.AlignmentFlag.AlignHCenter),
            (1.0, Qt.AlignmentFlag.AlignRight),
        ):
            box = QRectF(area.left(), area.bottom() + 3, area.width(), height)
            painter.drawText(box, align, f"{100 * share * highest:.3g} %")

    def _draw_floor(self, painter: QPainter, area: QRectF, highest: float, floor: float) -> None:
        x = area.left() + area.width() * min(floor / highest, 1.0)
        painter.setPen(QPen(QColor(self._theme.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, 2), QPointF(x, area.bottom()))

    def _draw_bar(
        self, painter: QPainter, area: QRectF, highest: float, top: float, bar: ErrorBar,
        floor: float,
    ) -> None:  # fmt: skip
        def x(value: float) -> float:
            return area.left() + area.width() * min(max(value / highest, 0.0), 1.0)

        colour = self._theme.colour(bar.role)
        faint = QColor(mixed(colour, self._theme.panel, _FAINT))
        y = top + (_ROW - _BAR) / 2
        painter.fillRect(QRectF(x(0), y, x(bar.value) - x(0), _BAR), faint)
        if bar.value > floor:
            painter.fillRect(QRectF(x(floor), y, x(bar.value) - x(floor), _BAR), QColor(colour))
        if bar.interval is None:
            return
        low, high = x(bar.interval[0]), x(bar.interval[1])
        middle = top + _ROW / 2
        painter.setPen(QPen(QColor(self._theme.text), 1))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for end in (low, high):
            painter.drawLine(
                QPointF(end, middle - _WHISKER / 2), QPointF(end, middle + _WHISKER / 2)
            )


def scale_end(highest: float) -> float:
    """The first of 1, 2, 4, 6, 10 times a power of ten that is not below ``highest``; at least 1 %.

    All of them have a half that is short to write.
    """
    highest = max(highest, 0.01)
    power = 10.0 ** math.floor(math.log10(highest))
    return next(f * power for f in (1, 2, 4, 6, 10) if f * power >= highest * (1 - 1e-9))
