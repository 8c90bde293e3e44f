"""Rare events in words: on the status strip, in a knob, or in a dialog where it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox

from dllab.training.commands import (
    Event,
    Failed,
    GuardTripped,
    NotSaved,
    Paused,
    Recorded,
    Refused,
    RolledBack,
    RuleFired,
    Run,
    SavedAgain,
    SavedAs,
    Started,
)
from dllab_ui import words
from dllab_ui.dialogs.base import outlives_session
from dllab_ui.notifier import Notifier

if TYPE_CHECKING:
    from dllab_ui.main_window import MainWindow


class Announcer(QObject):
    """Matches every event in one place."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._notifier = Notifier(window)

    def announce(self, event: Event) -> None:
        """Tell the person what happened, as loud as it deserves."""
        self._notifier.heed(event)
        say = self._window.status.say
        match event:
            case Started():
                say("Training.")
            case Paused(reason):
                say("Paused." if reason == "paused" else f"Paused: {reason.rstrip('.')}.")
            case Recorded(entry) if entry.kind == "nudge":
                say(f"{words.changes(entry.changes)} from step {words.count(entry.step)} on.")
            case Recorded(entry) if entry.kind == "twin":
                say(entry.note)
            case Recorded(entry) if entry.kind == "checkpoint" and entry.who == "person":
                say(f"Checkpoint {words.key(entry.checkpoint)} at step {words.count(entry.step)}.")
            case RolledBack(checkpoint, branch):
                say(f"Back at step {words.count(checkpoint.step)}, on {branch}.")
            case RuleFired(message):
                say(message, "warning")
            case SavedAs(path):
                say(f"Written: {path}")
            case NotSaved(message):
                say(message, "danger")
            case SavedAgain():
                say("The disk takes it again: what could not be saved is saved now.")
            case GuardTripped(message, _, _):
                say(message, "danger")
            case Refused(_, Run(), message):
                say(message, "warning")
            case Refused(_, _, message):
                if self._window.nudge.show_refusal(event):
                    say(message, "danger")
                else:
                    self.refuse(message)
            case Failed(message, _):
                self.refuse(message)

    def refuse(self, message: str) -> None:
        """A sentence that must not be missed."""
        self._window.status.say(message, "danger")
        box = QMessageBox(QMessageBox.Icon.Warning, "dllab", message, parent=self._window)
        box.setObjectName("dialog.refused")
        outlives_session(box)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def welcome(self) -> None:
        """A session is there; say what opening had to work around."""
        notices = self._window.lab.notices()
        self._window.status.say(" ".join(notices), "warning" if notices else "muted")
