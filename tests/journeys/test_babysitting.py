"""The loop the window is made for: watch, nudge, look whether it helped, go back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTableView,
    QToolBar,
)

from dllab.training.session import Session
from window import LabWindow


def toolbar_button(lab_window: LabWindow, action: str) -> Any:
    bar = lab_window.child(QToolBar, "toolbar")
    return bar.widgetForAction(lab_window.window.actions_[action])


def click(lab_window: LabWindow, widget: Any) -> None:
    lab_window.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def type_value(lab_window: LabWindow, knob: str, text: str) -> None:
    field = lab_window.child(QLineEdit, f"knob.{knob}.value")
    field.setFocus()
    field.selectAll()
    lab_window.qtbot.keyClicks(field, text)
    lab_window.qtbot.keyClick(field, Qt.Key.Key_Return)


def test_that_run_and_pause_are_one_button(circles: LabWindow) -> None:
    click(circles, toolbar_button(circles, "toggle"))
    circles.until(lambda: circles.now.running and circles.now.step > 20)
    assert circles.window.actions_["toggle"].iconText() == "Pause"
    click(circles, toolbar_button(circles, "toggle"))
    circles.until_paused()
    assert circles.window.actions_["toggle"].iconText() == "Run"


def test_that_a_nudge_is_applied_at_the_ledgers_step(circles: LabWindow) -> None:
    click(circles, toolbar_button(circles, "toggle"))
    circles.until_step(20)
    type_value(circles, "learning_rate", "0.0042")
    knob = circles.window.nudge.knobs["learning_rate"]
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == 0.0042)
    entry = next(e for e in circles.now.entries if e.kind == "nudge")
    circles.until_step(entry.step)
    texts = [label.text() for label in knob.findChildren(QLabel)]
    assert any(text.startswith(f"applied @ step {entry.step:,}") for text in texts), texts
    steps, values = circles.now.history.series("learning_rate")
    assert (steps[-1], values[-1]) == (entry.step, 0.0042)


def test_that_a_nudge_while_paused_waits_for_the_next_step(circles: LabWindow) -> None:
    circles.lab.run_steps(7)
    circles.until_paused(7)
    type_value(circles, "l2", "0.5")
    circles.until(lambda: circles.now.hyperparameters["l2"] == 0.5)
    knob = circles.window.nudge.knobs["l2"]
    texts = [label.text() for label in knob.findChildren(QLabel)]
    assert "requested → next update, step 8" in texts, texts
    click(circles, toolbar_button(circles, "step"))
    circles.until_paused(8)
    texts = [label.text() for label in knob.findChildren(QLabel)]
    assert any(text.startswith("applied @ step 8 ") for text in texts), texts


def test_that_a_refused_value_says_why_and_the_old_one_stands(circles: LabWindow) -> None:
    before = circles.now.hyperparameters["learning_rate"]
    type_value(circles, "learning_rate", "1000")
    knob = circles.window.nudge.knobs["learning_rate"]
    assert any("must be" in label.text() for label in knob.findChildren(QLabel))
    circles.lab.run_steps(1)
    circles.until_paused(1)
    assert circles.now.hyperparameters["learning_rate"] == before
    assert not [e for e in circles.now.entries if e.kind == "nudge"]


def test_that_the_note_field_goes_into_the_next_nudge_only(circles: LabWindow) -> None:
    note = circles.child(QLineEdit, "nudge.note")
    circles.qtbot.keyClicks(note, "too bumpy")
    type_value(circles, "learning_rate", "0.002")
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == 0.002)
    type_value(circles, "learning_rate", "0.003")
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == 0.003)
    assert [e.note for e in circles.now.entries if e.kind == "nudge"] == ["too bumpy", ""]


def test_that_a_checkpoint_keeps_its_note(circles: LabWindow) -> None:
    circles.key(Qt.Key.Key_C)
    dialog = circles.child(QDialog, "dialog.checkpoint")
    circles.qtbot.keyClicks(dialog.note, "before the night")
    click(circles, dialog.ok)
    circles.until(lambda: any(c.note == "before the night" for c in circles.now.checkpoints))
    circles.until(lambda: all(c.saved for c in circles.now.checkpoints))


def checkpoint_then_nudge(circles: LabWindow) -> None:
    circles.lab.run_steps(30)
    circles.until_paused(30)
    circles.lab.checkpoint("here")
    circles.until(lambda: any(c.note == "here" for c in circles.now.checkpoints))
    circles.lab.nudge({"learning_rate": 0.5})
    circles.lab.run_steps(20)
    circles.until_paused(50)


def open_rollback(circles: LabWindow) -> Any:
    circles.trigger("rollback")
    dialog = circles.child(QDialog, "dialog.rollback")
    choice = circles.child(QComboBox, "rollback.checkpoint")
    key = next(c.key for c in circles.now.checkpoints if c.note == "here")
    choice.setCurrentIndex(choice.findData(key))
    return dialog


def test_that_a_rollback_with_the_knobs_of_then_brings_them_back(circles: LabWindow) -> None:
    then = circles.now.hyperparameters["learning_rate"]
    checkpoint_then_nudge(circles)
    dialog = open_rollback(circles)
    assert dialog.table.rowCount() == 1
    assert "20 steps stay behind" in dialog.lost.text()
    click(circles, dialog.ok)
    circles.until(lambda: circles.now.branch != "main")
    assert circles.now.step == 30
    assert circles.now.hyperparameters["learning_rate"] == then
    assert 'branch "branch-2"' in circles.window.windowTitle()


def test_that_a_rollback_with_the_knobs_of_now_keeps_them(circles: LabWindow) -> None:
    checkpoint_then_nudge(circles)
    dialog = open_rollback(circles)
    circles.child(QRadioButton, "rollback.now").setChecked(True)
    click(circles, dialog.ok)
    circles.until(lambda: circles.now.branch != "main")
    assert (circles.now.step, circles.now.hyperparameters["learning_rate"]) == (30, 0.5)


def test_that_the_last_intervention_can_be_undone_by_key(circles: LabWindow) -> None:
    checkpoint_then_nudge(circles)
    circles.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    circles.until(lambda: circles.now.branch != "main")
    assert circles.now.step == 30
    # Undoing the undoing: back to where one came from.
    circles.trigger("undo")
    circles.until(lambda: circles.now.branch == "branch-3")
    assert (circles.now.step, circles.now.hyperparameters["learning_rate"]) == (50, 0.5)


def test_that_undoing_nothing_is_told_on_the_status_strip_alone(circles: LabWindow) -> None:
    circles.trigger("undo")
    said = circles.window.status.message
    assert "no intervention" in said.whole
    assert said.property("tone") == "warning"
    assert circles.window.findChild(QDialog, "dialog.refused") is None
    assert circles.now.branch == "main"


def test_that_selecting_a_journal_row_selects_the_marker_and_back(circles: LabWindow) -> None:
    checkpoint_then_nudge(circles)
    table = circles.child(QTableView, "journal.table")
    entry = next(e for e in circles.now.entries if e.kind == "nudge")
    circles.until(lambda: circles.window.journal.model.row_of(entry.id) is not None)
    table.selectRow(circles.window.journal.model.row_of(entry.id))
    assert all(plot._markers.selected == entry.id for plot in circles.window.curves.plots)
    table.clearSelection()
    circles.window.curves.cost.marker_selected.emit(entry.id)
    assert table.currentIndex().row() == circles.window.journal.model.row_of(entry.id)


def test_that_the_journal_offers_the_way_back_with_its_price(circles: LabWindow) -> None:
    checkpoint_then_nudge(circles)
    entry = next(e for e in circles.now.entries if e.kind == "nudge")
    circles.until(lambda: circles.window.journal.model.row_of(entry.id) is not None)
    menu = circles.window.journal.menu_for(circles.window.journal.model.row_of(entry.id))
    text = menu.actions()[0].text()
    assert "step 30" in text
    assert "20 steps stay behind" in text


def test_that_an_abandoned_branch_stays_as_a_ghost(circles: LabWindow) -> None:
    checkpoint_then_nudge(circles)
    key = next(c.key for c in circles.now.checkpoints if c.note == "here")
    circles.lab.rollback(key)
    circles.until(lambda: circles.now.branch != "main")
    curves = circles.window.curves.cost._layer.curves
    circles.until(lambda: "train_cost of main" in curves)
    ghost, shown = curves["train_cost of main"], curves["train_cost"]
    assert (ghost.series.first_step, ghost.series.last_step) == (31, 50)
    assert shown.series.last_step == 30


def test_that_closing_while_training_is_safe_and_the_next_window_goes_on(
    circles: LabWindow, sessions_in_tmp: Path, qtbot: Any
) -> None:
    circles.lab.run()
    circles.until_step(30)
    folder = circles.now.folder
    assert folder is not None
    circles.close()
    session = Session.open(folder)
    left_at = session.step
    session.close()
    assert left_at >= 30

    again = LabWindow(qtbot)
    again.start(lambda: Session.open(folder))
    assert again.now.step == left_at
    again.lab.run_steps(5)
    again.until_paused(left_at + 5)
    again.close()


def test_that_closing_before_the_session_is_there_is_safe(
    lab_window: LabWindow, sessions_in_tmp: Path
) -> None:
    from dllab.recipe import Recipe

    lab_window.lab.start(
        lambda: Session.create(Recipe.builtin("circles"), sessions_in_tmp / "circles")
    )
    lab_window.close()


def test_that_another_session_takes_over_and_the_first_is_saved(
    circles: LabWindow, sessions_in_tmp: Path
) -> None:
    circles.lab.run_steps(12)
    circles.until_paused(12)
    first = circles.now.folder
    assert first is not None
    circles.create(sessions_in_tmp / "second", hidden_layers=(5,))
    circles.until(lambda: circles.now.layer_sizes == (2, 5, 1))
    assert list(circles.window.nudge.knobs).count("keep_prob[1]") == 1
    assert "keep_prob[2]" not in circles.window.nudge.knobs
    circles.until(lambda: not circles.lab._retired)
    session = Session.open(first)
    assert session.step == 12
    session.close()


def test_that_a_foreign_file_is_a_sentence_and_the_session_goes_on(
    circles: LabWindow, tmp_path: Path
) -> None:
    file = tmp_path / "holiday.h5"
    file.write_bytes(b"not a session")
    circles.window.intents.open_path(str(file))
    box = []
    circles.until(
        lambda: bool(box.append(circles.window.findChild(QDialog, "dialog.refused")) or box[-1])
    )
    assert "holiday.h5" in box[-1].text()
    box[-1].accept()
    circles.lab.run_steps(3)
    circles.until_paused(3)


def test_that_the_guards_way_back_is_one_click(circles: LabWindow) -> None:
    circles.lab.run_steps(20)
    circles.until_paused(20)
    circles.lab.nudge({"optimizer": "gradient_descent", "learning_rate": 10.0,
                       "explosion_factor": 2.0})  # fmt: skip
    circles.lab.run()
    circles.until(lambda: circles.now.guard is not None)
    circles.until(lambda: circles.window.guard.isVisible())
    back = circles.child(QPushButton, "guard.back")
    suggested = circles.now.guard.suggestion["learning_rate"]
    click(circles, back)
    circles.until(lambda: circles.now.branch != "main")
    circles.until(lambda: not circles.window.guard.isVisible())
    assert circles.now.hyperparameters["learning_rate"] == suggested
    assert QApplication.activeModalWidget() is None
