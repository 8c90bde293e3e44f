"""The session manager, as a person uses it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QPushButton

from dllab import Recipe, Session
from dllab.sessions import Trash, rename, summary_of, title_of
from dllab_ui.sessions.chores import Done
from dllab_ui.sessions.session_table import COLUMNS, NAME

STEPS = {"short": 20, "long": 60}


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """Two sessions that were closed, to be copied."""
    folder = tmp_path_factory.mktemp("profile")
    for name, steps in STEPS.items():
        with Session.create(Recipe.builtin("circles"), folder / name) as session:
            session.run(steps=steps)
            session.checkpoint(reason="close")
    rename(folder / "long", "Rings of Saturn")
    return folder


@pytest.fixture
def manager(profile, lab_window, sessions_in_tmp):
    """The manager over these sessions, read whole."""
    shutil.copytree(profile, sessions_in_tmp, dirs_exist_ok=True)
    return opened(lab_window)


def opened(w):
    w.trigger("sessions")
    dialog = w.window.desk._manager
    listed(w, dialog)
    return dialog


def listed(w, dialog):
    w.until(lambda: not dialog.chores.busy and not dialog.chores._reader.busy)


def names(dialog):
    model = dialog.list.sorted
    return [model.index(row, NAME).data() for row in range(model.rowCount())]


def press(w, dialog, name):
    w.qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def choose(w, dialog, folder):
    dialog.list.select(folder)
    assert dialog.list.current.folder == folder


def archive_into(w, manager, path):
    press(w, manager, "sessions.archive")
    asked = manager.findChild(QFileDialog, "dialog.archive")
    asked.fileSelected.emit(str(path))
    asked.reject()
    w.until(lambda: "was written into" in manager.problem.text())


def test_that_enter_opens_the_session_that_is_selected(manager, lab_window, sessions_in_tmp):
    w = lab_window
    assert sorted(names(manager)) == ["Rings of Saturn", "circles"]
    choose(w, manager, sessions_in_tmp / "long")
    w.qtbot.keyClick(manager.list.view, Qt.Key.Key_Return)
    w.until(lambda: w.lab.latest is not None)
    assert w.now.step == STEPS["long"]
    assert "Rings of Saturn" in w.window.windowTitle()
    assert w.window.desk._manager is None


def test_that_the_table_shows_and_sorts_what_is_known(manager, lab_window, sessions_in_tmp):
    model, view = manager.list.sorted, manager.list.view
    headings = [column.heading for column in COLUMNS]
    step = headings.index("step")
    position = view.horizontalHeader().sectionViewportPosition(step) + 10
    for _ in range(2):
        QTest.mouseClick(
            view.horizontalHeader().viewport(), Qt.MouseButton.LeftButton, pos=QPoint(position, 5)
        )
        shown = [model.index(row, step).data() for row in range(model.rowCount())]
        order = view.horizontalHeader().sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        assert shown == [str(s) for s in sorted(STEPS.values(), reverse=order)]
    row = model.row_of(sessions_in_tmp / "long")
    known = summary_of(sessions_in_tmp / "long")
    texts = {h: model.index(row, c).data() for c, h in enumerate(headings)}
    assert texts["dev cost"] == f"{known.dev_cost:#.4g}"
    assert texts["state"] == "closed"
    assert texts["recipe"] == "circles"
    assert len(known.curve.steps) >= 2


def test_that_searching_leaves_what_has_all_words(manager, lab_window):
    field = manager.list.field
    lab_window.qtbot.keyClicks(field, "saturn ring")
    assert names(manager) == ["Rings of Saturn"]
    assert manager.list.current.name == "Rings of Saturn"
    lab_window.qtbot.keyClicks(field, " x")
    assert names(manager) == []
    assert not manager.ok.isEnabled()
    assert not manager.list.buttons["trash"].isEnabled()
    field.clear()
    assert len(names(manager)) == 2


def test_that_f2_renames_where_the_name_stands(manager, lab_window, sessions_in_tmp):
    w = lab_window
    choose(w, manager, sessions_in_tmp / "short")
    view = manager.list.view
    view.setCurrentIndex(manager.list.sorted.index(view.currentIndex().row(), NAME))
    w.qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    editor.selectAll()
    w.qtbot.keyClicks(editor, "A small step")
    w.qtbot.keyClick(editor, Qt.Key.Key_Return)
    w.until(lambda: "A small step" in names(manager))
    assert title_of(sessions_in_tmp / "short") == "A small step"
    listed(w, manager)
    assert manager.isVisible()
    assert (sessions_in_tmp / "short").is_dir()


def test_that_the_open_session_is_renamed_in_the_title_too(manager, lab_window, sessions_in_tmp):
    w = lab_window
    choose(w, manager, sessions_in_tmp / "short")
    press(w, manager, "sessions.accept")
    w.until(lambda: "· circles ·" in w.window.windowTitle())
    dialog = opened(w)
    choose(w, dialog, sessions_in_tmp / "short")
    assert dialog.list.current.state == "open here"
    assert not dialog.list.buttons["trash"].isEnabled()
    assert "Discard session" in dialog.list.buttons["trash"].toolTip()
    dialog.list.table.renamed.emit(sessions_in_tmp / "short", "Mine")
    w.until(lambda: "· Mine ·" in w.window.windowTitle())
    listed(w, dialog)
    dialog.reject()


def test_that_a_duplicate_is_made_selected_and_opens(manager, lab_window, sessions_in_tmp):
    w = lab_window
    choose(w, manager, sessions_in_tmp / "long")
    press(w, manager, "sessions.duplicate")
    assert not manager.list.buttons["duplicate"].isEnabled()
    w.until(lambda: "Rings of Saturn (copy)" in names(manager))
    listed(w, manager)
    assert manager.list.current.name == "Rings of Saturn (copy)"
    assert "was duplicated into" in manager.problem.text()
    press(w, manager, "sessions.accept")
    w.until(lambda: w.lab.latest is not None)
    assert w.now.step == STEPS["long"]
    with Session.open(sessions_in_tmp / "long") as first:
        assert w.lab._worker.session.fingerprint() == first.fingerprint()


def test_that_the_archive_of_a_session_opens_in_a_fresh_profile(
    manager, lab_window, sessions_in_tmp, tmp_path, monkeypatch
):
    w = lab_window
    choose(w, manager, sessions_in_tmp / "long")
    archive_into(w, manager, tmp_path / "mail.h5")
    listed(w, manager)
    manager.reject()
    with Session.open(sessions_in_tmp / "long") as first:
        fingerprint = first.fingerprint()
    fresh = tmp_path / "fresh"
    monkeypatch.setenv("DLLAB_SESSIONS", str(fresh))
    w.window.intents.open_path(str(tmp_path / "mail.h5"))
    w.until(lambda: w.lab.latest is not None)
    assert w.lab._worker.session.fingerprint() == fingerprint
    assert w.now.folder.parent == fresh
    assert (w.now.folder / "session.toml").is_file()


def test_that_archiving_says_what_of_the_session_could_not_be_read(
    manager, lab_window, sessions_in_tmp, tmp_path
):
    w = lab_window
    newest = max((sessions_in_tmp / "long" / "checkpoints").glob("*.h5"))
    newest.write_bytes(newest.read_bytes()[:-1])
    choose(w, manager, sessions_in_tmp / "long")
    archive_into(w, manager, tmp_path / "mail.h5")
    assert str(newest) in manager.problem.text()
    assert manager.problem.property("tone") == "warning"
    listed(w, manager)


def test_that_del_throws_away_and_the_trash_gives_back(manager, lab_window, sessions_in_tmp):
    w = lab_window
    choose(w, manager, sessions_in_tmp / "long")
    w.qtbot.keyClick(manager.list.view, Qt.Key.Key_Delete)
    w.until(lambda: names(manager) == ["circles"])
    listed(w, manager)
    assert manager.switch.text() == "Show trash (1)"
    press(w, manager, "sessions.show_trash")
    assert not manager.ok.isEnabled()
    assert manager.trash.current.name == "Rings of Saturn"
    press(w, manager, "trash.restore")
    w.until(lambda: sorted(names(manager)) == ["Rings of Saturn", "circles"])
    listed(w, manager)
    assert (sessions_in_tmp / "long" / "session.toml").is_file()
    assert not manager.trash.empty.isEnabled()


def test_that_the_trash_is_emptied_after_a_question_only(manager, lab_window, sessions_in_tmp):
    w = lab_window
    Trash().move(sessions_in_tmp / "long")
    manager.chores.look()
    w.until(lambda: manager.trash.empty.isEnabled())
    press(w, manager, "sessions.show_trash")
    press(w, manager, "trash.empty")
    asked = manager.findChild(QDialog, "dialog.empty_trash")
    w.qtbot.keyClick(asked, Qt.Key.Key_Return)
    w.until(lambda: not asked.isVisible())
    assert len(Trash().list()) == 1
    press(w, manager, "trash.empty")
    asked = manager.findChildren(QDialog, "dialog.empty_trash")[-1]
    press(w, asked, "empty_trash.accept")
    w.until(lambda: manager.problem.text() == "One session was deleted.")
    listed(w, manager)
    assert Trash().list() == []
    assert names(manager) == ["circles"]


def test_that_a_damaged_session_is_shown_with_its_sentence(lab_window, profile, sessions_in_tmp):
    shutil.copytree(profile, sessions_in_tmp, dirs_exist_ok=True)
    for path in (sessions_in_tmp / "short" / "checkpoints").glob("*.h5"):
        path.write_bytes(path.read_bytes()[:-1])
    manager = opened(lab_window)
    choose(lab_window, manager, sessions_in_tmp / "short")
    assert "cut short" in manager.list.message.text()
    assert manager.list.message.property("tone") == "danger"
    assert not manager.list.buttons["duplicate"].isEnabled()
    assert manager.list.buttons["trash"].isEnabled()
    choose(lab_window, manager, sessions_in_tmp / "long")
    assert manager.list.message.property("tone") == "muted"


def test_that_a_chore_that_fails_is_told_in_words(
    manager, lab_window, sessions_in_tmp, monkeypatch
):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", refuse)
    choose(lab_window, manager, sessions_in_tmp / "long")
    press(lab_window, manager, "sessions.duplicate")
    lab_window.until(lambda: "No space left on device" in manager.problem.text())
    listed(lab_window, manager)
    assert manager.problem.property("tone") == "danger"
    assert manager.list.buttons["duplicate"].isEnabled()
    manager.switch.click()
    assert not manager.problem.isVisible()
    manager.switch.click()
    assert not manager.problem.isVisible()


def test_that_the_manager_may_be_closed_while_it_works(manager, lab_window, sessions_in_tmp):
    w = lab_window
    choose(w, manager, sessions_in_tmp / "long")
    press(w, manager, "sessions.duplicate")
    manager.reject()
    w.until(lambda: "was duplicated into" in w.window.status.message.whole)


def test_that_discarding_the_open_session_asks_closes_it_and_shows_the_rest(
    circles, sessions_in_tmp
):
    w = circles
    w.lab.run_steps(20)
    w.until_paused(20)
    folder = w.now.folder
    rename(folder, "my rings")
    w.trigger("discard")
    asked = w.child(QDialog, "dialog.discard")
    w.qtbot.keyClick(asked, Qt.Key.Key_Escape)
    assert w.lab.is_open
    w.trigger("discard")
    asked = w.window.findChildren(QDialog, "dialog.discard")[-1]
    press(w, asked, "discard.accept")
    w.until(lambda: not folder.exists())
    assert not w.lab.is_open
    assert w.window.status.message.whole == ""
    assert w.window.desk.empty.isVisible()
    assert w.window.windowTitle() == "dllab"
    assert not w.window.actions_["toggle"].isEnabled()
    manager = w.window.desk._manager
    w.until(lambda: manager.switch.text() == "Show trash (1)")
    (trashed,) = Trash().list()
    assert summary_of(trashed.folder).step == 20
    # The list may have been read before what is told comes.
    told = "“my rings” is in the trash; Show trash has it back."
    w.until(lambda: manager.problem.text() == told)
    manager.reject()
    # What is left is a window like any other: a new session can be made.
    w.create(sessions_in_tmp / "next")
    assert not w.window.desk.empty.isVisible()
    assert w.window.actions_["toggle"].isEnabled()


@pytest.fixture
def busy(lab_window):
    """A chore is under way until this is called."""
    gate = threading.Event()

    def chore():
        gate.wait()
        return Done("That took its time.")

    assert lab_window.window.desk.chores.do(chore)
    yield gate.set
    gate.set()


def test_that_a_session_discarded_while_the_disk_is_busy_goes_afterwards(circles, busy):
    w = circles
    folder, heard = w.now.folder, []
    w.window.desk.chores.done.connect(lambda done: heard.append(done.words))
    w.trigger("discard")
    press(w, w.child(QDialog, "dialog.discard"), "discard.accept")
    w.until(lambda: w.window.desk.empty.isVisible())
    assert "once what was begun before is done" in w.window.status.message.whole
    assert folder.exists()
    busy()
    w.until(lambda: not folder.exists())
    w.until(lambda: len(heard) == 2)
    assert heard[0] == "That took its time."
    assert "is in the trash" in heard[1]
    manager = w.window.desk._manager
    listed(w, manager)
    assert manager.list.buttons["trash"].isEnabled() == (manager.list.current is not None)
    assert [trashed.name for trashed in Trash().list()] == ["circles"]
    manager.reject()


def test_that_a_discard_that_waits_is_not_forgotten_at_the_end(circles, busy):
    w = circles
    folder = w.now.folder
    w.trigger("discard")
    press(w, w.child(QDialog, "dialog.discard"), "discard.accept")
    w.until(lambda: w.window.desk.empty.isVisible())
    busy()
    assert w.window.desk.chores.end()
    assert not folder.exists()
    assert len(list(Trash().list())) == 1
    w.window.desk._manager.reject()
