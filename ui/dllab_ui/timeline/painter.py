"""Draws the lanes, their marks and the axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from dllab_ui.theme import Theme, mixed
from dllab_ui.timeline.content import Content, Lane
from dllab_ui.timeline.glyphs import paint_glyph
from dllab_ui.timeline.layout import BOX, ROW, Frame, Placed, box_left
from dllab_ui.timeline.ticks import ticks
from dllab_ui.widgets.axis_knots import AXIS_LABELS, AxisMode
from dllab_ui.widgets.overlay import small_font

_BEND = 8.0
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_AXIS_WORDS = {**AXIS_LABELS, "time": "training time"}


@dataclass(frozen=True)
class Look:
    """What the drawing depends on besides frame and content."""

    theme: Theme
    mode: AxisMode
    ghosts: Mapping[str, bool]
    selected: str | int | None = None


def paint_still(
    painter: QPainter, frame: Frame, content: Content, placed: list[Placed], look: Look
) -> None:
    """Everything that stays until something is added: lanes, marks, labels, axis."""
    theme = look.theme
    painter.fillRect(QRectF(0, 0, frame.width, frame.height), QColor(theme.panel))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_grid(painter, frame, look)
    painter.save()
    painter.setClipRect(QRectF(frame.gutter, 0, frame.width - frame.gutter, frame.floor))
    seen = [lane for lane in content.lanes if -ROW < frame.line(lane.row) < frame.height + ROW]
    for lane in content.lanes:
        # A fork's line may pass the view though both its lanes lie outside.
        _paint_fork(painter, frame, lane, theme)
    for lane in seen:
        _paint_lane(painter, frame, lane, theme)
    for lane in seen:
        _paint_reason(painter, frame, lane, theme)
    for each in placed:
        if -ROW < each.y < frame.height:
            paint_glyph(
                painter, each.mark.glyph, QPointF(each.x, each.y), theme, pinned=each.mark.pinned
            )
    painter.restore()
    painter.save()
    painter.setClipRect(QRectF(0, 0, frame.gutter, frame.floor))
    for lane in seen:
        _paint_label(painter, frame, lane, look)
    painter.restore()
    _paint_axis(painter, frame, look)


def _way(theme: Theme) -> QPen:
    pen = QPen(QColor(theme.accent), 2.6)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _ghost(theme: Theme) -> QPen:
    pen = QPen(QColor(theme.ghost), 2.0)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def paint_way(
    painter: QPainter, frame: Frame, row: int, start: float, end: float, theme: Theme
) -> None:
    """A piece of lane on the way to the present, between two pixel columns."""
    painter.setPen(_way(theme))
    y = frame.line(row)
    painter.drawLine(QPointF(start, y), QPointF(end, y))


def paint_present(painter: QPainter, at: QPointF, theme: Theme) -> None:
    """The ring where the run stands."""
    painter.setBrush(QColor(theme.panel))
    painter.setPen(QPen(QColor(theme.panel), 5.5))
    painter.drawEllipse(at, 6.0, 6.0)
    painter.setPen(QPen(QColor(theme.accent), 2.4))
    painter.drawEllipse(at, 6.0, 6.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(at, 2.2, 2.2)


def paint_chosen(painter: QPainter, at: QPointF, theme: Theme, *, hovered: bool) -> None:
    """The frame around the selected mark, a fainter one around the one under the mouse."""
    colour = mixed(theme.text, theme.panel, 0.45) if hovered else theme.text
    painter.setPen(QPen(QColor(colour), 1.2 if hovered else 1.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(at.x() - 11, at.y() - 11.5, 22, 23), 5, 5)


def _paint_fork(painter: QPainter, frame: Frame, lane: Lane, theme: Theme) -> None:
    if lane.parent_row is None:
        return
    x, top, bottom = frame.column(lane.start), frame.line(lane.parent_row), frame.line(lane.row)
    if not frame.gutter - _BEND <= x <= frame.width:
        return
    leads = lane.current or lane.leads_to is not None
    painter.setPen(_way(theme) if leads else _ghost(theme))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    line = QPainterPath(QPointF(x, top))
    line.lineTo(x, bottom - _BEND)
    line.quadTo(x, bottom, x + _BEND, bottom)
    painter.drawPath(line)


def _paint_lane(painter: QPainter, frame: Frame, lane: Lane, theme: Theme) -> None:
    y = frame.line(lane.row)
    start, end = frame.column(lane.start), frame.column(lane.end)
    if lane.parent_row is not None:
        start = min(start + _BEND, max(start, end))
    split = end if lane.current else frame.column(lane.start if lane.leads_to is None else
                                                  min(lane.leads_to, lane.end))  # fmt: skip
    split = max(split, start)
    low, high = frame.gutter - 20.0, frame.width + 20.0
    if end > split and end > low:
        painter.setPen(_ghost(theme))
        painter.drawLine(QPointF(max(split, low), y), QPointF(min(end, high), y))
    if split > start and split > low:
        paint_way(painter, frame, lane.row, max(start, low), min(split, high), theme)


def _paint_reason(painter: QPainter, frame: Frame, lane: Lane, theme: Theme) -> None:
    if not lane.reason:
        return
    font = small_font()
    left = frame.column(lane.end) + 14
    room = frame.width - 6 - left
    if room < 48:
        return
    text = QFontMetricsF(font).elidedText(
        f"“{lane.reason}”", Qt.TextElideMode.ElideRight, min(room, 320.0)
    )
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    y = frame.line(lane.row)
    painter.drawText(QRectF(left, y - ROW / 2, room, ROW), _LEFT, text)


def _paint_label(painter: QPainter, frame: Frame, lane: Lane, look: Look) -> None:
    theme, y = look.theme, frame.line(lane.row)
    if lane.current:
        painter.fillRect(QRectF(0, y - ROW / 2 + 3, 3, ROW - 6), QColor(theme.accent))
    font = label_font(lane.current)
    painter.setFont(font)
    painter.setPen(QColor(theme.text if lane.current else theme.muted))
    right = box_left(frame) - 6 if lane.has_ghost else frame.gutter - 6
    room = right - 10.0
    text = QFontMetricsF(font).elidedText(lane.label, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRectF(10, y - ROW / 2, room, ROW), _LEFT, text)
    if lane.has_ghost:
        box = QRectF(box_left(frame) + 0.5, round(y - BOX / 2) + 0.5, BOX, BOX)
        _paint_box(painter, box, theme, look.ghosts.get(lane.branch, False))


def _paint_box(painter: QPainter, box: QRectF, theme: Theme, on: bool) -> None:
    painter.setPen(QPen(QColor(theme.muted), 1))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(box, 2.5, 2.5)
    if not on:
        return
    tick = QPainterPath(QPointF(box.left() + 2.8, box.center().y()))
    tick.lineTo(box.left() + 5.2, box.bottom() - 3.2)
    tick.lineTo(box.right() - 2.6, box.top() + 3.2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.text), 1.7))
    painter.drawPath(tick)


def label_font(current: bool) -> QFont:
    """The font of a lane's label."""
    font = small_font()
    if current:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _paint_grid(painter: QPainter, frame: Frame, look: Look) -> None:
    for value, _ in ticks(look.mode, frame.shown, frame.right - frame.left):
        x = round(frame.column(value))
        painter.fillRect(QRectF(x, 0, 1, frame.floor), QColor(look.theme.grid))


def _paint_axis(painter: QPainter, frame: Frame, look: Look) -> None:
    theme, font = look.theme, small_font()
    painter.fillRect(QRectF(0, frame.floor, frame.width, 1), QColor(theme.border))
    painter.fillRect(QRectF(frame.gutter - 1, 0, 1, frame.floor), QColor(theme.grid))
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    metrics = QFontMetricsF(font)
    area = QRectF(10, frame.floor + 1, frame.gutter - 16, frame.height - frame.floor - 1)
    painter.drawText(area, _LEFT, metrics.elidedText(
        _AXIS_WORDS[look.mode], Qt.TextElideMode.ElideRight, area.width()))  # fmt: skip
    for value, text in ticks(look.mode, frame.shown, frame.right - frame.left):
        x, half = frame.column(value), metrics.horizontalAdvance(text) / 2
        x = min(x, frame.width - half - 3)
        painter.drawText(QRectF(x - half - 2, area.top(), 2 * half + 4, area.height()),
                         Qt.AlignmentFlag.AlignCenter, text)  # fmt: skip
