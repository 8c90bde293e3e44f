"""What stands on a lane, told apart by shape: a table, and the drawing of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from dllab_ui.theme import Theme


@dataclass(frozen=True)
class Glyph:
    """One kind of mark.

    ``weight`` decides which of several marks at the same place is drawn; ``role`` is a colour of
    the theme. A hollow glyph is filled with the ground.
    """

    id: str
    words: str
    weight: int
    role: str
    hollow: bool = False


GLYPHS: dict[str, Glyph] = {
    glyph.id: glyph
    for glyph in (
        Glyph("start", "start: the untrained model", 75, "text"),
        Glyph("manual", "checkpoint that a person asked for", 90, "best"),
        Glyph("best", "lowest dev cost", 80, "dev"),
        Glyph("nudge", "nudge: a knob was turned", 55, "accent"),
        Glyph("safety", "safety point before a nudge", 20, "muted", hollow=True),
        Glyph("automatic", "automatic checkpoint", 10, "muted"),
        Glyph("rule", "checkpoint that a rule asked for", 60, "probe"),
        Glyph("emergency", "last good state when training was stopped", 85, "danger"),
        Glyph("left", "end of a branch that was left", 50, "muted", hollow=True),
        Glyph("close", "end of a sitting", 45, "muted"),
    )
}  # fmt: skip
PINNED_WEIGHT = 100


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    path.closeSubpath()
    return path


def _star() -> QPainterPath:
    radii = (7.2, 3.1)
    angles = [math.pi * (i / 5 - 0.5) for i in range(10)]
    return _polygon(
        *((radii[i % 2] * math.cos(a), radii[i % 2] * math.sin(a)) for i, a in enumerate(angles))
    )


def _round(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(), radius, radius)
    return path


def _boxes(*boxes: tuple[float, float, float, float]) -> QPainterPath:
    path = QPainterPath()
    for box in boxes:
        path.addRect(QRectF(*box))
    return path


@lru_cache
def outline(glyph: str) -> QPainterPath:
    """The shape of a glyph around (0, 0), at most 15 pixels across."""
    match glyph:
        case "start":
            return _round(5)
        case "manual":
            # The foot of the pole stands on the lane.
            return _polygon((-1.5, 5), (-1.5, -9), (8.5, -5.2), (0.5, -1.2), (0.5, 5))
        case "best":
            return _star()
        case "nudge":
            return _polygon((0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0))
        case "safety":
            return _polygon((0, -3.6), (3.6, 0), (0, 3.6), (-3.6, 0))
        case "rule":
            return _boxes((-4, -4, 8, 8))
        case "emergency":
            return _polygon((0, -7), (7.4, 6), (-7.4, 6))
        case "left":
            return _round(4.2)
        case "close":
            return _boxes((-3.5, -5, 2.5, 10), (1, -5, 2.5, 10))
    return _round(2.6)


def paint_glyph(
    painter: QPainter, glyph: str, at: QPointF, theme: Theme, *, pinned: bool = False
) -> None:
    """Draw a glyph; the painter keeps its state but for pen and brush. Smooth edges are expected.

    The rim in the colour of the ground keeps it apart from the lane and its neighbours.
    """
    record = GLYPHS[glyph]
    colour, ground = QColor(theme.colour(record.role)), QColor(theme.panel)
    path = outline(glyph).translated(at)
    if record.hollow:
        painter.setPen(QPen(ground, 3.2))
        painter.setBrush(ground)
        painter.drawPath(path)
        painter.setPen(QPen(colour, 1.4))
        painter.drawPath(path)
    else:
        painter.setPen(QPen(ground, 1.6))
        painter.setBrush(colour)
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPath(path)
    if glyph == "emergency":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRect(QRectF(at.x() - 0.8, at.y() - 2.6, 1.6, 4.4))
        painter.drawRect(QRectF(at.x() - 0.8, at.y() + 2.9, 1.6, 1.6))
    if pinned:
        _paint_pin(painter, at, theme)


def _paint_pin(painter: QPainter, at: QPointF, theme: Theme) -> None:
    """A pin below the glyph, its point at the lane."""
    head = at + QPointF(0, 9.6)
    painter.setPen(QPen(QColor(theme.text), 1.2))
    painter.drawLine(at + QPointF(0, 5.5), head)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.text))
    painter.drawEllipse(head, 2.4, 2.4)


def glyph_icon(glyph: str, theme: Theme) -> QIcon:
    """A glyph as an icon, for menus and the legend."""
    picture = QPixmap(40, 40)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(2, 2)
    paint_glyph(painter, glyph, QPointF(10, 10), theme)
    painter.end()
    return QIcon(picture)
