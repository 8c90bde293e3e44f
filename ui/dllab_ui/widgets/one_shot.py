"""Something done once, a little later, however often it was asked for meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def one_shot(parent: QObject, act: Callable[[], object], milliseconds: int = 0) -> QTimer:
    """A timer whose ``start`` puts ``act`` off, to the next turn of the event loop by default."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
