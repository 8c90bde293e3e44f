"""What the desktop is told, and when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dllab.training.commands import Failed, GuardTripped, NotSaved, Paused, RuleFired, Started
from dllab_ui.notifier import worth_telling
from window import LabWindow


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (RuleFired("Plateau; paused."), "Plateau; paused."),
        (GuardTripped("Not finite.", "", {}), "Not finite."),
        (NotSaved("Disk full."), "Disk full."),
        (Failed("An error.", "trace"), "An error."),
        (Paused("goal reached"), "Paused: goal reached."),
        (Paused("paused"), ""),
        (Started(), ""),
    ],
)
def test_that_only_what_nobody_asked_for_is_told(event, told):
    assert worth_telling(event) == told


def test_that_a_rule_is_told_to_the_desktop_while_another_window_is_in_use(
    lab_window: LabWindow, tmp_path: Path, monkeypatch
):
    stuck = {"learning_rate": 4e-6, "initialization": "zeros", "mini_batch_size": 0}
    lab_window.create(tmp_path / "s", **stuck, evaluate_every=5, plateau="pause", plateau_epochs=10)
    notifier = lab_window.window.announcer._notifier
    monkeypatch.setattr(lab_window.window, "isActiveWindow", lambda: False)
    lab_window.trigger("toggle")
    lab_window.until(lambda: notifier.told != "")
    lab_window.until_paused()
    assert notifier.told == "Plateau: no lower dev cost for 10 epochs; paused."
