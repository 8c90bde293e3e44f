"""Wishes that follow each other before the window has heard of the first."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from dllab.training.commands import Paused, Started
from window import LabWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


def until_all_is_taken(lab: LabWindow) -> None:
    """Wait until the window shows what became of all that was asked: a later wish is taken last."""
    ticket = lab.lab.checkpoint()
    lab.until(lambda: lab.now.handled >= ticket)


@pytest.mark.parametrize("presses", [2, 3, 4])
def test_that_space_in_a_row_runs_and_pauses_in_turn(circles: LabWindow, presses: int) -> None:
    for _ in range(presses):
        circles.key(Qt.Key.Key_Space)
    until_all_is_taken(circles)
    assert circles.now.running == bool(presses % 2)
    wanted = [Started, Paused, Started, Paused][:presses]
    circles.until(
        lambda: [type(e) for e in circles.events if isinstance(e, Started | Paused)] == wanted
    )


def test_that_a_run_that_was_refused_is_not_taken_for_one(circles: LabWindow) -> None:
    circles.lab.nudge({"epochs": 1})
    circles.lab.run_epochs(1)
    circles.until_step(circles.now.steps_per_epoch)
    circles.until_paused()
    ticket = circles.lab.toggle()
    circles.until(lambda: circles.now.handled >= ticket)
    assert not circles.now.running
    circles.lab.nudge({"epochs": 1000})
    circles.key(Qt.Key.Key_Space)
    circles.until(lambda: circles.now.running)


def test_that_each_dot_makes_a_step(circles: LabWindow) -> None:
    for _ in range(5):
        circles.key(Qt.Key.Key_Period)
    circles.until_paused(5)
    circles.key(Qt.Key.Key_Period)
    circles.until_paused(6)


def test_that_space_right_after_a_dot_runs(circles: LabWindow) -> None:
    circles.key(Qt.Key.Key_Period)
    circles.key(Qt.Key.Key_Space)
    circles.until_step(20)
    assert circles.now.running


def test_that_no_intervention_is_undone_twice(circles: LabWindow) -> None:
    rate = circles.now.hyperparameters["learning_rate"]
    circles.lab.nudge({"learning_rate": 0.5})
    circles.lab.run_steps(3)
    circles.until_paused(3)
    for _ in range(2):
        circles.key(Qt.Key.Key_Z, CONTROL)
    assert "still on its way" in circles.window.status.message.whole
    until_all_is_taken(circles)
    assert list(circles.now.branches) == ["main", "branch-2"]
    assert (circles.now.step, circles.now.hyperparameters["learning_rate"]) == (0, rate)


def test_that_undo_right_after_a_nudge_does_not_undo_the_one_before(circles: LabWindow) -> None:
    rate = circles.now.hyperparameters["learning_rate"]
    circles.lab.nudge({"learning_rate": 0.5})
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == 0.5)
    circles.key(Qt.Key.Key_BracketLeft)
    circles.key(Qt.Key.Key_Z, CONTROL)
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == 0.25)
    assert list(circles.now.branches) == ["main"]
    circles.key(Qt.Key.Key_Z, CONTROL)
    circles.until(lambda: circles.now.branch != "main")
    assert circles.now.hyperparameters["learning_rate"] == 0.5 != rate


def test_that_what_was_asked_of_another_session_is_forgotten(
    circles: LabWindow, tmp_path: Path
) -> None:
    """Tickets begin anew: old ones would be on their way for long."""
    for _ in range(12):
        circles.key(Qt.Key.Key_Space)
    circles.lab.nudge({"learning_rate": 0.5})
    circles.key(Qt.Key.Key_Space)
    circles.until(lambda: circles.now.running)
    circles.create(tmp_path / "other")
    assert circles.lab.undo_last_intervention() == 0
    assert "no intervention" in circles.window.status.message.whole
    circles.key(Qt.Key.Key_Space)
    circles.until(lambda: circles.now.running)
