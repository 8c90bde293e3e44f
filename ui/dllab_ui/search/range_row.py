"""One hyperparameter of the form: whether to search it, and where."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit

from dllab.errors import SearchError
from dllab.hyperparameters import Hyperparameter
from dllab.search import Choices, Dimension, choices, span
from dllab_ui.dialogs.field import tooltip

_FIELD_WIDTH, _LONGEST = 54, 16
_SCALE_WORDS = {
    "linear": "Values are drawn uniformly.",
    "log": "Values are drawn uniformly on a logarithmic scale.",
    "one-minus-log": "Values are drawn by 1 minus the value, uniformly on a logarithmic scale.",
    "power-of-two": "The powers of two in the range are drawn, each as often as the others.",
}


class RangeRow(QObject):
    """A box to tick and two ends to type, or one line for choices; ``changed`` on every change."""

    changed = Signal()

    def __init__(self, dimension: Dimension, parent: QObject | None = None) -> None:
        super().__init__(parent)
        record = dimension.record
        self.key = dimension.key
        self.has_choices = isinstance(dimension, Choices)
        scale = "" if isinstance(dimension, Choices) else _SCALE_WORDS[dimension.scale or "linear"]
        about = f"{tooltip(record)}\n{scale}".rstrip()
        self.box = QCheckBox(_title(record))
        self.box.setObjectName(f"search.{self.key}")
        self.box.setAccessibleName(f"search {record.name}")
        self.box.setToolTip(about)
        self.low, self.high = QLineEdit(), QLineEdit()
        self.dash = QLabel("–")
        ends = [(self.low, "low", "lowest"), (self.high, "high", "highest")]
        if self.has_choices:
            ends = [(self.low, "choices", "choices for")]
        for field, name, meaning in ends:
            field.setObjectName(f"search.{self.key}.{name}")
            field.setAccessibleName(f"{meaning} {record.name}")
            field.setToolTip(about)
            field.setMinimumWidth(_FIELD_WIDTH)
            field.textChanged.connect(lambda: self.changed.emit())
        self.box.toggled.connect(self._on_toggled)
        self.show_dimension(dimension)
        self._on_toggled(False)

    def place(self, grid: QGridLayout, row: int) -> None:
        """Put the widgets into a row of a grid with four columns."""
        grid.addWidget(self.box, row, 0)
        if self.has_choices:
            grid.addWidget(self.low, row, 1, 1, 3)
            return
        for column, widget in enumerate((self.low, self.dash, self.high), start=1):
            grid.addWidget(widget, row, column)

    def show_dimension(self, dimension: Dimension) -> None:
        """Put a range or choices into the fields."""
        if isinstance(dimension, Choices):
            self.low.setText(str(dimension))
        else:
            self.low.setText(_typed(dimension.low))
            self.high.setText(_typed(dimension.high))
        for field in (self.low, self.high):
            field.setCursorPosition(0)

    def dimension(self) -> Dimension:
        """The range or choices as typed.

        Raises
        ------
        SearchError
            If it makes no sense, in words.
        """
        if self.has_choices:
            return choices(self.key, self.low.text())
        return span(self.key, self.low.text(), self.high.text())

    def show_problem(self) -> None:
        """Mark the fields if what is typed makes no sense."""
        wrong = False
        if self.box.isChecked():
            try:
                self.dimension()
            except SearchError:
                wrong = True
        for field in (self.low, self.high):
            if bool(field.property("wrong")) != wrong:
                field.setProperty("wrong", wrong)
                field.style().unpolish(field)
                field.style().polish(field)

    def _on_toggled(self, on: bool) -> None:
        for widget in (self.low, self.dash, self.high):
            widget.setEnabled(on)
        self.changed.emit()


def _title(record: Hyperparameter) -> str:
    """The name, with its symbol where a narrow dock has room for it."""
    symbol = "" if record.symbol in record.name else f"  {record.symbol}"
    return record.name + symbol if len(record.name + symbol) <= _LONGEST else record.name


def _typed(value: float) -> str:
    return f"{value:.10g}"
