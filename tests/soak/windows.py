"""The real window over a real training thread, without pytest: for processes of their own too."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from dllab import Recipe, Session
from dllab.training.snapshot import Snapshot
from dllab_ui.app import make_application
from dllab_ui.lab import Lab
from dllab_ui.main_window import MainWindow

PATIENCE = 60.0


def until(true: Callable[[], bool], what: str = "", seconds: float | None = None) -> None:
    """Let Qt work until something has become true; AssertionError if it does not."""
    if true():
        return
    seconds = PATIENCE if seconds is None else seconds
    loop, timer = QEventLoop(), QTimer()
    deadline = time.monotonic() + seconds
    timer.timeout.connect(lambda: (true() or time.monotonic() > deadline) and loop.quit())
    timer.start(2)
    loop.exec()
    timer.stop()
    assert true(), f"in {seconds:g} s it did not come to {what or true}"


def settle() -> None:
    """Let everything happen that is due now."""
    QCoreApplication.sendPostedEvents()
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class RealWindow:
    """The window, shown; in ``with`` it is closed at the end and its threads have ended."""

    def __init__(self) -> None:
        self.app = make_application()
        self.app.setQuitOnLastWindowClosed(False)
        self.lab = Lab()
        self.window = MainWindow(self.lab)
        self.events: list[Any] = []
        self.lab.happened.connect(self.events.append)
        self.window.show()
        self.window.activateWindow()

    def __enter__(self) -> RealWindow:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def start(self, make: Callable[[], Session]) -> None:
        """Make a session and wait until the window shows it."""
        self.lab.start(make)
        until(lambda: self.lab.latest is not None and not self.lab.is_loading, "a session")

    def create(self, recipe: Recipe, folder: Path) -> None:
        """A new session."""
        self.start(lambda: Session.create(recipe, folder))

    @property
    def now(self) -> Snapshot:
        """What the window shows."""
        assert self.lab.latest is not None
        return self.lab.latest

    @property
    def session(self) -> Session:
        """The worker's session; only to be looked at while the worker rests or has ended."""
        worker = self.lab._worker
        assert worker is not None
        assert worker.session is not None
        return worker.session

    def until_handled(self, ticket: int) -> None:
        """Wait until a command has been carried out or refused."""
        until(lambda: self.now.handled >= ticket, f"command {ticket}")

    def dialogs(self) -> list[QWidget]:
        """Windows that lie over this one."""
        found = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w != self.window]
        return [w for w in found if isinstance(w, QDialog)]

    def close(self) -> float:
        """Close as a person does; the seconds until it is gone and its threads have ended."""
        start = time.monotonic()
        if self.window.isVisible():
            self.window.close()
            until(lambda: not self.window.isVisible(), "a closed window")
        assert self.lab.wait_for_threads(), "a thread of the window goes on"
        seconds = time.monotonic() - start
        self.window._may_close = True
        self.window.close()
        self.window.deleteLater()
        self.lab.deleteLater()
        settle()
        return seconds
