"""Ask for one line of text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from dllab_ui.dialogs.base import BaseDialog


class OneLineDialog(BaseDialog):
    """A question and a field; ``chosen`` carries the text without spaces around it."""

    chosen = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        name: str,
        title: str,
        accept: str,
        question: str,
        text: str = "",
        longest: int = 500,
    ) -> None:
        super().__init__(parent, name, title, accept)
        label = QLabel(question)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        self.field = QLineEdit(text)
        self.field.setObjectName(f"{name}.text")
        self.field.setAccessibleName(title.lower())
        self.field.setMaxLength(longest)
        label.setBuddy(self.field)
        self.body.addWidget(label)
        self.body.addWidget(self.field)
        self.setMinimumWidth(420)
        self.field.setFocus()
        self.field.selectAll()
        self.accepted.connect(lambda: self.chosen.emit(self.field.text().strip()))
