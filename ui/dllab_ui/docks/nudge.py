"""The nudge dock: every knob that can move while training runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dllab.hyperparameters import live_knobs
from dllab.optimizers import uses
from dllab.training.commands import Refused
from dllab.training.snapshot import Snapshot
from dllab_ui.docks.fixed_values import FixedValues
from dllab_ui.docks.knob import Knob
from dllab_ui.docks.knob_controls import SliderKnob, make_knob
from dllab_ui.docks.knob_group import KnobGroup
from dllab_ui.docks.knob_notes import note_for, sleeping
from dllab_ui.widgets.scroll_area import scrolling

_FOLDED = ("Augmentation", "Run", "Rules")
Send = Callable[[Mapping[str, Any], str], int]


class NudgeDock(QWidget):
    """Built from the table for the knobs a session has; ``send`` is the lab's nudge."""

    def __init__(self, send: Send, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nudge")
        self._send = send
        self.knobs: dict[str, Knob] = {}
        self.groups: dict[str, KnobGroup] = {}
        self._fixed: FixedValues | None = None
        self._tickets: dict[int, Knob] = {}
        self._entries_seen = 0
        self._slept_by: dict[str, Any] = {}
        self.note = QLineEdit()
        self.note.setObjectName("nudge.note")
        self.note.setAccessibleName("note for the next nudge")
        self.note.setPlaceholderText("Note for the next nudge (optional)")
        self.note.setToolTip("Goes into the journal with the next nudge")
        self.note.setMaxLength(500)
        self.note.setClearButtonEnabled(True)
        for button in self.note.findChildren(QToolButton):
            button.setAccessibleName("clear the note")
        self._empty = QLabel("The knobs come with the session.")
        self._empty.setProperty("tone", "muted")
        self._page = QWidget()
        self._rows = QVBoxLayout(self._page)
        self._rows.setContentsMargins(12, 4, 16, 8)
        self._rows.setSpacing(10)
        self._rows.addWidget(self._empty)
        self._rows.addStretch(1)
        scroll = scrolling(self._page, "nudge.scroll")
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 4)
        top.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(scroll, 1)
        self.setMinimumWidth(280)

    def clear(self) -> None:
        """Another session: other knobs."""
        self._tickets = {}
        self._entries_seen = 0
        self._slept_by = {}
        for knob in self.knobs.values():
            knob.forget()

    def scale(self, knob: str, factor: float) -> None:
        """Ask for a multiple of a knob's value."""
        found = self.knobs.get(knob)
        if isinstance(found, SliderKnob):
            found.multiply(factor)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the values in force and what became of the changes."""
        values = live_knobs(snapshot.hyperparameters)
        if list(values) != list(self.knobs):
            self._build(values)
        if self._fixed is not None and not self._entries_seen:
            self._fixed.show_values(snapshot.hyperparameters)
        for entry in snapshot.entries[self._entries_seen :]:
            if entry.kind in ("nudge", "rollback"):
                for moved in entry.changes:
                    if moved in self.knobs:
                        self.knobs[moved].learned(entry)
        self._entries_seen = len(snapshot.entries)
        for name, knob in self.knobs.items():
            knob.follow(snapshot, values[name])
            knob.note(note_for(name, snapshot))
        self._put_to_sleep(snapshot)
        for ticket in [t for t in self._tickets if t <= snapshot.handled]:
            del self._tickets[ticket]

    def _put_to_sleep(self, snapshot: Snapshot) -> None:
        """Disable the knobs that the others leave without effect, wherever one has moved."""
        if snapshot.hyperparameters == self._slept_by:
            return
        self._slept_by = dict(snapshot.hyperparameters)
        used = uses(snapshot.hyperparameters)
        changed = [knob.sleep(sleeping(name, snapshot, used)) for name, knob in self.knobs.items()]
        if any(changed):
            for group in self.groups.values():
                group.arrange()

    def show_refusal(self, event: Refused) -> bool:
        """Tell the knob; False if the refused command was none of its own."""
        knob = self._tickets.pop(event.ticket, None)
        if knob is not None:
            knob.refused(event.message)
        return knob is not None

    def _wanted(self, name: str, value: Any) -> None:
        note = self.note.text().strip()
        ticket = self._send({name: value}, note)
        knob = self.knobs[name]
        if not ticket:
            knob.refused("There is no open session yet.")
            return
        self.note.clear()
        self._tickets[ticket] = knob
        knob.requested(ticket)

    def reveal(self, knob: str) -> None:
        """Bring a knob on screen, whatever is folded away."""
        for group in self.groups.values():
            if knob in group.knobs:
                group.unfold(knob)

    def _build(self, values: Mapping[str, Any]) -> None:
        while self._rows.count():
            item = self._rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self._slept_by = {}
        self.knobs = {name: make_knob(name, value) for name, value in values.items()}
        for knob in self.knobs.values():
            knob.wanted.connect(self._wanted)
        members: dict[str, dict[str, Knob]] = {}
        for name, knob in self.knobs.items():
            members.setdefault(knob.record.group, {})[name] = knob
        self.groups = {
            title: KnobGroup(title, knobs, unfolded=title not in _FOLDED)
            for title, knobs in members.items()
        }
        self._fixed = FixedValues()
        for group in (*self.groups.values(), self._fixed):
            self._rows.addWidget(group)
        self._rows.addStretch(1)
