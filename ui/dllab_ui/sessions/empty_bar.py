"""The bar of a window without a session: what one can begin with."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from dllab_ui.widgets.bar import Bar


class EmptyBar(Bar):
    """No session is open; here are the ways to one."""

    manager_wanted = Signal()
    new_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("empty_bar", "no session is open", parent)
        headline = QLabel("No session is open.")
        headline.setProperty("strong", True)
        self.sessions = QPushButton("Sessions on this computer …")
        self.sessions.setObjectName("empty.sessions")
        self.sessions.setToolTip("Open, duplicate, archive or throw away a session")
        self.sessions.clicked.connect(self.manager_wanted)
        self.new = QPushButton("New session …")
        self.new.setObjectName("empty.new")
        self.new.setToolTip("Start a network of your own")
        self.new.clicked.connect(self.new_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(10)
        layout.addWidget(headline)
        layout.addStretch(1)
        layout.addWidget(self.sessions)
        layout.addWidget(self.new)
