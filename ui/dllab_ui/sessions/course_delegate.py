"""Draws a session's course in its cell."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dllab.sessions.small_curve import SmallCurve
from dllab_ui.sessions.session_table import SUMMARY
from dllab_ui.theme import Theme

WIDTH, HEIGHT = 120, 40
_MARGIN = 6


class CourseDelegate(QStyledItemDelegate):
    """Orange for the dev cost, blue for mini-batches, as on every plot; both axes linear."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Qt's question for the size of a cell."""
        return QSize(WIDTH, HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the course; Qt's hook."""
        super().paint(painter, option, index)
        curve = index.data(SUMMARY).curve
        area = QRectF(option.rect).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        line = polyline(curve, area)
        if line is None:
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = "dev" if curve.name == "dev_cost" else "train"
        colour = self.theme.on_accent if chosen else self.theme.colour(role)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour), 1.3, Qt.PenStyle.SolidLine))
        painter.drawPolyline(line)
        painter.restore()


def polyline(curve: SmallCurve, area: QRectF) -> QPolygonF | None:
    """The curve within an area, lowest value at its bottom; None without two points."""
    if len(curve.steps) < 2:
        return None
    first, last = curve.steps[0], curve.steps[-1]
    low, high = min(curve.values), max(curve.values)
    points = []
    for step, value in zip(curve.steps, curve.values, strict=True):
        across = (step - first) / max(1, last - first)
        up = (value - low) / (high - low) if high > low and math.isfinite(high - low) else 0.5
        x, y = area.left() + across * area.width(), area.bottom() - up * area.height()
        points.append(QPointF(x, y))
    return QPolygonF(points)
