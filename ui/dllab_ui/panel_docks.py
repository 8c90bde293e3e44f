"""The docks of the panel table: made, tabbed, fed while visible."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow

from dllab.training.commands import Event
from dllab.training.snapshot import Snapshot
from dllab_ui.docks.panel import Panel
from dllab_ui.docks.panels import PANELS
from dllab_ui.lab import Lab
from dllab_ui.theme import Theme

_AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}


class PanelDocks(QObject):
    """Makes a dock per record and leads snapshots, events and themes to the panels."""

    said = Signal(str)
    recipe_wanted = Signal(object)

    def __init__(self, window: QMainWindow, lab: Lab) -> None:
        super().__init__(window)
        self.docks: dict[str, QDockWidget] = {}
        self.panels: dict[str, Panel] = {}
        self._latest: Snapshot | None = None
        self._on_screen: set[Panel] = set()
        first_of_area: dict[str, QDockWidget] = {}
        for record in PANELS:
            panel = record.make(lab)
            panel.setObjectName(f"panel.{record.id}")
            panel.said.connect(self.said)
            panel.recipe_wanted.connect(self.recipe_wanted)
            dock = QDockWidget(record.title, window)
            dock.setObjectName(f"dock.{record.id}")
            dock.setToolTip(record.tooltip)
            dock.setWidget(panel)
            window.addDockWidget(_AREAS[record.area], dock)
            if record.area in first_of_area:
                window.tabifyDockWidget(first_of_area[record.area], dock)
            else:
                first_of_area[record.area] = dock
            dock.setVisible(record.shown)
            dock.visibilityChanged.connect(partial(self._on_visibility, panel))
            # Shown from the menu it comes to the front, not behind the tab that is there.
            dock.toggleViewAction().triggered.connect(_bring_to_front(dock))
            self.docks[record.id], self.panels[record.id] = dock, panel
        for dock in first_of_area.values():
            dock.raise_()

    def raise_panel(self, identity: str) -> None:
        """Bring a dock to the front, shown if it was hidden."""
        dock = self.docks[identity]
        dock.show()
        dock.raise_()
        self.panels[identity].setFocus()

    def _on_visibility(self, panel: Panel, visible: bool) -> None:
        # A dock behind another tab calls itself visible; only this signal tells them apart.
        if not visible:
            self._on_screen.discard(panel)
            return
        self._on_screen.add(panel)
        if self._latest is not None:
            panel.show_snapshot(self._latest)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Lead a snapshot to the panels on screen."""
        self._latest = snapshot
        for panel in tuple(self._on_screen):
            panel.show_snapshot(snapshot)

    def show_event(self, event: Event) -> None:
        """Lead an event to every panel."""
        for panel in self.panels.values():
            panel.show_event(event)

    def clear(self) -> None:
        """Another session comes."""
        self._latest = None
        for panel in self.panels.values():
            panel.clear()

    def apply_theme(self, theme: Theme) -> None:
        """Colour every panel."""
        for panel in self.panels.values():
            panel.apply_theme(theme)


def _bring_to_front(dock: QDockWidget) -> Callable[[bool], None]:
    def bring(shown: bool) -> None:
        if shown:
            dock.raise_()

    return bring
