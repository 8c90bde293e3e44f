"""How the window comes up again."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar

from dllab_ui.lab import Lab
from dllab_ui.main_window import MainWindow
from window import LabWindow


def test_that_a_remembered_window_comes_up_with_one_bar_for_each_group_of_tabs(
    circles: LabWindow, qtbot: Any
) -> None:
    circles.close()
    again = MainWindow(Lab())
    qtbot.addWidget(again)
    again.show()
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    first_tabs = [bar.tabText(0) for bar in again.findChildren(QTabBar, options=direct)]
    assert sorted(first_tabs) == ["Diagnosis", "Timeline"]
    again._may_close = True
