"""The page *Network and training* of the dialog: the hyperparameters that matter at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from dllab.errors import HyperparameterError
from dllab.hyperparameters import TABLE
from dllab_ui.dialogs.field import Field, tooltip

_COLUMNS = (
    ("Network", (
        "hidden_layers", "activation", "batch_norm", "initialization", "output", "precision",
        "seed",
    )),
    ("Training", (
        "optimizer", "learning_rate", "mini_batch_size", "epochs", "keep_prob", "l2",
    )),
)  # fmt: skip
_MORE = (
    ("leaky_slope", "initialization_scale"),
    ("batch_norm_epsilon", "initialization_gain"),
)
_USED: Mapping[str, tuple[str, Callable[[str], bool], str]] = {
    "leaky_slope": ("activation", lambda v: v == "leaky_relu", "activation leaky_relu"),
    "batch_norm_epsilon": ("batch_norm", lambda v: v == "on", "batch norm"),
    "initialization_scale": ("initialization", lambda v: v == "random", "initialization random"),
    "initialization_gain": (
        "initialization", lambda v: v not in ("random", "zeros"), "He, Xavier and Glorot"
    ),
}  # fmt: skip


class NetworkPage(QWidget):
    """``changed`` brings the key of the hyperparameter that was changed."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        shown = [key for _, keys in _COLUMNS for key in keys]
        shown += [key for column in _MORE for key in column]
        self.fields = {key: Field(TABLE[key], "new") for key in shown}
        self._labels: dict[str, QLabel] = {}
        self.more = QToolButton()
        self.more.setObjectName("new.more")
        self.more.setText("More")
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.toggled.connect(self._unfold)
        self._lay_out()
        for key, field in self.fields.items():
            field.on_change(lambda *_, key=key: self._tell(key))
        self._unfold()

    def _lay_out(self) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setColumnStretch(1, 1)
        form.setColumnStretch(3, 1)
        form.setColumnMinimumWidth(2, 140)
        last = max(len(keys) for _, keys in _COLUMNS) + 1
        for column, (title, keys) in enumerate(_COLUMNS):
            heading = QLabel(title)
            heading.setProperty("strong", True)
            form.addWidget(heading, 0, 2 * column, 1, 2)
            for row, key in enumerate(keys, start=1):
                self._add(form, key, row, column)
        form.addWidget(self.more, last, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        for column, more in enumerate(_MORE):
            for row, key in enumerate(more, start=last + 1):
                self._add(form, key, row, column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addLayout(form)
        layout.addStretch(1)

    def _add(self, form: QGridLayout, key: str, row: int, column: int) -> None:
        name = TABLE[key].name
        label = QLabel(name if "_" in name else name[0].upper() + name[1:])
        label.setBuddy(self.fields[key].widget)
        self._labels[key] = label
        form.addWidget(label, row, 2 * column)
        form.addWidget(self.fields[key].widget, row, 2 * column + 1)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Put values in."""
        for key, field in self.fields.items():
            if key in values:
                field.show(values[key])
        moved = [k for column in _MORE for k in column if values.get(k) not in (None, _default(k))]
        if moved:
            self.more.setChecked(True)
        self._enable()

    def _tell(self, key: str) -> None:
        self._enable()
        self.changed.emit(key)

    def _enable(self) -> None:
        for key, (other, used, words) in _USED.items():
            try:
                value = str(self.fields[other].value())
            except HyperparameterError:
                continue
            widget, on = self.fields[key].widget, used(value)
            widget.setEnabled(on)
            widget.setToolTip(tooltip(TABLE[key]) + ("" if on else f"\nUsed with {words} only."))

    def _unfold(self) -> None:
        shown = self.more.isChecked()
        self.more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        for key in (key for column in _MORE for key in column):
            self._labels[key].setVisible(shown)
            self.fields[key].widget.setVisible(shown)


def _default(key: str) -> Any:
    return TABLE[key].default
