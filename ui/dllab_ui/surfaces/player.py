"""Plays the paths step by step."""

from __future__ import annotations

import time

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from dllab_ui.icons import icon
from dllab_ui.theme import Theme

_FRAME_MS = 33
_SECONDS = 8.0
_SPEEDS = (("¼ ×", 0.25), ("½ ×", 0.5), ("1 ×", 1.0), ("2 ×", 2.0), ("4 ×", 4.0))


class Player(QWidget):
    """Buttons and a slider over the steps; the whole path takes about eight seconds at 1 ×."""

    step_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exact = 0.0
        self._last_tick = 0.0
        self._theme: Theme | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._tick)
        self.to_start = self._button("to_start", "Back to the start  [0]")
        self.back = self._button("step_back", "One step back  [,]")
        self.play = self._button("play", "Play the paths step by step, or stop  [Space]")
        self.on = self._button("step", "One step on  [.]")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("surfaces.step")
        self.slider.setAccessibleName("step shown")
        self.slider.setToolTip("The step up to which the paths are drawn")
        self.words = QLabel()
        self.words.setObjectName("surfaces.step_words")
        self.words.setMinimumWidth(self.words.fontMetrics().horizontalAdvance("step 1000 of 1000"))
        self.speed = QComboBox()
        self.speed.setObjectName("surfaces.speed")
        self.speed.setAccessibleName("speed of the play")
        self.speed.setToolTip("How fast the steps are played")
        for text, factor in _SPEEDS:
            self.speed.addItem(text, factor)
        self.speed.setCurrentIndex(2)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(4)
        for button in (self.to_start, self.back, self.play, self.on):
            layout.addWidget(button)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.words)
        layout.addWidget(self.speed)
        self.to_start.clicked.connect(lambda: self._go(0))
        self.back.clicked.connect(lambda: self.go_by(-1))
        self.on.clicked.connect(lambda: self.go_by(1))
        self.play.clicked.connect(self.toggle)
        self.slider.valueChanged.connect(self._on_slider)
        self.set_steps(1)

    def _button(self, name: str, tooltip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"surfaces.{name}")
        button.setAccessibleName(tooltip.split("  [")[0])
        button.setToolTip(tooltip)
        return button

    @property
    def steps(self) -> int:
        """Steps there are."""
        return self.slider.maximum()

    @property
    def step(self) -> int:
        """The step shown."""
        return self.slider.value()

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def set_steps(self, steps: int) -> None:
        """Take paths of this many steps: the end if the end was shown, else the same step."""
        at_end = self.step == self.steps and not self.playing
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, steps)
            self.slider.setPageStep(max(1, steps // 10))
            self.slider.setValue(steps if at_end else min(self.step, steps))
        self._on_slider()

    def show_end(self) -> None:
        """Stop, and show the whole paths."""
        self._go(self.steps)

    def toggle(self) -> None:
        """Play, from the start if the end was reached; or stop."""
        if self.playing:
            self.stop()
            return
        if self.step == self.steps:
            self.slider.setValue(0)
        self._exact, self._last_tick = float(self.step), time.perf_counter()
        self._timer.start()
        self._show_playing()

    def stop(self) -> None:
        """Stop where it is."""
        self._timer.stop()
        self._show_playing()

    def go_by(self, by: int) -> None:
        """Stop, and go some steps on or back."""
        self._go(self.step + by)

    def apply_theme(self, theme: Theme) -> None:
        """Tint the icons."""
        self._theme = theme
        for button, name in (
            (self.to_start, "to_start"),
            (self.back, "step_back"),
            (self.on, "step"),
        ):
            button.setIcon(icon(name, theme))
        self._show_playing()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves while nobody looks; Qt's hook."""
        super().hideEvent(event)
        self.stop()

    def _go(self, step: int) -> None:
        self.stop()
        self.slider.setValue(step)

    def _tick(self) -> None:
        now = time.perf_counter()
        self._exact += (now - self._last_tick) * self.steps / _SECONDS * self.speed.currentData()
        self._last_tick = now
        if self._exact >= self.steps:
            self.stop()
        self.slider.setValue(min(self.steps, int(self._exact)))

    def _on_slider(self) -> None:
        if not self.playing or abs(self.step - self._exact) >= 1:
            self._exact = float(self.step)
        self.words.setText(f"step {self.step} of {self.steps}")
        self.step_changed.emit(self.step)

    def _show_playing(self) -> None:
        if self._theme is not None:
            self.play.setIcon(icon("pause" if self.playing else "run", self._theme))
