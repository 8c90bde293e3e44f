"""A small editor for one hyperparameter, made from its record in the table."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from dllab.hyperparameters import Hyperparameter


def tooltip(record: Hyperparameter) -> str:
    """Symbol, meaning and range, the same wherever the hyperparameter is shown."""
    head = f"{record.symbol}  {record.name}" if record.symbol else record.name
    unit = f" Unit: {record.unit}." if record.unit else ""
    source = f" Source: {record.source}." if record.source else ""
    return f"{head}\n{record.help}\nAllowed: {record.range_text}.{unit}{source}"


class Field:
    """Reads and shows a value as text; a choice has a list, everything else a line to type in."""

    def __init__(self, record: Hyperparameter, owner: str) -> None:
        self.record = record
        self.widget: QWidget
        if record.kind == "choice":
            self._choice: QComboBox | None = QComboBox()
            self._choice.addItems(list(record.choices))
            self.widget = self._choice
        else:
            self._choice, self._line = None, QLineEdit()
            self.widget = self._line
        self.widget.setObjectName(f"{owner}.{record.key}")
        self.widget.setAccessibleName(record.name)
        self.widget.setToolTip(tooltip(record))

    def on_change(self, slot: Any) -> None:
        """Call ``slot`` whenever the person changes the value."""
        if self._choice is not None:
            self._choice.currentTextChanged.connect(slot)
        else:
            self._line.textChanged.connect(slot)

    def show(self, value: Any) -> None:
        """Put a value in."""
        if self._choice is not None:
            self._choice.setCurrentText(str(value))
            return
        if self.record.per_layer and isinstance(value, tuple):
            value = value[0] if len(set(value)) == 1 else value
        # Typed back by a person: no thousands separators.
        self._line.setText(self.record.show(value) if _is_off(self.record, value) else _bare(value))

    def value(self) -> Any:
        """The value in the field; raises `HyperparameterError` with the range in words."""
        text = self._choice.currentText() if self._choice is not None else self._line.text()
        return self.record.parse(text)


def _is_off(record: Hyperparameter, value: Any) -> bool:
    return record.off is not None and value == record.off


def _bare(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_bare(one) for one in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
