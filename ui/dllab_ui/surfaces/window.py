"""The window of the small lab: cost surfaces and moving averages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from dllab_ui.settings import WindowSettings
from dllab_ui.surfaces.averages_page import AveragesPage
from dllab_ui.surfaces.surfaces_page import SurfacesPage
from dllab_ui.theme import DARK, LIGHT, Theme

NAME = "window.surfaces"
_GEOMETRY = "surfaces/geometry"
PageName = Literal["surfaces", "averages"]


class SurfacesWindow(QWidget):
    """A window of its own over the main one; closing it keeps what it shows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName(NAME)
        self.setWindowTitle("dllab · cost surfaces and moving averages")
        self.resize(1240, 770)
        self.surfaces = SurfacesPage()
        self.averages = AveragesPage()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.surfaces, "Cost surfaces")
        self.tabs.addTab(self.averages, "Moving averages")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.tabs)
        player = self.surfaces.player
        for key, do in (
            ("Space", player.toggle),
            (".", lambda: player.go_by(1)),
            (",", lambda: player.go_by(-1)),
            ("0", player.to_start.click),
        ):
            self._shortcut(key, partial(self._if_surfaces, do))
        self._shortcut("Ctrl+W", self.close)
        self._settings = WindowSettings()
        self.restoreGeometry(self._settings.read_bytes(_GEOMETRY))
        self._theme: Theme | None = None
        self._follow_palette()
        self.surfaces.plot.setFocus()

    def _shortcut(self, key: str, do: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.activated.connect(do)

    def _if_surfaces(self, do: Callable[[], object]) -> None:
        if self.surfaces.isVisible():
            do()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, unless a field has used it to take typing back; Qt's hook."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember where it stood; Qt's hook."""
        super().hideEvent(event)
        self._settings.write(_GEOMETRY, self.saveGeometry())
        self._settings.flush()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme of the application; Qt's hook."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_theme"):
            self._follow_palette()

    def _follow_palette(self) -> None:
        ground = QColor(self.palette().color(QPalette.ColorRole.Window))
        theme = DARK if ground.lightnessF() < 0.5 else LIGHT
        if theme is not self._theme:
            self._theme = theme
            self.surfaces.apply_theme(theme)
            self.averages.apply_theme(theme)


def show_page(parent: QWidget, page: PageName) -> SurfacesWindow:
    """Open the window over ``parent``, or bring the open one to the front, at a page."""
    window = parent.findChild(SurfacesWindow, NAME)
    if not isinstance(window, SurfacesWindow):
        window = SurfacesWindow(parent)
    window.tabs.setCurrentWidget(window.surfaces if page == "surfaces" else window.averages)
    if window.isVisible():
        window.raise_()
    window.show()
    window.activateWindow()
    return window
