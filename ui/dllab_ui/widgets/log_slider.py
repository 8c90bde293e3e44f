"""A hyperparameter's control: slider, typed value, quick buttons, and what became of a change."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QWidget,
)

from dllab_ui.widgets.quick_buttons import quick_buttons_for
from dllab_ui.widgets.scales import Scale, ScaleKind
from dllab_ui.widgets.toned_label import set_tone, small_label

StatusKind = Literal["requested", "applied", "refused", ""]

_TICKS = 1000
_TONES = {"requested": "accent", "applied": "muted", "refused": "danger", "": "muted"}


class ScaledSlider(QWidget):
    """One number from ``low`` to ``high`` on a linear, log or one-minus-log scale.

    With ``allow_off`` the leftmost place is a true off, the value 0. The arrow keys, Page Up/Down,
    Home and End move the slider; in the field, Enter takes what is typed and Esc takes it back.
    """

    value_changing = Signal(float)
    """The value under the hand while the slider is dragged."""
    value_chosen = Signal(float)
    """The value settled on: released, typed, or one step by key, wheel or button."""
    refused = Signal(str)
    """A sentence why what was typed is not taken; the old value stands."""

    def __init__(
        self,
        key: str,
        symbol: str,
        low: float,
        high: float,
        value: float,
        scale: ScaleKind = "linear",
        allow_off: bool = False,
        unit: str = "",
        help_text: str = "",
        quick_buttons: bool = False,
        decimals: int = 3,
        title: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.key = key
        self.scale = Scale(scale, low, high, allow_off, decimals)
        if not self.scale.contains(value):
            raise ValueError(f"{key} must be {self.scale.range_text()}, not {value!r}")
        self.title = title or (key if key.startswith("keep_prob") else key.replace("_", " "))
        self._unit = unit
        self._value = value
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _TICKS)
        self.slider.setSingleStep(_TICKS // 100)
        self.slider.setPageStep(_TICKS // 10)
        self.edit = QLineEdit()
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.setFixedWidth(self.edit.fontMetrics().horizontalAdvance("0.000e-00") + 18)
        self.buttons = quick_buttons_for(self.title, self.multiply)
        self._note, self._status = small_label(), small_label()
        self._status.setWordWrap(True)
        self._lay_out(symbol, quick_buttons)
        self._describe(symbol, help_text)
        self.slider.installEventFilter(self)
        self.edit.installEventFilter(self)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._released)
        self.edit.editingFinished.connect(self._typed)
        self.set_status("", "")
        self.set_note("")
        self._show(value)

    @property
    def value(self) -> float:
        """The value shown; 0 means off where off is allowed."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value without a signal; a drag or typing under way is left alone."""
        if not self.slider.isSliderDown():
            self._show(value)

    def set_status(self, text: str, kind: StatusKind) -> None:
        """Say what became of the last change: requested, applied or refused."""
        self._status.setText(text)
        self._status.setProperty("kind", kind)
        set_tone(self._status, _TONES[kind])
        self._fit_status()

    def set_note(self, text: str) -> None:
        """Say what the value means, as "averages ≈ 10 steps"."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def multiply(self, factor: float) -> None:
        """Choose ``factor`` times the value, as a quick button does."""
        self._choose(self.scale.multiplied(self._value, factor))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the wheel from an unfocused slider, and Esc in the field; Qt's hook."""
        if watched is self.slider and event.type() == QEvent.Type.Wheel:
            # Scrolling a dock must not nudge the training.
            if not self.slider.hasFocus():
                event.ignore()
                return True
        elif (
            watched is self.edit
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self._write(self._value)
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the status the height it needs at this width; Qt's hook."""
        super().resizeEvent(event)
        self._fit_status()

    def _fit_status(self) -> None:
        # A line is kept free, so that a status that comes and goes does not push other knobs.
        needed = self._status.heightForWidth(max(self.width(), 120))
        self._status.setMinimumHeight(max(needed, self._status.fontMetrics().height()))

    def _show(self, value: float) -> None:
        self._value = value
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(self.scale.position(value) * _TICKS))
        if not (self.edit.hasFocus() and self.edit.isModified()):
            self._write(value)

    def _write(self, value: float) -> None:
        self.edit.setText(self.scale.text(value))
        self.edit.setModified(False)

    def _choose(self, value: float) -> None:
        self._show(value)
        self._write(value)
        self.value_chosen.emit(value)

    def _moved(self, tick: int) -> None:
        value = self.scale.value(tick / _TICKS)
        if not self.slider.isSliderDown():
            self._choose(value)
            return
        self._value = value
        self._write(value)
        self.value_changing.emit(value)

    def _released(self) -> None:
        self._choose(self.scale.value(self.slider.value() / _TICKS))

    def _typed(self) -> None:
        if not self.edit.isModified():
            return
        text = self.edit.text().strip()
        value = self.scale.parsed(text)
        if value is None or not self.scale.contains(value):
            self._write(self._value)
            unit = f" {self._unit}" if self._unit else ""
            self.refused.emit(
                f"{self.title} must be a number {self.scale.range_text()}{unit}, not “{text}”; "
                f"{self.scale.text(self._value)} stands."
            )
            return
        self._choose(value)

    def _lay_out(self, symbol: str, quick_buttons: bool) -> None:
        name = QLabel(f"{self.title}  <b>{symbol}</b>" if symbol else self.title)
        name.setBuddy(self.edit)
        unit = small_label()
        unit.setText(self._unit)
        if not self._unit:
            unit.hide()
        below = QHBoxLayout()
        below.setSpacing(3)
        for button in self.buttons:
            if not quick_buttons:
                button.hide()
            below.addWidget(button)
        # A long note must not make the knob wider than its dock.
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight)
        below.addWidget(self._note, 1)
        # Keeps the buttons together where there is no note.
        below.addStretch(0)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.edit, 0, 1)
        grid.addWidget(unit, 0, 2)
        grid.addWidget(self.slider, 1, 0, 1, 3)
        grid.addLayout(below, 2, 0, 1, 3)
        grid.addWidget(self._status, 3, 0, 1, 3)

    def _describe(self, symbol: str, help_text: str) -> None:
        unit = f" {self._unit}" if self._unit else ""
        named = f"{self.title} {symbol}".strip()
        about = f"{named}: {help_text}\n" if help_text else f"{named}\n"
        tip = f"{about}Range: {self.scale.range_text()}{unit}"
        for widget, role in ((self.slider, "slider"), (self.edit, "value")):
            widget.setToolTip(tip)
            widget.setAccessibleName(f"{self.title} {role}")
            widget.setAccessibleDescription(tip)
        self.setAccessibleName(self.title)
        self._status.setAccessibleName(f"{self.title} status")
        self.setFocusProxy(self.slider)
