"""What a column of a table is used for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from dllab.data import Column, DataOptions, Inspection

_LABEL, _ALSO = "label", "also"
_USES = (
    ("", ""),
    ("an input, as a number", "number"),
    ("an input, as a category", "category"),
    ("left out", "ignore"),
    ("the label", _LABEL),
    ("one more label (regression)", _ALSO),
)


class ColumnPicker(QWidget):
    """Two lists: a column, and its use. ``chosen`` brings the options that follow."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.column = QComboBox()
        self.column.setObjectName("new.data.column")
        self.column.setAccessibleName("column")
        self.column.setToolTip("A click into the table chooses its column")
        self.use = QComboBox()
        self.use.setObjectName("new.data.use")
        self.use.setAccessibleName("what the column is used for")
        for box in (self.column, self.use):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(12)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for text, use in _USES:
            self.use.addItem(text, use)
        label = QLabel("Colu&mn")
        label.setBuddy(self.column)
        between = QLabel("is")
        between.setBuddy(self.use)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.column, 1)
        row.addWidget(between)
        row.addWidget(self.use, 1)
        self._columns: dict[str, Column] = {}
        self._options = DataOptions()
        self.column.currentTextChanged.connect(self._show_use)
        self.use.activated.connect(self._choose)

    def show_columns(self, found: Inspection | None, options: DataOptions) -> None:
        """Show the columns of a table; without any there is nothing to pick."""
        columns = () if found is None else found.columns
        self._options = options
        here = self.column.currentText()
        names = [column.name for column in columns]
        self.column.blockSignals(True)
        if names != list(self._columns):
            self.column.clear()
            self.column.addItems(names)
            self.column.setCurrentIndex(max(0, self.column.findText(here)))
        self.column.blockSignals(False)
        self._columns = {column.name: column for column in columns}
        self.setVisible(bool(columns))
        self._show_use()

    def pick(self, name: str) -> None:
        """Go to a column."""
        index = self.column.findText(name)
        if index >= 0:
            self.column.setCurrentIndex(index)

    def _show_use(self) -> None:
        column = self._columns.get(self.column.currentText())
        if column is None:
            return
        given = dict(self._options.columns or ()).get(column.name, "")
        use = _LABEL if column.role == "label" else given
        unused = " and left out" if column.role == "ignored" else ""
        kind = {"index": "a number of the row", "text": "text"}.get(column.kind, column.kind)
        self.use.setItemText(0, f"as detected: {kind}{unused}" if not given else "as detected")
        self.use.setCurrentIndex(self.use.findData(use))

    def _choose(self) -> None:
        name, use = self.column.currentText(), self.use.currentData()
        kinds = dict(self._options.columns or ())
        column = self._columns[name]
        labels = [one.name for one in self._columns.values() if one.role == "label"]
        label = self._options.label
        if use == _LABEL:
            kinds.pop(name, None)
            label = (name,)
        elif use == _ALSO:
            kinds.pop(name, None)
            label = (*(one for one in labels if one != name), name)
        else:
            kinds.pop(name, None)
            if use:
                kinds[name] = use
            if column.role == "label" and use != "category":
                rest = tuple(one for one in label or () if one != name)
                label = rest or None
        columns = tuple(kinds.items()) or None
        self.chosen.emit(self._options.with_changes(columns=columns, label=label))
