"""The legend in the upper right corner of a plot."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from dllab_ui.theme import Theme
from dllab_ui.widgets.curve import Curve
from dllab_ui.widgets.overlay import Overlay, small_font, text_width

_PAD, _SAMPLE, _GAP, _TOP, _RIGHT = 7.0, 20.0, 7.0, 24.0, 8.0


class Legend(Overlay):
    """Samples and names of the curves; a click on a row hides or shows its curve."""

    def __init__(self, view_box: pg.ViewBox, toggled: Callable[[str], None]) -> None:
        super().__init__(view_box, 60)
        self._toggled = toggled
        self._curves: list[Curve] = []
        self._theme: Theme | None = None
        self._box = QRectF()
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_curves(self, curves: list[Curve], theme: Theme) -> None:
        """Take the curves and colours to show."""
        self._curves, self._theme = list(curves), theme
        self._follow()

    def boundingRect(self) -> QRectF:
        """The box of the legend."""
        return self._box

    def _follow(self, *_: object) -> None:
        font = small_font()
        widest = max((text_width(curve.label, font) for curve in self._curves), default=0.0)
        width = 2 * _PAD + _SAMPLE + _GAP + widest
        self.prepareGeometryChange()
        height = len(self._curves) * self._row_height() + 2 * 4 if self._curves else 0.0
        self._box = QRectF(round(self.width - width - _RIGHT), _TOP, round(width), round(height))
        self.update()

    def mouseClickEvent(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        """Hide or show the curve of the row; pyqtgraph's hook."""
        row = int((event.pos().y() - self._box.top() - 4) // self._row_height())
        if event.button() == Qt.MouseButton.LeftButton and 0 <= row < len(self._curves):
            event.accept()
            self._toggled(self._curves[row].key)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw box, samples and names."""
        if not self._curves or self._theme is None:
            return
        theme = self._theme
        painter.setPen(QPen(QColor(theme.border)))
        painter.setBrush(QColor(theme.panel))
        painter.drawRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5))
        font, height = small_font(), self._row_height()
        painter.setFont(font)
        for row, curve in enumerate(self._curves):
            top = self._box.top() + 4 + row * height
            self._paint_sample(painter, curve, QPointF(self._box.left() + _PAD, top + height / 2))
            painter.setPen(QColor(theme.text if curve.visible else theme.disabled))
            left = self._box.left() + _PAD + _SAMPLE + _GAP
            painter.drawText(
                QRectF(left, top, self._box.right() - left, height),
                Qt.AlignmentFlag.AlignVCenter,
                curve.label,
            )

    def _paint_sample(self, painter: QPainter, curve: Curve, at: QPointF) -> None:
        assert self._theme is not None
        colour = QColor(self._theme.colour(curve.role))
        y = round(at.y())
        if not curve.visible:
            painter.fillRect(QRectF(at.x(), y, _SAMPLE, 1), QColor(self._theme.ghost))
            return
        if curve.smoothed is not None:
            faint = QColor(self._theme.faint(curve.role))
            painter.fillRect(QRectF(at.x(), y - 4, _SAMPLE, 9), faint)
        thick = 1 if curve.style == "raw" and curve.smoothed is None else 2
        if curve.style == "dashes":
            for left in (0, 7, 14):
                painter.fillRect(QRectF(at.x() + left, y, 5, thick), colour)
            return
        painter.fillRect(QRectF(at.x(), y, _SAMPLE, thick), colour)
        if curve.style == "points":
            painter.fillRect(QRectF(round(at.x() + _SAMPLE / 2) - 2, y - 2, 5, 5), colour)

    def _row_height(self) -> float:
        return round(QFontMetricsF(small_font()).height() + 3)
