"""Replay and verify from the window: progress, badge, story, and the run left alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QToolButton

from window import LabWindow


def badge(w: LabWindow) -> QToolButton:
    return w.child(QToolButton, "rerun.badge")


def until_badge(w: LabWindow, begins: str) -> None:
    w.until(lambda: badge(w).isVisible() and badge(w).text().startswith(begins))


def steer(w: LabWindow) -> None:
    w.lab.run_steps(60)
    w.until_paused(60)
    w.lab.nudge({"learning_rate": 0.02})
    w.lab.run_steps(40)
    w.until_paused(100)


def test_that_a_replay_ends_in_a_badge_and_leaves_the_run_alone(circles: LabWindow) -> None:
    steer(circles)
    entries = len(circles.now.entries)
    circles.trigger("replay")
    until_badge(circles, "✓ replayed to step 100")
    assert badge(circles).property("tone") == "best"
    assert "same hash" in circles.window.status.message.whole
    assert (circles.now.step, len(circles.now.entries)) == (100, entries)
    circles.qtbot.mouseClick(badge(circles), Qt.MouseButton.LeftButton)
    box = circles.child(QMessageBox, "dialog.rerun")
    assert "1 nudge and 0 rollbacks" in box.text()
    assert "Fingerprint" in box.informativeText()
    box.accept()


def test_that_verify_ends_in_a_badge(circles: LabWindow) -> None:
    steer(circles)
    circles.trigger("verify")
    until_badge(circles, "✓ verified")
    assert "checksums hold" in badge(circles).toolTip()


def test_that_a_damaged_checkpoint_is_told_in_a_box(circles: LabWindow) -> None:
    steer(circles)
    circles.until(lambda: circles.now.saving == 0)
    path = next((circles.now.folder / "checkpoints").glob("*.h5"))
    path.write_bytes(path.read_bytes()[:-1])
    circles.trigger("verify")
    until_badge(circles, "✗ damaged")
    box = circles.child(QMessageBox, "dialog.rerun")
    assert "cut short" in box.informativeText()
    box.accept()


def test_that_it_can_be_stopped_and_only_one_runs(circles: LabWindow) -> None:
    circles.lab.run_steps(4000)
    circles.until_paused(4000)
    circles.trigger("replay")
    circles.trigger("verify")
    assert "One at a time" in circles.window.status.message.whole
    cancel = circles.child(QToolButton, "rerun.cancel")
    circles.until(cancel.isVisible)
    circles.qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    circles.until(lambda: not badge(circles).isVisible())
    assert "not touched" in circles.window.status.message.whole
