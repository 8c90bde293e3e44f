"""The column of controls beside the surface."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dllab.surfaces import SURFACES, Trial
from dllab_ui.surfaces.knobs import SurfaceKnobs
from dllab_ui.surfaces.optimizer_list import OptimizerList
from dllab_ui.widgets.toned_label import set_tone

LEFT_WIDTH = 268


class SurfaceControls(QScrollArea):
    """Surface, optimizers, knobs, and a line for what happened."""

    surface_chosen = Signal(str)
    changed = Signal()
    """A knob or an optimizer: the paths are others now."""
    other_noise_wanted = Signal()
    own_start_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setObjectName("surfaces.choice")
        self.choice.setAccessibleName("cost surface")
        self.choice.setToolTip("The cost surface that the optimizers walk on")
        for key, surface in SURFACES.items():
            self.choice.addItem(surface.name, key)
        self.message = QLabel()
        self.message.setObjectName("surfaces.message")
        self.message.setAccessibleName("what happened")
        self.message.setWordWrap(True)
        self.optimizers = OptimizerList()
        self.fitted = QCheckBox("each its own fitting α")
        self.fitted.setObjectName("surfaces.fitted")
        self.fitted.setToolTip(
            "On: every optimizer has a learning rate that suits it on this surface; the slider "
            "is that of gradient descent and moves the others in proportion.\n"
            "Off: the same α for all."
        )
        self.knobs = SurfaceKnobs()
        self.own_start = QPushButton("Start as given")
        self.own_start.setObjectName("surfaces.own_start")
        self.own_start.setToolTip("Put the start back where the trial has it")
        self.other_noise = QPushButton("Other noise")
        self.other_noise.setObjectName("surfaces.other_noise")
        self.other_noise.setToolTip("Draw the gradient's noise anew, with the next seed")
        self._lay_out()
        self.choice.currentIndexChanged.connect(
            lambda _: self.surface_chosen.emit(self.choice.currentData())
        )
        self.optimizers.changed.connect(self.changed)
        self.fitted.toggled.connect(lambda _: self.changed.emit())
        self.knobs.changed.connect(self.changed)
        self.other_noise.clicked.connect(lambda _: self.other_noise_wanted.emit())
        self.own_start.clicked.connect(lambda _: self.own_start_wanted.emit())

    def _lay_out(self) -> None:
        label = QLabel("&Surface")
        label.setBuddy(self.choice)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addWidget(self.choice, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.own_start)
        buttons.addWidget(self.other_noise)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 10, 10, 8)
        column.setSpacing(6)
        column.addLayout(top)
        for widget in (self.message, self.optimizers, self.fitted, self.knobs):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(LEFT_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_up(self, trial: Trial) -> None:
        """Put every control where a trial wants it, silently."""
        self.knobs.set_up(trial)
        self.optimizers.choose(trial.optimizers)
        with QSignalBlocker(self.fitted):
            self.fitted.setChecked(trial.fitted)

    def wake(self) -> None:
        """Let those controls sleep that have no effect now."""
        self.knobs.wake(self.optimizers.chosen)
        self.other_noise.setEnabled(self.knobs.noise > 0)

    def say(self, text: str, tone: str) -> None:
        """Say what happened, in a tone of the style sheet."""
        self.message.setText(text)
        set_tone(self.message, tone)
