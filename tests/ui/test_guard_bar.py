"""The bar of the guard: when it comes, goes and comes back, and what it says."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from dllab.training.snapshot import Guard
from dllab_ui.guard_bar import GuardBar
from window import LabWindow


def stops(lab: LabWindow) -> int:
    """How often the guard has stopped training, as the window knows it."""
    return sum(entry.kind == "guard" for entry in lab.now.entries)


def test_that_the_bar_comes_back_when_the_same_update_is_stopped_again(circles: LabWindow) -> None:
    """Put aside, it stayed away: the second stop reads as the first one does."""
    circles.lab.run_steps(20)
    circles.until_paused(20)
    circles.lab.nudge(
        {"optimizer": "gradient_descent", "learning_rate": 10.0, "explosion_factor": 2.0}
    )
    circles.lab.run()
    bar = circles.window.guard
    circles.until(bar.isVisible)
    first = circles.now

    stay = circles.child(QPushButton, "guard.stay")
    circles.qtbot.mouseClick(stay, Qt.MouseButton.LeftButton)
    bar.show_snapshot(circles.now)
    assert not bar.isVisible()

    circles.lab.run()
    circles.until(lambda: stops(circles) == 2)
    assert first.guard is not None
    assert circles.now.guard is not None
    assert circles.now.guard.message == first.guard.message
    assert circles.now.step == first.step
    assert bar.isVisible()


def test_that_the_way_back_over_one_step_is_said_in_the_singular(circles: LabWindow) -> None:
    start = circles.now.checkpoints[0]
    bar = GuardBar()
    circles.qtbot.addWidget(bar)
    guard = Guard("The cost is not finite.", start.key, {"learning_rate": 0.005})
    bar.show_snapshot(replace(circles.now, step=start.step + 1, guard=guard))
    assert bar.back.text() == "Back 1 step with learning rate 0.005"
