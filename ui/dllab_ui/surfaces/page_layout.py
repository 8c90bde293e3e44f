"""How the pages of the surfaces window are divided."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget


def divide(
    page: QWidget,
    controls: QWidget,
    stage: QWidget,
    below: tuple[QWidget, QWidget],
    heights: tuple[int, int],
    widths: tuple[int, int],
) -> None:
    """Controls at the left; beside them the stage, and two parts side by side below it.

    ``heights`` of stage and what is below, ``widths`` of the two there: pixels to begin with. What
    the window gains goes mostly to the stage.
    """
    foot = _splitter(Qt.Orientation.Horizontal, *below)
    foot.setSizes(widths)
    right = _splitter(Qt.Orientation.Vertical, stage, foot)
    right.setStretchFactor(0, 6)
    right.setStretchFactor(1, 1)
    right.setSizes(heights)
    layout = QHBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(controls)
    layout.addWidget(right, 1)


def _splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter
