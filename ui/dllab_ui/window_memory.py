"""How the window looked when it was left, written down and taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QTabBar

if TYPE_CHECKING:
    from dllab_ui.main_window import MainWindow

# Raised when docks come, go or move, so that an old arrangement is not laid over new docks.
LAYOUT_VERSION = 3


def restore(window: MainWindow) -> None:
    """Arrange the window as it was left."""
    settings, controls = window.settings, window.curves.controls
    window.restoreGeometry(settings.read_bytes("geometry"))
    window.restoreState(settings.read_bytes("docks"), LAYOUT_VERSION)
    window.curves.splitter.restoreState(settings.read_bytes("splitter"))
    controls.set_smoothing(int(settings.read("smoothing", 20.0)))
    controls.log_y.setChecked(settings.read("log_y", False))
    controls.set_axis(settings.read("axis", "step"))
    keys = {r.id: settings.read(f"keys/{r.id}", r.key) for r, _ in window.actions_}
    window.actions_.apply_keys(keys)


def drop_replaced_tab_bars(window: MainWindow) -> None:
    """Let go of the dock tabs that another arrangement has replaced.

    Qt leaves that to the event loop; where none runs yet they stay on screen, at the place that the
    arrangement before had given them.
    """
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    for bar in window.findChildren(QTabBar, options=direct):
        QCoreApplication.sendPostedEvents(bar, QEvent.Type.DeferredDelete)


def remember(window: MainWindow) -> None:
    """Write down how the window looks."""
    settings, controls = window.settings, window.curves.controls
    settings.write("geometry", window.saveGeometry())
    settings.write("docks", window.saveState(LAYOUT_VERSION))
    settings.write("splitter", window.curves.splitter.saveState())
    settings.write("theme", window.theme_choice)
    settings.write("smoothing", float(controls.smoothing.value()))
    settings.write("log_y", controls.log_y.isChecked())
    settings.write("axis", str(controls.axis.currentData()))
    settings.flush()
