"""One suggestion of the diagnosis: what, why, and a button that does it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from dllab.diagnosis.suggestions import Suggestion
from dllab_ui.widgets.toned_label import small_label


class SuggestionRow(QWidget):
    """``wanted`` brings the suggestion shown, when the button is pressed."""

    wanted = Signal(object)

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"diagnosis.suggestion.{number}")
        self._shown: Suggestion | None = None
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.why = small_label()
        self.why.setWordWrap(True)
        self.button = QPushButton()
        self.button.setObjectName(f"diagnosis.do.{number}")
        self.button.clicked.connect(lambda: self.wanted.emit(self._shown))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.text, 0, 0)
        grid.addWidget(self.why, 1, 0)
        grid.addWidget(self.button, 0, 1, 2, 1, Qt.AlignmentFlag.AlignTop)

    def show_suggestion(self, suggestion: Suggestion) -> None:
        """Show this one."""
        if suggestion == self._shown:
            return
        self._shown = suggestion
        self.text.setText(suggestion.text)
        self.why.setText(suggestion.why)
        self.button.setVisible(suggestion.changes is not None)
        if suggestion.new_session:
            self.button.setText("New …")
            tip = "Open New session with this recipe; the present run goes on until it is made"
        else:
            self.button.setText("Do")
            tip = "Nudge the run: an entry of the journal, used by the next update"
        self.button.setToolTip(tip)
        self.button.setAccessibleName(f"{self.button.text().rstrip(' …')}: {suggestion.text}")
        self.button.setAccessibleDescription(suggestion.why)
