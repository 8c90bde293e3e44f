"""A question about one session is not answered on another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

from dllab import Recipe, Session
from window import LabWindow

Arrive = Callable[[], None]


@pytest.fixture
def arrive(circles: LabWindow, sessions_in_tmp: Path) -> Arrive:
    """Called, another session comes."""

    def come() -> None:
        circles.lab.start(lambda: other_session(sessions_in_tmp))
        circles.until(lambda: circles.lab.latest is not None and circles.now.name == "moons")

    return come


def other_session(sessions: Path) -> Session:
    return Session.create(Recipe.builtin("moons"), sessions / "other")


def visible(w: LabWindow) -> list[str]:
    return [d.objectName() for d in w.window.findChildren(QDialog) if d.isVisible()]


@pytest.mark.parametrize("action", ["rollback", "checkpoint", "run_n", "discard", "save_as"])
def test_that_a_question_about_a_session_goes_when_another_comes(
    circles: LabWindow, arrive: Arrive, action: str
) -> None:
    circles.trigger(action)
    (name,) = visible(circles)
    answers: list[int] = []
    circles.child(QDialog, name).finished.connect(answers.append)
    arrive()
    assert visible(circles) == []
    assert answers == [QDialog.DialogCode.Rejected]
    circles.until(lambda: not circles.lab._retired)
    assert circles.now.branch == "main"
    assert circles.now.folder is not None
    assert circles.now.folder.exists()


@pytest.mark.parametrize("action", ["new", "open", "sessions", "palette", "help"])
def test_that_what_is_about_no_session_stays(
    circles: LabWindow, arrive: Arrive, action: str
) -> None:
    circles.trigger(action)
    before = visible(circles)
    assert len(before) == 1
    arrive()
    assert visible(circles) == before
    circles.child(QDialog, before[0]).reject()


def test_that_what_is_asked_from_the_manager_stays_with_it(
    circles: LabWindow, arrive: Arrive
) -> None:
    circles.trigger("sessions")
    manager = circles.window.desk._manager
    assert manager is not None
    manager._ask_to_empty()
    arrive()
    assert visible(circles) == ["dialog.sessions", "dialog.empty_trash"]
    circles.child(QDialog, "dialog.empty_trash").reject()
    manager.reject()


def test_that_a_refusal_is_read_though_another_session_comes(
    circles: LabWindow, arrive: Arrive
) -> None:
    circles.window.announcer.refuse("There is no such folder.")
    arrive()
    assert visible(circles) == ["dialog.refused"]
    circles.child(QMessageBox, "dialog.refused").accept()


def test_that_questions_go_with_the_session(circles: LabWindow) -> None:
    circles.trigger("save_as")
    assert circles.child(QFileDialog, "dialog.save_as").isVisible()
    circles.lab.let_session_go()
    circles.until(lambda: not circles.lab.is_open)
    assert visible(circles) == []


def test_that_a_session_is_not_discarded_while_another_comes(
    circles: LabWindow, sessions_in_tmp: Path
) -> None:
    gate = threading.Event()
    folder = circles.now.folder
    assert folder is not None

    def make() -> Session:
        gate.wait()
        return other_session(sessions_in_tmp)

    circles.trigger("discard")
    circles.lab.start(make)
    circles.child(QDialog, "dialog.discard").accept()
    gate.set()
    circles.until(lambda: circles.lab.latest is not None and circles.now.name == "moons")
    circles.until(lambda: not circles.lab._retired)
    assert folder.exists()
    circles.close()
