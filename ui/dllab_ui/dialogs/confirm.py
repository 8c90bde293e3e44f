"""Ask once more before something goes away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from dllab_ui.dialogs.base import BaseDialog


class ConfirmDialog(BaseDialog):
    """One sentence; the safe answer is the one that Enter gives."""

    def __init__(
        self, parent: QWidget | None, name: str, title: str, accept: str, sentence: str
    ) -> None:
        super().__init__(parent, name, title, accept)
        self.sentence = QLabel(sentence)
        self.sentence.setObjectName(f"{name}.sentence")
        # A note or a folder may hold what looks like markup.
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.body.addWidget(self.sentence)
        self.setMinimumWidth(420)
        self.ok.setDefault(False)
        self.ok.setAutoDefault(False)
        self.cancel.setDefault(True)
        self.cancel.setFocus()
