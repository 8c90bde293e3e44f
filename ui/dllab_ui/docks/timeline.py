"""The timeline dock: the tree of checkpoints and branches, with what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab_ui.docks.panel import Panel
from dllab_ui.lab import Lab
from dllab_ui.theme import LIGHT, Theme
from dllab_ui.timeline.content import Mark, content_of
from dllab_ui.timeline.deeds import TimelineDeeds
from dllab_ui.timeline.layout import Hit
from dllab_ui.timeline.menu import add_legend, menu_for
from dllab_ui.timeline.places import present
from dllab_ui.timeline.view import TimelineView
from dllab_ui.way_back import checkpoint_before
from dllab_ui.widgets.auto_range import Range
from dllab_ui.widgets.axis_knots import AxisMode


class TimelinePanel(Panel):
    """Shows the tree along the axis that the curves have, and shares their selection."""

    place_selected = Signal(int, int)
    """Number of the selected entry in the ledger (0 if it has none) and its step."""
    rollback_wanted = Signal(str)
    note_wanted = Signal(int)
    ghost_toggled = Signal(str, bool)
    branch_meant = Signal(str)
    """The branch that the person looks at, empty if there is none."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self._theme: Theme = LIGHT
        self._mode: AxisMode = "step"
        self._shown: tuple[object, ...] = ()
        self._snapshot: Snapshot | None = None
        self.ghosts: dict[str, bool] = {}
        self.view = TimelineView(self)
        self.deeds = TimelineDeeds(lab, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        self.deeds.rollback_wanted.connect(self.rollback_wanted)
        self.deeds.note_wanted.connect(self.note_wanted)
        self.deeds.ghost_wanted.connect(self.ghost_toggled)
        self.deeds.said.connect(self.said)
        self.view.ghost_toggled.connect(self.ghost_toggled)
        self.view.branch_meant.connect(self.branch_meant)
        self.view.selected.connect(lambda mark: self.place_selected.emit(mark.entry, mark.step))
        self.view.activated.connect(self._roll_back_to)
        self.view.rename_wanted.connect(self.deeds.rename)
        self.view.delete_wanted.connect(lambda mark: self.deeds.delete(mark.key))
        self.view.menu_wanted.connect(self._open_menu)

    def clear(self) -> None:
        """Another session."""
        self._snapshot, self._shown = None, ()
        self.view.clear()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the tree; while nothing is added only the ring moves."""
        self._snapshot = snapshot
        shown = (
            snapshot.checkpoints, len(snapshot.entries), snapshot.branches, snapshot.branch,
            self._mode,
        )  # fmt: skip
        now = present(snapshot, self._mode)
        if shown == self._shown:
            self.view.show_present(now)
            return
        self._shown = shown
        self.view.show_content(content_of(snapshot, self._mode), self._mode, now)

    def show_axis(self, mode: AxisMode) -> None:
        """Let the axis show what that of the curves shows."""
        self._mode = mode
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    def show_range(self, zoom: Range | None) -> None:
        """Show the part of the axis that the curves show, None for the whole run."""
        self.view.show_range(zoom)

    def show_ghosts(self, ghosts: dict[str, bool]) -> None:
        """Say which abandoned branches the curves show as ghosts."""
        self.ghosts = dict(ghosts)
        self.view.show_ghosts(ghosts)

    def select_entry(self, entry: Entry | None) -> None:
        """Select the mark of an entry of the ledger, none if it has none."""
        if entry is None:
            self.view.select(None)
            return
        content = self.view.content
        if entry.id in content.nudges:
            self.view.select(entry.id)
        else:
            self.view.select(entry.checkpoint if entry.checkpoint in content.checkpoints else None)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.view.apply_theme(theme)

    def _roll_back_to(self, mark: Mark) -> None:
        if mark.key:
            self.deeds.roll_back(mark.key)
        elif self._snapshot is not None:
            back = checkpoint_before(self._snapshot, self.view.content.nudges[mark.entry])
            if back is not None:
                self.deeds.roll_back(back.key)
            else:
                self.said.emit("No checkpoint is left before this nudge.")

    def menu(self, found: Hit) -> QMenu | None:
        """The context menu for what lies under the mouse."""
        if self._snapshot is None:
            return None
        menu = menu_for(self, found, self.view.content, self._snapshot, self.ghosts, self.deeds)
        add_legend(menu, self._theme)
        return menu

    def _open_menu(self, found: Hit, place: QPoint) -> None:
        menu = self.menu(found)
        if menu is not None and menu.actions():
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(place)
