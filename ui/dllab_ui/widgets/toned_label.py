"""Labels with a tone of the style sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget


def small_label() -> QLabel:
    """A muted label in a slightly smaller font."""
    label = QLabel()
    font = label.font()
    font.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
    label.setFont(font)
    label.setProperty("tone", "muted")
    return label


def set_tone(label: QWidget, tone: str) -> None:
    """Give a label or a button a tone of the style sheet: muted, accent, danger, warning, best."""
    if label.property("tone") == tone:
        return
    label.setProperty("tone", tone)
    # Qt looks at a dynamic property only when the widget is polished.
    label.style().unpolish(label)
    label.style().polish(label)
