"""What a run was started with and keeps: shown, with the reason why it is no knob."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from dllab.hyperparameters import TABLE
from dllab_ui.dialogs.field import tooltip

_REASON = "These shape the data or θ itself, so another value is another run: start a new session."


class FixedValues(QWidget):
    """A folded list of the hyperparameters that cannot move."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("nudge.fixed")
        self.heading = QToolButton()
        self.heading.setObjectName("nudge.heading.fixed")
        self.heading.setText("Fixed for this run")
        self.heading.setProperty("heading", True)
        self.heading.setCheckable(True)
        self.heading.setArrowType(Qt.ArrowType.RightArrow)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setToolTip("What this run was started with, and why it is no knob")
        reason = QLabel(_REASON)
        reason.setWordWrap(True)
        reason.setProperty("tone", "muted")
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(reason)
        form = QFormLayout()
        form.setContentsMargins(0, 4, 0, 0)
        column.addLayout(form)
        self._values: dict[str, QLabel] = {}
        for key, record in TABLE.items():
            if not record.live:
                value = QLabel()
                value.setObjectName(f"fixed.{key}")
                value.setWordWrap(True)
                name = QLabel(record.name)
                for label in (name, value):
                    label.setToolTip(tooltip(record))
                self._values[key] = value
                form.addRow(name, value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._body)
        self._body.hide()
        self.heading.toggled.connect(self._fold)

    def _fold(self, open_: bool) -> None:
        down, right = Qt.ArrowType.DownArrow, Qt.ArrowType.RightArrow
        self.heading.setArrowType(down if open_ else right)
        self._body.setVisible(open_)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show the values of a session."""
        for key, label in self._values.items():
            label.setText(TABLE[key].show(values[key]) or "none")
