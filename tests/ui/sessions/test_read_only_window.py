"""A second window on a session looks, says so, and takes over when it can."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from dllab import Recipe, Session
from dllab.sessions import state_of
from dllab_ui.app import begin
from dllab_ui.sessions.read_only_bar import REASON


@pytest.fixture
def looking(lab_window, trainer, sessions_in_tmp):
    """The window over a session that another process trains; and that process."""
    folder = sessions_in_tmp / "run"
    Session.create(Recipe.builtin("circles"), folder).close()
    other = trainer(folder)
    begin(lab_window.window, str(folder))
    lab_window.until(lambda: lab_window.lab.latest is not None)
    return lab_window, other


def click(w, button):
    w.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_a_second_window_looks_and_says_so(looking):
    w, other = looking
    bar = w.window.desk.read_only
    assert w.now.read_only
    assert bar.isVisible()
    assert f"Process {other.process.pid} has it open." in bar.message.text()
    assert w.window.windowTitle().endswith("· read-only")
    assert w.window.status.saved.text() == "read-only"
    assert not w.window.nudge.isEnabled()
    for record, action in w.window.actions_:
        assert (not action.isEnabled()) == record.changes_run, record.id
        if record.changes_run:
            assert action.toolTip().endswith(REASON)
    # Whoever gets at a command all the same is refused by the engine.
    before = w.now.entries
    w.lab.nudge({"learning_rate": 0.1})
    w.lab.run_steps(1)
    w.until(lambda: len([e for e in w.events if type(e).__name__ == "Refused"]) == 2)
    assert (w.now.entries, w.now.step) == (before, 30)


def test_that_it_takes_over_once_the_other_has_gone(looking):
    w, other = looking
    bar = w.window.desk.read_only
    click(w, bar.again)
    assert "close it there first" in bar.message.text()
    assert w.now.read_only
    other.kill()
    click(w, bar.again)
    w.until(lambda: w.lab.latest is not None and not w.lab.latest.read_only)
    assert not bar.isVisible()
    assert "read-only" not in w.window.windowTitle()
    assert w.window.nudge.isEnabled()
    assert w.window.actions_["toggle"].isEnabled()
    assert REASON not in w.window.actions_["toggle"].toolTip()
    assert w.lab._worker.session.fingerprint() == other.fingerprint
    assert state_of(w.now.folder) == "open here"
    w.trigger("step")
    w.until_paused(31)


SLOW = """
import sys
from dllab import Session
session = Session.open(sys.argv[1])
print("open", flush=True)
for _ in sys.stdin:
    session.run(steps=10)
    session.checkpoint("a look at this")
    print(session.fingerprint(), flush=True)
"""


def test_that_its_latest_state_can_be_shown(lab_window, trainer, sessions_in_tmp):
    w = lab_window
    folder = sessions_in_tmp / "run"
    Session.create(Recipe.builtin("circles"), folder).close()
    other = trainer(folder, SLOW)
    begin(w.window, str(folder))
    w.until(lambda: w.lab.latest is not None)
    assert w.now.step == 0
    fingerprint = other.ask()
    click(w, w.window.desk.read_only.refresh)
    w.until(lambda: w.lab.latest is not None and w.lab.latest.step == 10)
    assert w.now.read_only
    assert w.lab._worker.session.fingerprint() == fingerprint
    w.close()
    # Closing a window that only looked has left no word in the session.
    other.kill()
    with Session.open(folder, read_only=True) as session:
        assert [e.kind for e in session.journal][-1] == "checkpoint"
