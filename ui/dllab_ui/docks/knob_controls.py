"""The two kinds of knob: a number on a slider, and a choice or number in a field."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dllab.errors import HyperparameterError
from dllab.hyperparameters import Hyperparameter, split_key
from dllab_ui.dialogs.field import tooltip
from dllab_ui.docks.knob import Knob
from dllab_ui.widgets.log_slider import ScaledSlider, StatusKind
from dllab_ui.widgets.scales import ScaleKind

_SLIDER_SCALES = ("linear", "log", "one-minus-log")


class SliderKnob(Knob):
    """A number on a scale."""

    def __init__(self, knob: str, value: float, *, quick: bool = False) -> None:
        super().__init__(knob)
        record = self.record
        name = record.name if self.layer is None else f"{record.name}[{self.layer}]"
        self.control = ScaledSlider(
            knob, _symbol(record) if self.layer is None else "", record.low, record.high,
            float(value), cast(ScaleKind, record.scale), allow_off=record.off is not None,
            help_text=record.help, quick_buttons=quick, title=name,
        )  # fmt: skip
        self.control.slider.setObjectName(f"knob.{knob}.slider")
        self.control.edit.setObjectName(f"knob.{knob}.value")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.control)
        self.control.value_changing.connect(lambda _: self._dragged())
        self.control.value_chosen.connect(self._settled)
        self.control.edit.textEdited.connect(self.edited)
        self.control.refused.connect(self.object)

    def _dragged(self) -> None:
        self.edited()
        self.say("requested on release", "requested")

    def _settled(self, value: float) -> None:
        self.edited()
        self.ask(value)

    def show_value(self, value: Any) -> None:
        """Put a value into the control."""
        self.control.set_value(float(value))

    def say(self, text: str, kind: StatusKind) -> None:
        """Say what became of the last change."""
        self.control.set_status(text, kind)

    def note(self, text: str) -> None:
        """Say what the value means."""
        self.control.set_note(text)

    def multiply(self, factor: float) -> None:
        """Ask for a multiple of the value."""
        self.control.multiply(factor)


class FieldKnob(Knob):
    """A choice, or a whole number to type or pick."""

    def __init__(self, knob: str, value: Any, picks: tuple[Any, ...] = ()) -> None:
        super().__init__(knob)
        self._line: QLineEdit | None = None
        self._box: QComboBox | None = None
        if self.record.kind == "choice" or picks:
            self._box = QComboBox()
            self._box.setEditable(self.record.kind != "choice")
            self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            self._box.addItems([self.record.show(pick) for pick in picks])
            self._box.addItems(list(self.record.choices))
            self._box.activated.connect(lambda _: self._picked())
            self._line = self._box.lineEdit()
        else:
            self._line = QLineEdit()
        self.editor = cast(QWidget, self._box or self._line)
        if self._line is not None:
            self._line.setAccessibleName(f"{self.record.name} value")
            self._line.editingFinished.connect(self._take)
            self._line.textEdited.connect(self.edited)
        self.editor.setObjectName(f"knob.{knob}.value")
        self.editor.setAccessibleName(self.record.name)
        self.editor.setToolTip(tooltip(self.record))
        self.editor.setMinimumWidth(118)
        self.editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editor.installEventFilter(self)
        symbol = _symbol(self.record)
        symbol = f"  <b>{symbol}</b>" if symbol else ""
        name = QLabel(f"{self.record.name}{symbol}")
        name.setBuddy(self.editor)
        self._note, self._status = QLabel(), QLabel()
        self._note.setProperty("tone", "muted")
        self._status.setWordWrap(True)
        self._status.setMinimumHeight(self._status.fontMetrics().height())
        top = QHBoxLayout()
        top.addWidget(name, 1)
        top.addWidget(self.editor)
        below = QHBoxLayout()
        below.addWidget(self._status, 1)
        below.addWidget(self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addLayout(below)
        self.show_value(value)
        self.say("", "")

    def eventFilter(self, watched: Any, event: Any) -> bool:
        """Scrolling the dock must not nudge the training."""
        if event.type() == event.Type.Wheel and not self.editor.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _picked(self) -> None:
        self.edited()
        self._take()

    def _take(self) -> None:
        text = self._box.currentText() if self._box is not None else self._text()
        try:
            value = self.record.parse(text.replace(",", "").replace("\u202f", ""))
        except HyperparameterError as error:
            standing = self.standing
            stands = "" if standing is None else f"; {self.record.show(standing)} stands"
            self.object(f"{error.plain.removesuffix('.')}{stands}.")
            if standing is not None:
                self.show_value(standing)
            return
        self.ask(value)

    def _text(self) -> str:
        return self._line.text() if self._line is not None else ""

    def show_value(self, value: Any) -> None:
        """Put a value into the control."""
        text = self.record.show(value)
        if self._box is not None:
            with QSignalBlocker(self._box):
                self._box.setCurrentText(text)
        elif self._line is not None:
            self._line.setText(text)

    def say(self, text: str, kind: StatusKind) -> None:
        """Say what became of the last change."""
        tones = {"requested": "accent", "applied": "muted", "refused": "danger"}
        if self._status.text() != text:
            self._status.setText(text)
        if self._status.property("tone") != tones.get(kind, "muted"):
            self._status.setProperty("tone", tones.get(kind, "muted"))
            self._status.style().unpolish(self._status)
            self._status.style().polish(self._status)

    def note(self, text: str) -> None:
        """Say what the value means."""
        if self._note.text() != text:
            self._note.setText(text)


def _symbol(record: Hyperparameter) -> str:
    """The symbol, unless the name says it already."""
    return "" if record.symbol in record.name else record.symbol


def make_knob(knob: str, value: Any) -> Knob:
    """The right control for a knob, from its record in the table."""
    record, _ = split_key(knob)
    if record.kind == "float" and record.scale in _SLIDER_SCALES and _is_bounded(record):
        return SliderKnob(knob, value, quick=record.key == "learning_rate")
    if record.scale == "power-of-two":
        picks = tuple(2**power for power in range(14)) + ((0,) if record.off == 0 else ())
        return FieldKnob(knob, value, picks)
    return FieldKnob(knob, value)


def _is_bounded(record: Hyperparameter) -> bool:
    """Whether a slider has two ends."""
    return abs(record.low) != float("inf") and abs(record.high) != float("inf")
