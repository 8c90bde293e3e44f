"""A launch to be timed: ``child_launch.py bare``, or ``child_launch.py dllab RECIPE|SESSION``.

It prints when its window was painted first and when its session could train first, by the clock
that all processes of the computer share, closes the window and ends.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def note(what: str) -> None:
    """Say that it has happened."""
    print(json.dumps({"what": what, "at": time.monotonic()}), flush=True)


def painted(window: type) -> type:
    """A kind of window that notes its first paint.

    A window is painted, with all that is in it, while the system's message that it is exposed is
    dealt with; a timer of 0 ms comes right after that.
    """
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtGui import QShowEvent

    class Noting(window):  # type: ignore[misc]
        waits_for = frozenset({"painted"})

        def showEvent(self, event: QShowEvent) -> None:
            super().showEvent(event)
            self.handle = self.windowHandle()
            self.handle.installEventFilter(self)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            handle = self.handle
            if watched is handle and event.type() == QEvent.Type.Expose and handle.isExposed():
                handle.removeEventFilter(self)
                QTimer.singleShot(0, lambda: self.happened("painted"))
            return bool(super().eventFilter(watched, event))

        def happened(self, what: str) -> None:
            note(what)
            self.waits_for = self.waits_for - {what}
            if not self.waits_for:
                QTimer.singleShot(0, self.close)

    return Noting


def bare() -> int:
    """The smallest window with one live plot."""
    import pyqtgraph
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(sys.argv[:1])
    window = painted(QMainWindow)()
    plot = pyqtgraph.PlotWidget()
    plot.plot([0, 1, 2], [2, 0, 1])
    window.setCentralWidget(plot)
    window.resize(1280, 800)
    window.show()
    return app.exec()


def dllab(what: str) -> int:
    """The real window, on a recipe or a session."""
    from dllab_ui import app

    class Window(painted(app.MainWindow)):  # type: ignore[misc]
        waits_for = frozenset({"painted", "ready"})

        def __init__(self, lab: Any) -> None:
            super().__init__(lab)
            lab.opened.connect(lambda: self.happened("ready"))

    app.MainWindow = Window  # type: ignore[misc]
    return app.run_window(what)


def session(recipe: str, folder: str) -> int:
    """Not timed: leave a session behind to be opened."""
    from dllab.recipe import Recipe
    from dllab.training.session import Session

    with Session.create(Recipe.builtin(recipe), folder) as made:
        made.run(steps=100)
        made.checkpoint()
    return 0


if __name__ == "__main__":
    sys.exit({"bare": bare, "dllab": dllab, "session": session}[sys.argv[1]](*sys.argv[2:]))
