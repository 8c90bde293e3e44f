"""The docks of the panel table: made, tabbed, fed while visible."""

from __future__ import annotations

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
            dock.visibilityChanged.connect(self._catch_up)
            self.docks[record.id], self.panels[record.id] = dock, panel
        for dock in first_of_area.values():
            dock.raise_()

    def raise_panel(self, identity: str) -> None:
        """Bring a dock to the front, shown if it was hidden."""
        dock = self.docks[identity]
        dock.show()
        dock.raise_()
        self.panels[identity].setFocus()

    def _catch_up(self, visible: bool) -> None:
        if visible and self._latest is not None:
            self.show_snapshot(self._latest)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Lead a snapshot to the panels on screen."""
        self._latest = snapshot
        for panel in self.panels.values():
            if panel.isVisible():
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
