"""A bar that lies over the window's middle while something is to be said or decided."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class Bar(QFrame):
    """A frame with a name, hidden at first."""

    def __init__(self, name: str, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.hide()

    def stack(self, headline: QLabel, message: QLabel, *buttons: QPushButton) -> None:
        """Lay out a headline, a message below it that may be long, and the ways out of it."""
        headline.setProperty("strong", True)
        message.setWordWrap(True)
        row = QHBoxLayout()
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        layout.addWidget(headline)
        layout.addWidget(message)
        layout.addSpacing(2)
        layout.addLayout(row)
