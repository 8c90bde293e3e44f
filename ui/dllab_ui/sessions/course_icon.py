"""A session's course as a small picture for its row."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from dllab.sessions.small_curve import SmallCurve
from dllab_ui.theme import Theme

SIZE = QSize(112, 32)
_MARGIN, _WIDTH = 2, 1.3
# Twice the pixels, for screens that have them.
_RATIO = 2


def course_icon(curve: SmallCurve, theme: Theme) -> QIcon:
    """Orange for the dev cost, blue for mini-batches, as on every plot; both axes linear."""
    made = QIcon()
    line = polyline(curve, QRectF(_MARGIN, _MARGIN, SIZE.width() - 4, SIZE.height() - 4))
    if line is None:
        return made
    role = "dev" if curve.name == "dev_cost" else "train"
    made.addPixmap(_picture(line, theme.colour(role)), QIcon.Mode.Normal)
    made.addPixmap(_picture(line, theme.on_accent), QIcon.Mode.Selected)
    return made


def _picture(line: QPolygonF, colour: str) -> QPixmap:
    picture = QPixmap(SIZE * _RATIO)
    picture.setDevicePixelRatio(_RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), _WIDTH))
    painter.drawPolyline(line)
    painter.end()
    return picture


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
