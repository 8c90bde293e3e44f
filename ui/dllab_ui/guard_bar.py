"""The banner that appears when an update was stopped before it could do harm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.way_back import steps_lost
from dllab_ui.widgets.bar import Bar


class GuardBar(Bar):
    """Says what was not finite or exploded, and offers the way back in one click."""

    way_back_chosen = Signal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("guard_bar", "training was stopped by the guard", parent)
        self._key = ""
        self._suggestion: dict[str, Any] = {}
        self._shown = ""
        self._put_aside = ""
        self.headline = QLabel("Training stopped itself; the model is as it was before.")
        self.headline.setProperty("tone", "danger")
        self.message = QLabel()
        self.message.setObjectName("guard.message")
        self.back = QPushButton()
        self.back.setObjectName("guard.back")
        self.back.setToolTip("Go back to a checkpoint on a new branch, with gentler knobs")
        self.back.setDefault(True)
        self.back.clicked.connect(self._go_back)
        self.stay = QPushButton("Stay here, I'll change a knob")
        self.stay.setObjectName("guard.stay")
        self.stay.setToolTip(
            "The last good parameters stand. Change a knob, then run again: the update is tried "
            "anew."
        )
        self.stay.clicked.connect(self._put_away)
        self.stack(self.headline, self.message, self.back, self.stay)

    def show_snapshot(self, s: Snapshot) -> None:
        """Appear with the guard's words, go when it has nothing to say."""
        if s.guard is None:
            self._shown = self._put_aside = ""
            self.hide()
            return
        # Tried again from the same update, it may stop in the same words.
        stop = next((entry.id for entry in reversed(s.entries) if entry.kind == "guard"), 0)
        identity = f"{stop} {s.step} {s.branch} {s.guard.message}"
        if identity in (self._shown, self._put_aside):
            return
        self._shown = identity
        self._key, self._suggestion = s.guard.way_back, dict(s.guard.suggestion)
        self.message.setText(s.guard.message)
        self.back.setVisible(bool(self._key))
        self.back.setText(self._words(s, s.guard.suggestion))
        self.back.setAccessibleName(self.back.text().replace("&", ""))
        self.show()

    def _words(self, s: Snapshot, suggestion: Mapping[str, Any]) -> str:
        info = next((c for c in s.checkpoints if c.key == self._key), None)
        lost = steps_lost(s, info) if info is not None else 0
        text = f"Back {words.steps(lost)}" if lost else "Back to the last checkpoint"
        knobs = [f"{words.knob_name(k)} {words.knob_value(k, v)}" for k, v in suggestion.items()]
        return text + (" with " + ", ".join(knobs) if knobs else "")

    def _go_back(self) -> None:
        self.way_back_chosen.emit(self._key, self._suggestion)

    def _put_away(self) -> None:
        self._put_aside, self._shown = self._shown, ""
        self.hide()
