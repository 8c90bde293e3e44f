"""What the tests of docks with a probe share: asking for it, and settings that cannot be."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from window import LabWindow


def probe(window: LabWindow, panel: Any, found: str) -> Any:
    """Press the dock's button and wait until its attribute ``found`` holds something new."""
    before = getattr(panel, found)
    window.qtbot.mouseClick(panel.row.run, Qt.MouseButton.LeftButton)
    window.until(lambda: getattr(panel, found) is not before)
    return getattr(panel, found)


def expect_refusal(qtbot: QtBot, panel: Any, edit: QLineEdit, typed: str, words: str) -> None:
    """Type over a setting: it is refused in these words at once, and well again as it was."""
    before = edit.text()
    edit.clear()
    qtbot.keyClicks(edit, typed)
    assert words in panel.row.words.text()
    assert edit.property("wrong")
    assert not panel.row.run.isEnabled()
    assert panel.row.run.toolTip() == panel.row.words.text() != ""
    edit.setText(before)
    assert panel.row.run.isEnabled()
    assert not panel.row.words.isVisible()
    assert not edit.property("wrong")
