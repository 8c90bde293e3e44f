"""A column of widgets that scrolls where a dock is too low for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def fill_with_column(panel: QWidget, name: str, widgets: tuple[QWidget, ...]) -> None:
    """Put the widgets into a panel, one below the other; ``name`` begins the object name."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(12, 8, 12, 10)
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    scroll = QScrollArea()
    scroll.setObjectName(f"{name}.scroll")
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(page)
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(scroll)
    panel.setMinimumSize(240, 160)
