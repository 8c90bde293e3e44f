"""The buttons ÷3 ÷2 ×2 ×3 under a slider."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton

_FACTORS = (
    ("÷3", 1 / 3, "Divide {} by 3"),
    ("÷2", 1 / 2, "Halve {}"),
    ("×2", 2.0, "Double {}"),
    ("×3", 3.0, "Multiply {} by 3"),
)


def quick_buttons_for(title: str, multiply: Callable[[float], None]) -> list[QPushButton]:
    """Four buttons that call ``multiply`` with their factor."""
    buttons = []
    for text, factor, spoken in _FACTORS:
        button = QPushButton(text)
        button.setProperty("quick", True)
        button.setFixedWidth(32)
        button.setAccessibleName(spoken.format(title))
        button.setToolTip(spoken.format(title))
        button.clicked.connect(lambda _=False, by=factor: multiply(by))
        buttons.append(button)
    return buttons
