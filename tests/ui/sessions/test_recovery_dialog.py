"""After a crash the window asks, and each of the three answers does what it says."""

from __future__ import annotations

import re
import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from dllab import Recipe, Session
from dllab.places import last_session, remember_last_session
from dllab.sessions import Trash, state_of
from dllab_ui.app import begin

RECIPE = Recipe.builtin("circles")


@pytest.fixture
def crashed(dead_session, sessions_in_tmp):
    """The last session, whose process was killed; and the fingerprint it had stored."""
    dead, fingerprint = dead_session
    folder = shutil.copytree(dead, sessions_in_tmp / "run")
    remember_last_session(folder)
    return folder, fingerprint


def dialog_of(w):
    """The offer, once it says what it would bring back."""
    shown = [d for d in QApplication.topLevelWidgets() if d.objectName() == "dialog.recovery"]
    (dialog,) = (d for d in shown if d.isVisible())
    w.until(lambda: "step" in dialog.sentence.text())
    return dialog


def press(w, dialog, name):
    button = dialog.findChild(QPushButton, name)
    w.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def content_of(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_that_enter_recovers_every_nudge_up_to_the_last_stored_step(lab_window, crashed):
    folder, fingerprint = crashed
    begin(lab_window.window, None)
    dialog = dialog_of(lab_window)
    assert "step 30 (epoch" in dialog.sentence.text()
    assert re.search(r"stored (just now|\d+ seconds? ago)", dialog.sentence.text())
    assert "the knob turned since then is kept" in dialog.sentence.text()
    assert lab_window.lab.latest is None
    lab_window.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    lab_window.until(lambda: lab_window.lab.latest is not None)
    assert lab_window.now.step == 30
    assert lab_window.now.hyperparameters["learning_rate"] == 0.5
    assert "the last word" in [entry.note for entry in lab_window.now.entries]
    assert "Recovered" in lab_window.window.status.message.whole
    assert lab_window.lab._worker.session.fingerprint() == fingerprint
    assert state_of(folder) == "open here"
    lab_window.close()
    assert state_of(folder) == "closed"


def test_that_later_leaves_the_session_as_it_is(lab_window, crashed):
    folder, _ = crashed
    before = content_of(folder)
    begin(lab_window.window, None)
    lab_window.qtbot.keyClick(dialog_of(lab_window), Qt.Key.Key_Escape)
    manager = lab_window.window.desk._manager
    assert manager.isVisible()
    assert lab_window.window.desk.empty.isVisible()
    lab_window.until(lambda: manager.list.current is not None)
    assert manager.list.current.state == "ended badly"
    assert content_of(folder) == before
    manager.reject()


def test_that_discard_asks_and_goes_to_the_trash(lab_window, crashed):
    folder, fingerprint = crashed
    begin(lab_window.window, None)
    dialog = dialog_of(lab_window)
    press(lab_window, dialog, "recovery.discard")
    asked = lab_window.child(QDialog, "dialog.discard")
    lab_window.qtbot.keyClick(asked, Qt.Key.Key_Return)
    lab_window.until(lambda: not asked.isVisible())
    assert folder.exists()
    assert dialog.isVisible()
    press(lab_window, dialog, "recovery.discard")
    asked = lab_window.window.findChildren(QDialog, "dialog.discard")[-1]
    press(lab_window, asked, "discard.accept")
    lab_window.until(lambda: not folder.exists())
    (trashed,) = Trash().list()
    assert trashed.origin == folder
    assert last_session() is None
    manager = lab_window.window.desk._manager
    lab_window.until(lambda: manager.switch.text() == "Show trash (1)")
    manager.reject()
    with Session.open(Trash().restore(trashed.folder)) as again:
        assert again.fingerprint() == fingerprint


def test_that_a_session_named_on_the_command_line_is_recovered_at_once(lab_window, crashed):
    folder, fingerprint = crashed
    begin(lab_window.window, str(folder))
    lab_window.until(lambda: lab_window.lab.latest is not None)
    assert lab_window.lab._worker.session.fingerprint() == fingerprint
    assert "Recovered" in lab_window.window.status.message.whole
    assert "step 30" in lab_window.window.status.message.whole


def test_that_a_session_that_was_closed_is_gone_on_with_without_a_word(lab_window, sessions_in_tmp):
    folder = sessions_in_tmp / "run"
    Session.create(RECIPE, folder).close()
    remember_last_session(folder)
    begin(lab_window.window, None)
    lab_window.until(lambda: lab_window.lab.latest is not None)
    assert lab_window.now.folder == folder
    assert lab_window.window.status.message.whole == ""


def test_that_what_cannot_be_recovered_is_told_before_it_is_tried(lab_window, crashed):
    folder, _ = crashed
    for path in (folder / "checkpoints").glob("*.h5"):
        path.write_bytes(path.read_bytes()[:-1])
    before = content_of(folder)
    begin(lab_window.window, None)
    shown = [d for d in QApplication.topLevelWidgets() if d.objectName() == "dialog.recovery"]
    (dialog,) = (d for d in shown if d.isVisible())
    lab_window.until(lambda: "None of its" in dialog.sentence.text())
    assert "cut short" in dialog.sentence.text()
    dialog.reject()
    lab_window.window.desk._manager.reject()
    assert content_of(folder) == before
