"""The options of reading that matter for the data at hand."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from dllab.data import OPTIONS, DataOptions, Inspection
from dllab.data.options import IMAGES
from dllab_ui.new_session.option_field import OptionField
from dllab_ui.new_session.option_words import ORDER, keys_for


class OptionForm(QWidget):
    """``chosen`` brings an option's key and value; ``refused`` a sentence; ``reset`` wants all of
    them detected again."""

    chosen = Signal(str, object)
    refused = Signal(str)
    reset = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, OptionField] = {}
        self._rows = QFormLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(10)
        self._rows.setVerticalSpacing(6)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for key in ORDER:
            field = OptionField(key)
            field.committed.connect(self.chosen)
            field.refused.connect(self.refused)
            self.fields[key] = field
        self.more = QToolButton()
        self.more.setObjectName("new.data.more")
        self.more.setText("More options")
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.toggled.connect(self._unfold)
        self.again = QPushButton("Detect again")
        self.again.setObjectName("new.data.again")
        self.again.setToolTip("Forget what was chosen here, and go by what is detected")
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._rows)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self._keys: list[str] = []
        self._first = 0
        # In the form from the beginning, so that the tab key goes from top to bottom.
        for key, field in self.fields.items():
            name = OPTIONS[key].name
            label = QLabel(name if name.startswith("y") else name[0].upper() + name[1:])
            label.setBuddy(field.box)
            self._rows.addRow(label, field)
        self.show_options("", None, DataOptions())

    def show_options(self, kind: str, found: Inspection | None, options: DataOptions) -> None:
        """Show the options for data of a format, as detected or chosen."""
        self._keys, self._first = keys_for(kind, found, options)
        for key in self._keys:
            field = self.fields[key]
            field.folders = kind == IMAGES
            field.start_folder = "" if found is None else str(Path(found.path).parent)
            field.show_value(getattr(options, key), found)
        self.more.setVisible(len(self._keys) > self._first)
        self.again.setVisible(bool(self._keys))
        given = set(options.given()) - {"split"}
        self.again.setEnabled(bool(given))
        if given & set(self._keys[self._first :]):
            self.more.setChecked(True)
        self._unfold()

    def _unfold(self) -> None:
        self.more.setArrowType(
            Qt.ArrowType.DownArrow if self.more.isChecked() else Qt.ArrowType.RightArrow
        )
        shown = self._keys if self.more.isChecked() else self._keys[: self._first]
        for key, field in self.fields.items():
            self._rows.setRowVisible(field, key in shown)
