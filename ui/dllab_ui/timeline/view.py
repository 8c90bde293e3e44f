"""The timeline under mouse and keyboard; what a person wants goes out as signals."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from dllab_ui.timeline import tips
from dllab_ui.timeline.canvas import TimelineCanvas
from dllab_ui.timeline.content import Content, Lane, Mark
from dllab_ui.timeline.layout import ROW, TOP, Hit, hit
from dllab_ui.timeline.walk import beside

_HELP = (
    "Checkpoints and nudges of every branch along the axis of the curves.\n"
    "Arrow keys go from checkpoint to checkpoint, Enter rolls back to it, F2 renames its branch, "
    "Delete takes it away; the menu key offers the rest."
)
_WAYS = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Home: "home",
    Qt.Key.Key_End: "end",
}


class TimelineView(TimelineCanvas):
    """Select, read, activate, and ask for a menu."""

    selected = Signal(object)
    """The `Mark` that the person selected."""
    activated = Signal(object)
    """The `Mark` to roll back to, or to before."""
    rename_wanted = Signal(str)
    delete_wanted = Signal(object)
    ghost_toggled = Signal(str, bool)
    branch_meant = Signal(str)
    """The branch under the mouse, else that of the selected mark; empty if there is none."""
    menu_wanted = Signal(object, QPoint)
    """The `Hit` and where on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline.view")
        self.setAccessibleName("timeline of checkpoints and branches")
        self.setAccessibleDescription(_HELP)
        self.setWhatsThis(_HELP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._told = Hit("nothing")
        self._meant = ""

    def clear(self) -> None:
        """Show nothing: another session."""
        self._told = Hit("nothing")
        self.select(None)
        self.show_range(None)
        self.show_content(Content(), self.mode, 0.0)

    def select(self, identity: str | int | None) -> None:
        """Select a mark without telling anyone but who listens instead of looking."""
        before = self.chosen
        super().select(identity)
        mark = self.chosen
        if mark is not None and mark != before:
            self.setAccessibleDescription(tips.mark_words(self.content, mark))
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)
        self._tell_branch()

    def _tell_branch(self) -> None:
        lane, mark = self._told.lane, self.chosen
        meant = lane.branch if lane is not None else mark.branch if mark is not None else ""
        if meant != self._meant:
            self._meant = meant
            self.branch_meant.emit(meant)

    # --- mouse ----------------------------------------------------------------------------

    def hit_at(self, place: QPoint) -> Hit:
        """What lies under a place of the viewport."""
        return hit(self._frame, self.content, self._placed, place.x(), place.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select a mark, or show and hide a ghost."""
        found = self.hit_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or found.lane is None:
            return
        if found.kind == "box":
            on = not self._ghosts.get(found.lane.branch, False)
            self.ghost_toggled.emit(found.lane.branch, on)
        elif found.mark is not None:
            self._choose(found.mark)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Roll back to a mark, or rename a branch by its label."""
        found = self.hit_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if found.mark is not None:
            self.activated.emit(found.mark)
        elif found.kind == "label" and found.lane is not None:
            self.rename_wanted.emit(found.lane.branch)
        elif found.kind == "box":
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read what is under the mouse."""
        place = event.position().toPoint()
        found = self.hit_at(place)
        self._hover(found.mark)
        hand = found.kind in ("mark", "box")
        shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        if found == self._told:
            return
        self._told = found
        self._tell_branch()
        text = self.tip(found)
        if text:
            at = self.viewport().mapToGlobal(place + QPoint(2, 8))
            QToolTip.showText(at, text, self.viewport())
        else:
            QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse."""
        super().leaveEvent(event)
        self._told = Hit("nothing")
        self._tell_branch()
        self._hover(None)

    def tip(self, found: Hit) -> str:
        """What the mouse reads there, as rich text."""
        if found.mark is not None:
            covers = next((p.covers for p in self._placed if p.mark.id == found.mark.id), 0)
            return tips.mark_tip(self.content, found.mark, covers)
        if found.lane is None:
            return ""
        if found.kind == "box":
            return tips.box_tip(found.lane, self._ghosts.get(found.lane.branch, False))
        return tips.lane_tip(found.lane)

    def _hover(self, mark: Mark | None) -> None:
        if mark is not self._hovered:
            self._hovered = mark
            self.viewport().update()

    def _choose(self, mark: Mark) -> None:
        self.select(mark.id)
        self.selected.emit(mark)

    # --- keyboard and menu ----------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from checkpoint to checkpoint and act on the selected one."""
        key, mark = Qt.Key(event.key()), self.chosen
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in _WAYS:
            found = beside(self.content, mark, _WAYS[key])
            if found is not None:
                self._choose(found)
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and mark is not None:
            self.activated.emit(mark)
        elif plain and key == Qt.Key.Key_F2:
            row = self._current_row()
            lane = (
                self._lane_of(mark)
                if mark
                else self.content.lanes[row]
                if row is not None
                else None
            )
            if lane is not None:
                self.rename_wanted.emit(lane.branch)
        elif plain and key == Qt.Key.Key_Delete and mark is not None and mark.key:
            self.delete_wanted.emit(mark)
        elif plain and key == Qt.Key.Key_Menu:
            self._open_menu_by_key()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with what is there."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._open_menu_by_key()
            return
        found = self.hit_at(event.pos())
        if found.mark is not None:
            self._choose(found.mark)
        self.menu_wanted.emit(found, event.globalPos())

    def _open_menu_by_key(self) -> None:
        # Some platforms send a menu event of their own after the key.
        if QApplication.activePopupWidget() is not None:
            return
        mark, row = self.chosen, self._current_row()
        place = QPoint(self._frame.gutter + 20, TOP + ROW)
        if mark is not None:
            place = self.where(mark.id) or place
            found = Hit("mark", self._lane_of(mark), mark)
        else:
            found = Hit("lane", self.content.lanes[row]) if row is not None else Hit("nothing")
        self.menu_wanted.emit(found, self.viewport().mapToGlobal(place))

    def _lane_of(self, mark: Mark) -> Lane | None:
        return self.content.lane_of(mark.branch)
