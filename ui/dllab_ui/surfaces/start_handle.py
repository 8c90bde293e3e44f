"""The ring that paths start from, to be dragged."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from dllab_ui.theme import Theme
from dllab_ui.widgets.overlay import Overlay

_RADIUS, _REACH = 9.0, 16.0


class StartHandle(Overlay):
    """A ring at a place of the plot; ``dragged`` has the place under the hand."""

    dragged = Signal(QPointF)

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, 50)
        self._place = QPointF()
        self._hovered = False
        self._theme: Theme | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        view_box.sigRangeChanged.connect(self._follow)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def move(self, place: QPointF) -> None:
        """Stand at a place in plot coordinates."""
        self._place = place
        self._follow()

    def boundingRect(self) -> QRectF:
        """The ring, and a little room to get hold of it."""
        return QRectF(-_REACH, -_REACH, 2 * _REACH, 2 * _REACH).translated(self._at())

    def _at(self) -> QPointF:
        return QPointF(self.pixel_x(self._place.x()), self.pixel_y(self._place.y()))

    def hoverEvent(self, event: Any) -> None:
        """Light up under the mouse; pyqtgraph's hook."""
        hovered = not event.isExit() and event.acceptDrags(Qt.MouseButton.LeftButton)
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def mouseDragEvent(self, event: Any) -> None:
        """Follow the hand; pyqtgraph's hook."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        self.dragged.emit(self.view_box.mapToView(self.mapToParent(event.pos())))

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the ring."""
        if self._theme is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = self._theme.accent if self._hovered else self._theme.text
        for ring, width in ((self._theme.panel, 5.0), (colour, 2.0)):
            painter.setPen(QPen(QColor(ring), width))
            painter.drawEllipse(self._at(), _RADIUS, _RADIUS)
