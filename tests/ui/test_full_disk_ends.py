"""A disk that has become full: no end of a session stands still, none loses steps unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from dllab import Recipe, Session
from dllab.sessions import Trash
from dllab.training import folder_store
from dllab.training.commands import Nudge
from window import LabWindow


class FullDisk:
    """A session with steps and a line of the journal that do not get onto the disk."""

    def __init__(self, w: LabWindow, patch: pytest.MonkeyPatch) -> None:
        self.w, self._patch = w, patch
        folder = w.now.folder
        assert folder is not None
        self.folder = folder
        w.lab.run_steps(5)
        w.until_paused(5)
        for name in ("append_lines", "write_checkpoint"):
            patch.setattr(folder_store, name, self._refuse)
        w.lab.submit(Nudge({"learning_rate": 0.02}))
        w.lab.run_steps(5)
        w.until_paused(10)
        w.until(lambda: bool(w.now.not_saved))

    def _refuse(self, *args: Any) -> None:
        raise OSError(28, "No space left on device")

    def make_room(self) -> None:
        """The disk takes it again."""
        self._patch.undo()

    def question(self) -> QMessageBox:
        """The question whether what cannot be saved may be lost."""
        w = self.w
        w.until(lambda: any(b.isVisible() for b in boxes(w, "dialog.cannot_save")))
        (box,) = [b for b in boxes(w, "dialog.cannot_save") if b.isVisible()]
        return box

    def answer(self, name: str) -> None:
        """Press a button of the question."""
        button = self.question().findChild(QPushButton, f"cannot_save.{name}")
        self.w.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def ask_for_another(self) -> Path:
        """Make another session, as the dialog of a new session does; its folder."""
        folder = self.folder.with_name("another")
        self.w.lab.start(lambda: Session.create(Recipe.builtin("moons"), folder))
        return folder


@pytest.fixture
def full(circles: LabWindow) -> Iterator[FullDisk]:
    with pytest.MonkeyPatch.context() as patch:
        yield FullDisk(circles, patch)
        patch.undo()


def boxes(w: LabWindow, name: str) -> list[QMessageBox]:
    return list(w.window.findChildren(QMessageBox, name))


def text_of(box: QMessageBox) -> str:
    return f"{box.text()} {box.informativeText()}"


def test_that_the_window_closes_without_the_lines_of_the_journal(full: FullDisk) -> None:
    full.w.window.close()
    full.answer("leave")
    full.w.until(lambda: not full.w.window.isVisible())


def test_that_the_question_at_closing_says_everything_once(full: FullDisk) -> None:
    full.w.window.close()
    said = text_of(full.question())
    assert "Training goes on" not in said
    assert said.count("No space left on device") == 1
    assert said.count("What was saved before is whole") == 1
    assert "the window stays open" in said


def test_that_a_question_that_goes_without_an_answer_loses_nothing(full: FullDisk) -> None:
    full.w.window.close()
    full.question().close()
    w = full.w
    w.until(lambda: not w.lab.is_loading and w.lab.latest is not None and w.lab._timer.isActive())
    full.make_room()
    w.lab.run_steps(2)
    w.until_paused(12)
    w.close()
    with Session.open(full.folder) as session:
        assert session.step == 12


def test_that_a_session_is_discarded_though_its_end_cannot_be_written(full: FullDisk) -> None:
    w = full.w
    w.trigger("discard")
    w.child(QPushButton, "discard.accept").click()
    w.until(lambda: not full.folder.exists())
    assert w.window.desk.empty.isVisible()
    assert w.window.windowTitle() == "dllab"
    assert not w.lab.is_open
    w.until(lambda: not w.window.desk.chores.busy)
    assert len(list(Trash().list())) == 1


def test_that_another_session_waits_for_the_word_to_lose_steps(full: FullDisk) -> None:
    w = full.w
    other = full.ask_for_another()
    said = text_of(full.question())
    assert "the other session is not opened yet" in said
    assert "Training goes on" not in said
    full.answer("stay")
    assert not w.lab.is_loading
    assert not other.exists()
    assert w.window.status.message.whole == "The other session is not opened."
    full.make_room()
    w.lab.run_steps(2)
    w.until_paused(12)
    assert w.now.folder == full.folder
    full.ask_for_another()
    w.until(lambda: w.lab.latest is not None and w.now.name == "moons")
    w.until(lambda: not w.lab._retired)
    assert not boxes(w, "dialog.refused")
    with Session.open(full.folder, read_only=True) as session:
        assert session.step == 12
        assert [e.kind for e in session.journal.entries].count("nudge") == 1


def test_that_steps_that_may_be_lost_are_told_of_once(full: FullDisk) -> None:
    w = full.w
    # In memory: the disk of a folder would be just as full.
    w.lab.start(lambda: Session.create(Recipe.builtin("moons")))
    full.answer("leave")
    w.until(lambda: w.lab.latest is not None and w.now.name == "moons")
    w.until(lambda: not w.lab._retired)
    assert not boxes(w, "dialog.refused")


def test_that_a_window_closed_over_the_question_asks_for_itself(full: FullDisk) -> None:
    w = full.w
    full.ask_for_another()
    full.question()
    w.window.close()
    w.until(lambda: len([b for b in boxes(w, "dialog.cannot_save") if b.isVisible()]) == 1)
    assert not w.lab.is_loading
    w.until(lambda: "the window stays open" in full.question().text())
    full.answer("leave")
    w.until(lambda: not w.window.isVisible())


def test_that_nobody_is_asked_while_the_disk_is_well(circles: LabWindow, tmp_path: Path) -> None:
    w = circles
    folder = w.now.folder
    assert folder is not None
    w.lab.run_steps(7)
    w.until_paused(7)
    w.create(tmp_path / "another")
    w.until(lambda: not w.lab._retired)
    assert not boxes(w, "dialog.cannot_save")
    with Session.open(folder) as session:
        assert session.step == 7


def test_that_no_session_is_begun_once_the_threads_have_ended(
    circles: LabWindow, sessions_in_tmp: Path
) -> None:
    begun: list[int] = []

    def make() -> Session:
        begun.append(1)
        return Session.create(Recipe.builtin("moons"), sessions_in_tmp / "another")

    circles.lab.start(make)
    assert circles.lab.wait_for_threads()
    # The answer lies in the queue of the window.
    QApplication.processEvents()
    assert not circles.lab.is_loading
    assert begun == []
