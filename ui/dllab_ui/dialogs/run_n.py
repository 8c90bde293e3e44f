"""Ask for how many steps or epochs to train."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.dialogs.base import BaseDialog


class RunNDialog(BaseDialog):
    """A number and its unit."""

    steps_chosen = Signal(int)
    epochs_chosen = Signal(int)

    def __init__(self, parent: QWidget | None, snapshot: Snapshot) -> None:
        super().__init__(parent, "run_n", "Run N", "Run")
        self.number = QSpinBox()
        self.number.setObjectName("run_n.number")
        self.number.setAccessibleName("how many")
        self.number.setRange(1, 100_000_000)
        self.number.setGroupSeparatorShown(True)
        self.number.setValue(500)
        self.number.setMinimumWidth(130)
        self.unit = QComboBox()
        self.unit.setObjectName("run_n.unit")
        self.unit.setAccessibleName("steps or epochs")
        self.unit.addItems(["steps", "epochs"])
        row = QHBoxLayout()
        row.addWidget(self.number, 1)
        row.addWidget(self.unit)
        note = QLabel(
            f"Training pauses there by itself. One epoch is "
            f"{words.steps(snapshot.steps_per_epoch)} at the present mini-batch size."
        )
        note.setWordWrap(True)
        note.setProperty("tone", "muted")
        self.body.addLayout(row)
        self.body.addWidget(note)
        self.setMinimumWidth(360)
        self.number.setFocus()
        self.number.selectAll()
        self.accepted.connect(self._tell)

    def _tell(self) -> None:
        chosen = self.epochs_chosen if self.unit.currentText() == "epochs" else self.steps_chosen
        chosen.emit(self.number.value())
