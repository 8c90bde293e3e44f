"""Ends that go wrong: nothing is lost in silence, nothing is left running."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton

from dllab.errors import SessionError
from dllab.log import log_file
from dllab.training.session import Session
from dllab_ui.key_guard import KeyGuard
from dllab_ui.reporting import Reporter, start_log
from window import LabWindow


def make_unsavable(circles: LabWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Session, *args: Any, **kwargs: Any) -> str:
        raise SessionError("No room is left on the disk.")

    circles.lab.run_steps(5)
    circles.until_paused(5)
    monkeypatch.setattr(Session, "checkpoint", refuse)


def test_that_a_close_that_cannot_save_can_be_taken_back(
    circles: LabWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        make_unsavable(circles, broken)
        circles.window.close()
        circles.until(lambda: circles.window.findChild(QDialog, "dialog.cannot_save") is not None)
        box = circles.child(QDialog, "dialog.cannot_save")
        assert "No room is left" in box.informativeText()
        circles.qtbot.mouseClick(circles.child(QPushButton, "cannot_save.stay"),
                                 Qt.MouseButton.LeftButton)  # fmt: skip
    assert circles.window.isVisible()
    circles.until(lambda: circles.lab.latest is not None and not circles.lab.is_loading)
    circles.lab.run_steps(4)
    circles.until_paused(9)
    folder = circles.now.folder
    circles.close()
    assert folder is not None
    with Session.open(folder) as session:
        assert session.step == 9


def test_that_a_close_that_cannot_save_can_be_insisted_on(
    circles: LabWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_unsavable(circles, monkeypatch)
    circles.window.close()
    circles.until(lambda: circles.window.findChild(QDialog, "dialog.cannot_save") is not None)
    circles.child(QPushButton, "cannot_save.leave").click()
    circles.until(lambda: not circles.window.isVisible())


def test_that_an_error_anywhere_ends_in_one_dialog_and_the_log(
    circles: LabWindow, sessions_in_tmp: Path
) -> None:
    reporter = Reporter()
    start_log()
    reporter.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        second = threading.Thread(target=lambda: [][1])
        second.start()
        second.join()
        circles.until(lambda: reporter._box is not None and reporter._more == 1)
        assert reporter._box is not None
        assert "ZeroDivisionError" in reporter._box.text()
        reporter._box.accept()
    finally:
        reporter.remove()
    assert "ZeroDivisionError" in log_file().read_text("utf-8")
    circles.lab.run_steps(2)
    circles.until_paused(2)


def test_that_the_next_start_goes_on_with_this_session(circles: LabWindow) -> None:
    from dllab.places import last_session

    assert last_session() == circles.now.folder


def test_that_the_focus_may_move_on_from_a_widget_that_is_gone(qtbot: Any) -> None:
    guard = KeyGuard(QApplication.instance(), QObject(QApplication.instance()))
    gone, next_one = QLineEdit(), QLineEdit()
    qtbot.addWidget(next_one)
    guard._follow(None, gone)
    gone.destroyed.disconnect(guard._gone)
    shiboken6.delete(gone)
    guard._follow(None, next_one)
    assert guard._guarded is next_one
    guard._follow(next_one, None)
