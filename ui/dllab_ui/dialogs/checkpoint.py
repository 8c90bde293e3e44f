"""Ask for the note of a checkpoint."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.dialogs.base import BaseDialog


class CheckpointDialog(BaseDialog):
    """One optional note; training goes on meanwhile."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None, snapshot: Snapshot) -> None:
        super().__init__(parent, "checkpoint", "Checkpoint", "Keep this moment")
        going_on = " Training goes on; what is kept is the moment you confirm." * snapshot.running
        text = QLabel(
            f"Everything that decides the future is kept: weights, optimizer state, random "
            f"streams, place in the epoch. Now at {words.at_step(snapshot.step, snapshot.epoch)}."
            f"{going_on}"
        )
        text.setWordWrap(True)
        self.note = QLineEdit()
        self.note.setObjectName("checkpoint.note")
        self.note.setAccessibleName("note of the checkpoint")
        self.note.setPlaceholderText("Note (optional): why here?")
        self.note.setMaxLength(500)
        self.body.addWidget(text)
        self.body.addWidget(self.note)
        self.setMinimumWidth(420)
        self.note.setFocus()
        self.accepted.connect(lambda: self.chosen.emit(self.note.text().strip()))
