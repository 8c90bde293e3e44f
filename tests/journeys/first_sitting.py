"""A person's first sitting with a model, in a process that is killed at its end.

``python first_sitting.py FOLDER`` opens the real window, trains, nudges badly, sees the verdict,
goes back with today's knobs, tries again with a twin, pins a checkpoint and trains on. It prints
where it stands and waits to be killed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QRadioButton

from dllab.places import remember_last_session
from dllab_ui.app import make_application
from window import LabWindow

LIMIT = 60.0


class Hand:
    """As much of pytest-qt's bot as `LabWindow` asks for, outside of a test."""

    keyClick = staticmethod(QTest.keyClick)
    keyClicks = staticmethod(QTest.keyClicks)
    mouseClick = staticmethod(QTest.mouseClick)

    def waitUntil(self, true: Callable[[], bool], timeout: int = 0) -> None:
        """Let the window live until something has become true."""
        deadline = time.monotonic() + LIMIT
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError("the window did not come to what was waited for")
            QApplication.processEvents()
            QTest.qWait(5)


def type_value(w: LabWindow, knob: str, text: str) -> None:
    """Type a knob's value and press Enter."""
    nudges = sum(entry.kind == "nudge" for entry in w.now.entries)
    field = w.child(QLineEdit, f"knob.{knob}.value")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    w.until(lambda: sum(entry.kind == "nudge" for entry in w.now.entries) > nudges)


def run(w: LabWindow, steps: int) -> None:
    """Train for so many steps."""
    goal = w.now.step + steps
    w.lab.run_steps(steps)
    w.until_paused(goal)


def go_back_before(w: LabWindow, row: int) -> None:
    """Roll back to just before a row of the journal, with the knobs as they are now."""
    branch = w.now.branch
    menu = w.window.journal.menu_for(row)
    next(a for a in menu.actions() if a.text().startswith("Roll back to just")).trigger()
    dialog: Any = w.child(QDialog, "dialog.rollback")
    dialog.findChild(QRadioButton, "rollback.now").click()
    note = dialog.findChild(QLineEdit, "rollback.note")
    QTest.keyClicks(note, "far too large")
    dialog.findChild(QPushButton, "rollback.accept").click()
    w.until(lambda: w.now.branch != branch)


def main(folder: Path) -> None:
    """The sitting."""
    make_application()
    w = LabWindow(Hand())  # type: ignore[arg-type]
    w.create(folder, evaluate_every=10, epochs=100_000)
    remember_last_session(folder)
    run(w, 200)
    type_value(w, "learning_rate", "1")
    run(w, 40)
    journal = w.window.journal
    row = journal.model.rowCount() - 1
    w.until(lambda: "worse" in journal.model.line(row))
    go_back_before(w, row)
    w.trigger("twin")
    type_value(w, "learning_rate", "0.02")
    w.lab.run_steps(500)
    w.until(lambda: any(entry.kind == "twin" for entry in w.now.entries))
    w.until_paused()
    key = w.now.checkpoints[-1].key
    w.lab.checkpoint("the one to keep")
    w.until(lambda: w.now.checkpoints[-1].key != key and w.now.checkpoints[-1].saved)
    w.lab.pin(w.now.checkpoints[-1].key)
    w.until(lambda: w.now.checkpoints[-1].pinned and w.now.saving == 0)
    print(w.now.step, len(w.now.entries), flush=True)
    w.trigger("toggle")
    w.until(lambda: False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
