"""An editor for one option of reading: what was detected, and whatever else one may choose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from dllab.data import OPTIONS, Inspection
from dllab.errors import DataError
from dllab_ui.new_session import option_words

_TYPED = ("text", "names", "size", "count", "encoding", "delimiter", "shares")
_FROM_LIST = ("label", "x", "y", "dev_x", "dev_y", "test_x", "test_y")


class OptionField(QWidget):
    """A list whose first entry leaves the option to be detected; many can be typed too.

    ``committed`` brings the option's key and its new value, None to detect it; ``refused`` a
    sentence on what was typed.
    """

    committed = Signal(str, object)
    refused = Signal(str)

    def __init__(self, key: str) -> None:
        super().__init__()
        self.option = OPTIONS[key]
        self.box = QComboBox()
        self.box.setObjectName(f"new.data.{key}")
        self.box.setAccessibleName(self.option.name)
        self.box.setToolTip(f"{self.option.help}\nAllowed: {self.option.range_text}.")
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMinimumContentsLength(8)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.box, 1)
        self._given: Any = None
        self._line: QLineEdit | None = None
        if self.option.kind in _TYPED and key not in _FROM_LIST:
            self._line = QLineEdit()
            self._line.setAcceptDrops(False)
            self.box.setLineEdit(self._line)
            self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            self.box.setCompleter(None)  # type: ignore[arg-type]
            self._line.editingFinished.connect(self._commit)
        self.box.activated.connect(self._commit)
        if key.endswith("_file"):
            row.addWidget(self._browse_button())
        self.show_value(None, None)

    def show_value(self, given: Any, found: Inspection | None) -> None:
        """Show what is chosen (None: nothing), and what data of this kind offer."""
        self._given = given
        key = self.option.key
        detected = None if found is None else getattr(found.options, key)
        if key == "image_size" and detected is None and found is not None and found.image_shape:
            detected = found.image_shape[:2]
        known = found is not None and given is None
        first = option_words.automatic(self.option, detected if known else None, detected=known)
        offered = option_words.entries(self.option, found)
        if given is not None and given not in [value for _, value in offered]:
            offered.append((option_words.shown(self.option, given), given))
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(first, None)
        for text, value in offered:
            # A tuple as item data would come back as a list.
            self.box.addItem(text, _Held(value))
        values = [None, *(value for _, value in offered)]
        self.box.setCurrentIndex(values.index(given))
        if self._line is not None:
            self._line.setCursorPosition(0)
        self.box.blockSignals(False)
        self._mark(wrong=False)

    def value(self) -> Any:
        """The value as the field stands; raises `DataError` for what is no value."""
        text = self.box.currentText()
        index = self.box.findText(text)
        if index < 0:
            return option_words.parse(self.option, text)
        held = self.box.itemData(index)
        return held.value if isinstance(held, _Held) else None

    def _commit(self) -> None:
        try:
            value = self.value()
        except DataError as error:
            self._mark(wrong=True)
            self.refused.emit(error.plain)
            return
        if value != self._given or self.box.property("wrong"):
            self._mark(wrong=False)
            self._given = value
            self.committed.emit(self.option.key, value)

    def _mark(self, *, wrong: bool) -> None:
        self.box.setProperty("wrong", wrong)
        line = self._line
        if line is not None and line.property("wrong") != wrong:
            line.setProperty("wrong", wrong)
            line.style().unpolish(line)
            line.style().polish(line)

    def _browse_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("…")
        button.setObjectName(f"new.browse.{self.option.key}")
        button.setToolTip(f"Choose the {self.option.name}")
        button.setAccessibleName(f"choose the {self.option.name}")
        button.setFixedHeight(self.box.sizeHint().height())
        button.clicked.connect(self._browse)
        return button

    #: Where a browser begins, and whether it looks for folders.
    start_folder = ""
    folders = False

    def _browse(self) -> None:
        dialog = QFileDialog(self, f"Choose the {self.option.name}", self.start_folder)
        folders = self.folders and self.option.key in ("dev_file", "test_file")
        mode = QFileDialog.FileMode.Directory if folders else QFileDialog.FileMode.ExistingFile
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(self.choose)
        dialog.open()

    def choose(self, path: str) -> None:
        """Take a file or folder."""
        self.committed.emit(self.option.key, str(Path(path)))


class _Held:
    """Keeps a value as it is inside a list of Qt's."""

    def __init__(self, value: Any) -> None:
        self.value = value
