"""Looking into a model while it trains: nothing of the run may change by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolBar

from dllab.recipe import Recipe
from dllab.training.session import Session
from window import LabWindow


def undisturbed(steps: int, **values: Any) -> str:
    """The fingerprint of the same run that nobody has looked into."""
    session = Session.create(Recipe.builtin("circles").with_values(**values))
    session.run(steps=steps)
    found = session.fingerprint()
    session.close()
    return found


def fingerprint_on_disk(folder: Path) -> tuple[int, str]:
    session = Session.open(folder)
    found = session.step, session.fingerprint()
    session.close()
    return found


def test_that_checks_while_the_model_trains_leave_its_bits_alone(
    lab_window: LabWindow, sessions_in_tmp: Path
) -> None:
    values: dict[str, Any] = {"keep_prob": 0.9, "batch_norm": "on", "epochs": 100_000}
    lab_window.create(sessions_in_tmp / "circles", **values)
    bar = lab_window.child(QToolBar, "toolbar")
    button = bar.widgetForAction(lab_window.window.actions_["gradient_check"])
    assert button.text() == "Check"
    lab_window.lab.run()
    lab_window.until_step(20)
    lab_window.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    check = lab_window.window.panels.panels["gradient_check"]
    lab_window.until(check.isVisible)
    lab_window.until(check.form.hold_mask.isEnabled)
    check.form.hold_mask.click()
    lab_window.qtbot.mouseClick(check.row.run, Qt.MouseButton.LeftButton)
    lab_window.until(lambda: check.report is not None)
    assert check.report.verdict == "great"
    assert check.report.step >= 20
    assert lab_window.now.running
    lab_window.trigger("range_test")
    grow = lab_window.window.panels.panels["range_test"]
    lab_window.until(grow.isVisible)
    lab_window.qtbot.mouseClick(grow.row.run, Qt.MouseButton.LeftButton)
    lab_window.until(lambda: grow.result is not None)
    assert lab_window.now.running
    at = lab_window.now.step
    lab_window.until_step(at + 20)
    lab_window.lab.pause()
    lab_window.until_paused()
    folder = lab_window.now.folder
    assert folder is not None
    lab_window.close()
    step, found = fingerprint_on_disk(folder)
    assert step > max(check.report.step, grow.result.step)
    assert found == undisturbed(step, **values)


def test_that_a_check_under_way_can_be_cancelled_and_the_run_goes_on(
    lab_window: LabWindow, sessions_in_tmp: Path
) -> None:
    lab_window.create(sessions_in_tmp / "large", hidden_layers=(300, 300), epochs=100_000)
    lab_window.lab.run()
    lab_window.until_step(3)
    lab_window.trigger("gradient_check")
    check = lab_window.window.panels.panels["gradient_check"]
    lab_window.until(check.isVisible)
    check.form.entries.setText("500")
    check.form.mini_batch.setText("128")
    lab_window.qtbot.mouseClick(check.row.run, Qt.MouseButton.LeftButton)
    assert check.row.cancel.isVisible()
    assert not check.row.run.isVisible()
    lab_window.until(lambda: check.row.words.text().startswith("W1: entry"))
    lab_window.qtbot.mouseClick(check.row.cancel, Qt.MouseButton.LeftButton)
    lab_window.until(lambda: check.row.words.text() == "Cancelled; the run was not touched.")
    assert check.report is None
    assert check.row.run.isVisible()
    at = lab_window.now.step
    lab_window.until_step(at + 3)
    # A new check can be started, and closing the window ends it.
    lab_window.qtbot.mouseClick(check.row.run, Qt.MouseButton.LeftButton)
    lab_window.until(lambda: check.row.words.text().startswith("W1: entry"))
    lab_window.close()


def test_that_another_session_ends_a_check_and_hears_nothing_of_it(
    lab_window: LabWindow, sessions_in_tmp: Path
) -> None:
    lab_window.create(sessions_in_tmp / "large", hidden_layers=(300, 300))
    lab_window.trigger("gradient_check")
    check = lab_window.window.panels.panels["gradient_check"]
    lab_window.until(check.isVisible)
    check.form.entries.setText("500")
    lab_window.qtbot.mouseClick(check.row.run, Qt.MouseButton.LeftButton)
    lab_window.until(lambda: check.row.words.text().startswith("W1: entry"))
    lab_window.create(sessions_in_tmp / "small")
    assert check.row.run.isVisible()
    assert not check.row.words.isVisible()
    lab_window.until(lambda: not lab_window.lab._probes._running)
    assert check.report is None
    check.form.entries.setText("5")
    lab_window.qtbot.mouseClick(check.row.run, Qt.MouseButton.LeftButton)
    lab_window.until(lambda: check.report is not None)
    assert check.report.blocks[0].shape == (10, 2)
