"""The settings of an α range test."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dllab.diagnosis.range_test import STEPS_LEAST, STEPS_MOST, RangeTest
from dllab.errors import DllabError
from dllab.hyperparameters import TABLE
from dllab_ui.refusal import refusal
from dllab_ui.widgets.number_field import NumberField

_FIELD_WIDTH = 76


class RangeForm(QWidget):
    """``changed`` on every change; `settings` reads it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        usual, record = RangeTest(), TABLE["learning_rate"]
        self.low = NumberField("lowest learning rate", usual.low)
        self.high = NumberField("highest learning rate", usual.high)
        self.steps = NumberField("number of updates", usual.steps, whole=True)
        ends = f"from {record.low:g} to {record.high:g}"
        for field, name, tip in (
            (self.low, "low", f"Learning rate of the first update, {ends}."),
            (self.high, "high", f"Learning rate of the last update, {ends}."),
            (self.steps, "steps",
             f"Updates of the copy, one mini-batch each, {STEPS_LEAST} to {STEPS_MOST:,}. More "
             f"make a clearer curve."),
        ):  # fmt: skip
            field.setObjectName(f"range_test.{name}")
            field.setToolTip(tip)
            field.setFixedWidth(_FIELD_WIDTH)
            field.textChanged.connect(self._on_change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(_row(("α from", self.low), ("to", self.high)))
        column.addLayout(_row(("updates", self.steps)))

    def settings(self) -> RangeTest:
        """The settings as typed.

        Raises
        ------
        DllabError
            If something cannot be, in words.
        """
        return RangeTest(self.low.number(), self.high.number(), int(self.steps.number()))

    def problem(self) -> str:
        """Why the settings cannot be, or nothing."""
        return refusal(self.settings)

    def _on_change(self) -> None:
        for field in (self.low, self.high, self.steps):
            field.show_wrong(self._is_wrong(field))
        self.changed.emit()

    def _is_wrong(self, field: NumberField) -> bool:
        try:
            value = field.number()
            if field is self.steps:
                RangeTest(steps=int(value))
            else:
                TABLE["learning_rate"].check(value)
        except DllabError:
            return True
        # Each alone may be right and the two still the wrong way round.
        return field is not self.steps and "lower and a higher" in self.problem()


def _row(*fields: tuple[str, NumberField]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for text, field in fields:
        label = QLabel(text)
        label.setBuddy(field)
        row.addWidget(label)
        row.addWidget(field)
    row.addStretch(1)
    return row
