"""Ask how long a twin trains."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QSpinBox, QWidget

from dllab.training.interventions import MOST_TWIN_STEPS
from dllab_ui.dialogs.base import BaseDialog, outlives_session

_ABOUT = (
    "With the twin switched on, each nudge sends a copy of the model off in a process of its own: "
    "on the same mini-batches, without the nudge, for so many steps. Then the dev costs of both "
    "are compared, example by example."
)


class TwinStepsDialog(BaseDialog):
    """A number of steps; choosing one switches the twin on."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None, steps: int) -> None:
        super().__init__(parent, "twin_steps", "Twin", "Use a twin")
        outlives_session(self)
        about = QLabel(_ABOUT)
        about.setWordWrap(True)
        about.setProperty("tone", "muted")
        self.number = QSpinBox()
        self.number.setObjectName("twin_steps.number")
        self.number.setAccessibleName("steps that a twin trains")
        self.number.setRange(1, MOST_TWIN_STEPS)
        self.number.setGroupSeparatorShown(True)
        self.number.setSuffix(" steps")
        self.number.setValue(steps)
        self.body.addWidget(self.number)
        self.body.addWidget(about)
        self.setMinimumWidth(400)
        self.number.setFocus()
        self.number.selectAll()
        self.accepted.connect(lambda: self.chosen.emit(self.number.value()))
