"""A column of widgets that scrolls where a dock is too low for it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from dllab_ui.widgets.scroll_area import scrolling


def fill_with_column(panel: QWidget, name: str, widgets: tuple[QWidget, ...]) -> None:
    """Put the widgets into a panel, one below the other; ``name`` begins the object name."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(12, 8, 12, 10)
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(scrolling(page, f"{name}.scroll"))
    panel.setMinimumSize(240, 160)
