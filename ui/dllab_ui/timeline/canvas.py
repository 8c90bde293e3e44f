"""How the timeline is drawn: all that stands still is painted once and kept as a picture."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from dllab_ui.theme import LIGHT, Theme
from dllab_ui.timeline import painter as paint
from dllab_ui.timeline.content import Content, Mark
from dllab_ui.timeline.layout import AXIS, BOX, ROW, TOP, Frame, Placed, box_left, marks_in
from dllab_ui.widgets.auto_range import Range, growing_end
from dllab_ui.widgets.axis_knots import AxisMode

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class TimelineCanvas(QAbstractScrollArea):
    """Lanes, marks and an axis; what a person does with them is up to the subclass."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(TOP + 2 * ROW + AXIS)
        self.verticalScrollBar().setSingleStep(ROW)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._relay())
        self.content = Content()
        self.mode: AxisMode = "step"
        self._zoom: Range | None = None
        self._now = 0.0
        self._theme: Theme = LIGHT
        self._ghosts: Mapping[str, bool] = {}
        self._chosen: str | int | None = None
        self._hovered: Mark | None = None
        self._by_keyboard = False
        self._frame = Frame(1, 1, 0, (0.0, 1.0))
        self._placed: list[Placed] = []
        self._still: QPixmap | None = None
        self._still_until = 0.0
        self._last_row: int | None = None

    # --- what is shown --------------------------------------------------------------------

    def show_content(self, content: Content, mode: AxisMode, now: float) -> None:
        """Show other lanes and marks."""
        self.content, self.mode, self._now = content, mode, now
        self._hovered = None
        self._relay()
        row = self._current_row()
        if row is not None and row != self._last_row:
            self._last_row = row
            self._reveal(row)

    def show_present(self, now: float) -> None:
        """Move the ring; only what it touches is painted again."""
        before, self._now = self._ring(), now
        if self._zoom is None and self._range() != self._frame.shown:
            self._relay()
            return
        after = self._ring()
        if before is not None and after is not None and round(before.x()) != round(after.x()):
            left, right = sorted((before.x(), after.x()))
            area = QRectF(left - 14, after.y() - 14, right - left + 28, 28)
            self.viewport().update(area.toAlignedRect())

    def show_range(self, zoom: Range | None) -> None:
        """Show this part of the axis, or (None) the whole run."""
        if zoom != self._zoom:
            self._zoom = zoom
            self._relay()

    def show_ghosts(self, ghosts: Mapping[str, bool]) -> None:
        """Say which abandoned branches the curves show."""
        if dict(ghosts) != dict(self._ghosts):
            self._ghosts = dict(ghosts)
            self._repaint_all()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._repaint_all()

    @property
    def chosen(self) -> Mark | None:
        """The selected mark."""
        return None if self._chosen is None else self.content.mark(self._chosen)

    def select(self, identity: str | int | None) -> None:
        """Select a checkpoint by its key or a nudge by its number, without telling anyone."""
        if identity == self._chosen:
            return
        self._chosen = identity
        self._relay()
        mark = self.chosen
        if mark is not None:
            self._reveal(mark.row)

    def where(self, identity: str | int) -> QPoint | None:
        """Where a mark stands on the viewport, None if it is not drawn."""
        found = next((p for p in self._placed if p.mark.id == identity), None)
        return None if found is None else QPointF(found.x, found.y).toPoint()

    def where_box(self, branch: str) -> QPoint | None:
        """Where the box of a branch's ghost is on the viewport."""
        lane = self.content.lane_of(branch)
        if lane is None or not lane.has_ghost:
            return None
        left = box_left(self._frame)
        return QPoint(left + BOX // 2, round(self._frame.line(lane.row)))

    # --- layout ---------------------------------------------------------------------------

    def _relay(self) -> None:
        """Place everything anew."""
        size = self.viewport().size()
        lanes = len(self.content.lanes)
        room = size.height() - AXIS
        bar = self.verticalScrollBar()
        bar.setPageStep(max(ROW, room))
        bar.setRange(0, max(0, TOP + lanes * ROW + 4 - room))
        self._frame = Frame(size.width(), size.height(), self._gutter(), self._range(), bar.value())
        self._placed = marks_in(self._frame, self.content, self._chosen)
        self._repaint_all()

    def _repaint_all(self) -> None:
        self._still = None
        self.viewport().update()

    def _range(self) -> Range:
        if self._zoom is not None:
            return self._zoom
        end = max(self.content.end, self._now, 1e-9)
        shortest = 10.0 if self.mode == "step" else end
        return 0.0, growing_end(0.0, max(end, shortest))

    def _gutter(self) -> int:
        widest = 0.0
        for current in (False, True):
            metrics = QFontMetricsF(paint.label_font(current))
            labels = [lane.label for lane in self.content.lanes if lane.current == current]
            widest = max([widest, *(metrics.horizontalAdvance(label) for label in labels)])
        return round(min(max(72.0, widest + BOX + 28), max(72.0, 0.3 * self.viewport().width())))

    def _current_row(self) -> int | None:
        return next((lane.row for lane in self.content.lanes if lane.current), None)

    def _ring(self) -> QPointF | None:
        row = self._current_row()
        if row is None:
            return None
        return QPointF(self._frame.column(self._now), self._frame.line(row))

    def _reveal(self, row: int) -> None:
        bar, top = self.verticalScrollBar(), TOP + row * ROW
        room = self.viewport().height() - AXIS
        if top < bar.value():
            bar.setValue(max(0, top - TOP))
        elif top + ROW > bar.value() + room:
            bar.setValue(top + ROW - room)

    # --- painting -------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Put the kept picture there, and on it what moves: the ring, the mouse, the selection."""
        if self._still is None:
            self._still = self._painted()
        painter = QPainter(self.viewport())
        ratio, area = self._still.devicePixelRatio(), event.rect()
        source = QRectF(
            area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio
        )
        painter.drawPixmap(QRectF(area), self._still, source)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(QRect(self._frame.gutter, 0, self._frame.width, self._frame.floor))
        self._paint_moving(painter)
        painter.setClipping(False)
        if self.hasFocus() and self._by_keyboard:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.viewport().size() * ratio)
        picture.setDevicePixelRatio(ratio)
        look = paint.Look(self._theme, self.mode, self._ghosts, self._chosen)
        painter = QPainter(picture)
        paint.paint_still(painter, self._frame, self.content, self._placed, look)
        painter.end()
        self._still_until = max(
            (lane.end for lane in self.content.lanes if lane.current), default=0.0
        )
        return picture

    def _paint_moving(self, painter: QPainter) -> None:
        ring = self._ring()
        for mark, hovered in ((self._hovered, True), (self.chosen, False)):
            if mark is not None and not (hovered and mark.id == self._chosen):
                at = QPointF(self._frame.column(mark.x), self._frame.line(mark.row))
                paint.paint_chosen(painter, at, self._theme, hovered=hovered)
        if ring is None:
            return
        row = self._current_row()
        assert row is not None
        until = self._frame.column(self._still_until)
        if ring.x() > until:
            paint.paint_way(painter, self._frame, row, until, ring.x(), self._theme)
        paint.paint_present(painter, ring, self._theme)

    # --- events of the widget -------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything for the new size."""
        super().resizeEvent(event)
        self._relay()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame of the focus to whoever came by keyboard."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in _KEYBOARD
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame of the focus away."""
        super().focusOutEvent(event)
        self.viewport().update()
