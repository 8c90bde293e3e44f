"""One knob: its control, and what became of the last change."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dllab.hyperparameters import split_key
from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.widgets.log_slider import StatusKind


class Knob(QWidget):
    """Base of the knobs: *requested*, then *applied @ step*, or *refused* with the reason."""

    wanted = Signal(str, object)

    def __init__(self, knob: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knob = knob
        self.record, self.layer = split_key(knob)
        self.setObjectName(f"knob.{knob}")
        self._ticket: int | None = None
        self._entry: Entry | None = None
        self._shown: Any = None
        self._asked: Any = None
        self._objected = False
        self.asleep = ""
        """Why the knob has no effect now, or empty."""

    def requested(self, ticket: int) -> None:
        """A change is on its way."""
        self._ticket, self._entry, self._objected = ticket, None, False
        self.say("requested …", "requested")

    def learned(self, entry: Entry) -> None:
        """The ledger has a change of this knob."""
        self._entry = entry

    def refused(self, message: str) -> None:
        """The change was not taken; the old value stands."""
        self._ticket = self._entry = self._shown = self._asked = None
        self.object(message)

    def object(self, message: str) -> None:
        """Say why what was typed is not taken, until the person edits again."""
        self._objected = True
        self.say(message, "refused")

    def edited(self) -> None:
        """The person is at it again: what was said against the last try is read."""
        if self._objected:
            self._objected = False
            self.say("", "")

    def forget(self) -> None:
        """Another session."""
        self._ticket = self._entry = self._shown = self._asked = None
        self._objected = False
        self.say("", "")

    def _tell(self, text: str, kind: StatusKind) -> None:
        """Say what has become of a change, unless a refusal is still to be read."""
        if not self._objected:
            self.say(text, kind)

    def follow(self, snapshot: Snapshot, value: Any) -> None:
        """Show the value in force, unless a change of it is still on its way."""
        asked = self._asked
        if self._ticket is not None:
            if snapshot.handled < self._ticket:
                return
            self._ticket = self._asked = None
            if self._entry is None:
                self._tell("", "")
        entry = self._entry
        if value != self._shown:
            if self._shown is not None and value != asked:
                # Moved by something else, a rollback: what was said is about another value.
                self._objected = False
                if entry is None:
                    self.say("", "")
            self._shown = value
            self.show_value(value)
        if entry is None:
            return
        if entry.branch != snapshot.branch:
            self._entry = None
            self._tell("", "")
        elif snapshot.step >= entry.step:
            self._entry = None
            self._tell(f"applied @ {words.at_step(entry.step, entry.epoch)}", "applied")
        else:
            self._tell(f"requested → next update, step {words.count(entry.step)}", "requested")

    @property
    def standing(self) -> Any:
        """The value asked for last while that is on its way, else the one in force, or None."""
        return self._shown if self._ticket is None else self._asked

    def ask(self, value: Any) -> None:
        """The person wants a value; the present one is no change."""
        # A field tells twice: when Enter is pressed and when it loses the focus.
        if value != self.standing:
            self._asked = value
            self.wanted.emit(self.knob, value)

    def show_value(self, value: Any) -> None:
        """Put a value into the control."""
        raise NotImplementedError

    def say(self, text: str, kind: StatusKind) -> None:
        """Say what became of the last change."""
        raise NotImplementedError

    def note(self, text: str) -> None:
        """Say what the value means."""
        raise NotImplementedError

    def sleep(self, why: str) -> bool:
        """Disable the knob and say why, or (empty) enable it; True if that is a change."""
        if why == self.asleep:
            return False
        self.asleep = why
        self._objected = False
        self.setEnabled(not why)
        self.setToolTip(why)
        self.say(why, "")
        return True
