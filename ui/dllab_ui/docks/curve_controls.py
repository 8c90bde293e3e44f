"""The row of controls under the curves."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from dllab_ui import words
from dllab_ui.docks.curve_settings import CurveSettings
from dllab_ui.widgets.axis_knots import AXIS_MODES

_SLIDER_PER_DECADE = 20
_SLIDER_END = 3 * _SLIDER_PER_DECADE
_AXIS_WORDS = {"step": "steps", "epoch": "epochs", "examples": "examples", "time": "time"}


class CurveControls(QWidget):
    """Smoothing, axes, and which knobs the strip shows."""

    smoothing_changed = Signal(float)
    log_y_changed = Signal(bool)
    axis_changed = Signal(str)
    knob_toggled = Signal(str, bool)
    whole_run_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curve_controls")
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setObjectName("curves.smoothing")
        self.smoothing.setAccessibleName("smoothing of the training curves")
        self.smoothing.setToolTip(
            "Moving average of the training curves, bias-corrected, 0 (off) to 0.999.\n"
            "It never looks ahead; the raw values stay faint underneath."
        )
        self.smoothing.setRange(0, _SLIDER_END)
        self.smoothing.setMinimumWidth(56)
        self.smoothing.setMaximumWidth(110)
        self.smoothing_words = QLabel()
        self.smoothing_words.setProperty("tone", "muted")
        self.smoothing_words.setMinimumWidth(72)
        self.log_y = QCheckBox("log y")
        self.log_y.setObjectName("curves.log_y")
        self.log_y.setToolTip("Logarithmic y axis; values ≤ 0 are left out  [L]")
        self.axis = QComboBox()
        self.axis.setObjectName("curves.axis")
        self.axis.setAccessibleName("what the x axis shows")
        self.axis.setToolTip("What the x axis shows; training time leaves pauses out")
        for mode in AXIS_MODES:
            self.axis.addItem(_AXIS_WORDS[mode], mode)
        self.knobs = QToolButton()
        self.knobs.setObjectName("curves.knobs")
        self.knobs.setText("Knobs")
        self.knobs.setToolTip("Which knobs the strip at the bottom shows")
        self.knobs.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.knob_menu = QMenu(self.knobs)
        self.knobs.setMenu(self.knob_menu)
        self.settings = CurveSettings()
        self.whole = QPushButton("Whole run")
        self.whole.setObjectName("curves.whole_run")
        self.whole.setToolTip("End a zoom and let the axes grow with the run  [W]")
        self._lay_out()
        self.smoothing.valueChanged.connect(self._smoothing_moved)
        self.log_y.toggled.connect(self.log_y_changed)
        self.axis.currentIndexChanged.connect(
            lambda _: self.axis_changed.emit(self.axis.currentData())
        )
        self.whole.clicked.connect(self.whole_run_wanted)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 4)
        layout.setSpacing(6)
        label = QLabel("smoothing")
        label.setBuddy(self.smoothing)
        axis_label = QLabel("x:")
        axis_label.setBuddy(self.axis)
        for widget in (label, self.smoothing, self.smoothing_words, self.log_y):
            layout.addWidget(widget)
        layout.addWidget(axis_label)
        layout.addWidget(self.axis)
        layout.addStretch(1)
        for button in (self.knobs, self.settings, self.whole):
            layout.addWidget(button)

    @property
    def beta(self) -> float:
        """β of the moving average, 0 for off."""
        return _beta(self.smoothing.value())

    def set_smoothing(self, position: int) -> None:
        """Put the slider somewhere and tell."""
        self.smoothing.setValue(position)
        self._smoothing_moved(self.smoothing.value())

    def set_axis(self, mode: str) -> None:
        """Choose the x axis; an unknown one is passed over."""
        self.axis.setCurrentIndex(max(0, self.axis.findData(mode)))

    def show_knobs(self, knobs: list[str], chosen: set[str]) -> None:
        """Offer these knobs for the strip."""
        self.knob_menu.clear()
        for knob in knobs:
            action = QAction(words.knob_name(knob), self.knob_menu)
            action.setCheckable(True)
            action.setChecked(knob in chosen)
            action.toggled.connect(lambda on, knob=knob: self.knob_toggled.emit(knob, on))
            self.knob_menu.addAction(action)

    def _smoothing_moved(self, position: int) -> None:
        beta = _beta(position)
        self.smoothing_words.setText(
            f"≈ {words.count(1 / (1 - beta))} steps" if beta else "off, raw only"
        )
        self.smoothing_changed.emit(beta)


def _beta(position: int) -> float:
    return min(0.999, 1 - 10 ** (-position / _SLIDER_PER_DECADE)) if position else 0.0
