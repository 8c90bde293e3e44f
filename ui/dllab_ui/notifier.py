"""Word to the desktop when something happened while nobody looks at the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from dllab.training.commands import Event, Failed, GuardTripped, NotSaved, Paused, RuleFired

if TYPE_CHECKING:
    from dllab_ui.main_window import MainWindow

_SHOWN_MILLISECONDS = 10_000
_ASKED_FOR = ("paused", "closing", "one step done")


def worth_telling(event: Event) -> str:
    """What to tell somebody who is elsewhere; "" if it can wait."""
    match event:
        case RuleFired(message) | NotSaved(message) | Failed(message, _):
            return message
        case GuardTripped(message, _, _):
            return message
        case Paused(reason) if reason not in _ASKED_FOR:
            return f"Paused: {reason.rstrip('.')}."
    return ""


class Notifier(QObject):
    """Shows a message of the system's own and marks the window in the task bar.

    ``told`` are the latest message, for whoever asks. Nothing is shown while the window is in use,
    nor twice in a row.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        self.told = ""

    def heed(self, event: Event) -> None:
        """Tell the desktop, if the event deserves it and nobody looks."""
        message = worth_telling(event)
        if not message or self._window.isActiveWindow():
            return
        if self.told and self.told in message:
            # A rule that pauses is told as a rule and then as a pause.
            return
        self.told = message
        QApplication.alert(self._window)
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            self._show(message)

    def _show(self, message: str) -> None:
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.setToolTip("dllab")
            self._tray.activated.connect(self._bring_forward)
            self._tray.messageClicked.connect(self._bring_forward)
        self._tray.show()
        title = self._window.windowTitle()
        self._tray.showMessage(title, message, self._window.windowIcon(), _SHOWN_MILLISECONDS)

    def _bring_forward(self) -> None:
        state = self._window.windowState() & ~Qt.WindowState.WindowMinimized
        self._window.setWindowState(state)
        self._window.activateWindow()
