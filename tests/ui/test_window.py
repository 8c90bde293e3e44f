"""Every control of the window does what it says, in the real window."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QSlider,
    QWidget,
)

import dllab_ui
from dllab.data import Dataset, Examples, write_dataset
from dllab.hyperparameters import TABLE, live_knobs
from dllab.recipe import Recipe
from dllab.training.commands import NotSaved
from dllab.training.session import Session
from dllab_ui.actions import ACTIONS
from dllab_ui.docks.knob_controls import FieldKnob, SliderKnob
from dllab_ui.intents import Intents
from window import LabWindow

NEW_VALUES: dict[str, Any] = {
    "learning_rate": 0.0123,
    "schedule": "inverse_epoch",
    "decay_rate": 0.5,
    "decay_base": 0.9,
    "decay_k": 2.0,
    "staircase": 3,
    "warm_up": 500,
    "optimizer": "momentum",
    "beta": 0.95,
    "beta2": 0.99,
    "epsilon": 1e-7,
    "momentum_correction": "on",
    "clip_norm": 2.0,
    "mini_batch_size": 128,
    "batch_norm_momentum": 0.95,
    "keep_prob": 0.85,
    "input_keep_prob": 0.9,
    "l2": 0.02,
    "l1": 0.02,
    "weight_decay": 0.1,
    "max_norm": 3.0,
    "patience": 90_000,
    "plateau_epochs": 90_000,
    "plateau": "pause",
    "divergence": "roll_back",
    "checkpoint_every": 500_000,
    "autosave_seconds": 20.0,
    "autosave_steps": 700_000,
    "disk_limit": 3_000,
    "augment_flip": "horizontal",
    "augment_shift": 2.0,
    "augment_rotation": 10.0,
    "augment_zoom": 0.1,
    "augment_shear": 5.0,
    "augment_elastic": 8.0,
    "augment_elastic_sigma": 3.0,
    "augment_noise": 0.1,
    "epochs": 7777,
    "evaluate_every": 40,
    "human_error": 0.01,
    "explosion_factor": 500.0,
}
# What a knob needs before it has an effect.
WAKING: dict[str, dict[str, Any]] = {
    "decay_rate": {"schedule": "inverse_epoch"},
    "decay_base": {"schedule": "exponential"},
    "decay_k": {"schedule": "sqrt_epoch"},
    "staircase": {"schedule": "halving"},
    "beta2": {"optimizer": "adam"},
    "momentum_correction": {"optimizer": "nesterov"},
    "weight_decay": {"optimizer": "adamw"},
    "augment_elastic_sigma": {"augment_elastic": 5.0},
}


GROUPS = sorted({TABLE[key].group for key in NEW_VALUES})


def test_that_there_is_a_new_value_here_for_every_live_knob() -> None:
    assert set(NEW_VALUES) == {key for key, record in TABLE.items() if record.live}


@pytest.fixture
def images(lab_window: LabWindow, tmp_path: Path) -> LabWindow:
    """The window over a session with small images and batch norm: no knob has to sleep there."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 255, (200, 36)).astype(np.uint8), rng.integers(0, 2, 200)
    write_dataset(
        tmp_path / "images.h5", Dataset("images", Examples(X, y), None, ("a", "b"), (6, 6))
    )
    values = {"hidden_layers": [5], "batch_norm": "on", "epochs": 100_000, "evaluate_every": 500}
    recipe = Recipe("images", str(tmp_path / "images.h5"), values)
    lab_window.start(lambda: Session.create(recipe, tmp_path / "session"))
    return lab_window


def nudge_by_hand(lab: LabWindow, key: str) -> None:
    """Set a knob as a person does, and see it applied and written down."""
    knob_name = f"{key}[1]" if TABLE[key].per_layer else key
    knob, wanted = lab.window.nudge.knobs[knob_name], NEW_VALUES[key]
    lab.until(lambda: not knob.asleep)
    lab.window.nudge.reveal(knob_name)
    lab.until(knob.isVisible)
    if isinstance(knob, FieldKnob) and TABLE[key].kind == "choice":
        box = lab.child(QComboBox, f"knob.{knob_name}.value")
        box.setCurrentText(wanted)
        box.activated.emit(box.currentIndex())
    else:
        editor = lab.child(QWidget, f"knob.{knob_name}.value")
        field = editor.lineEdit() if isinstance(editor, QComboBox) else editor
        field.setFocus()
        field.selectAll()
        lab.qtbot.keyClicks(field, str(wanted))
        lab.qtbot.keyClick(field, Qt.Key.Key_Return)
    lab.until(lambda: live_knobs(lab.now.hyperparameters)[knob_name] == wanted)
    entries = [
        e
        for e in lab.now.entries
        if e.kind == "nudge" and e.changes.get(knob_name, ("", ""))[1] == wanted
    ]
    assert len(entries) == 1
    lab.until(
        lambda: any(
            label.text().startswith(f"applied @ step {entries[0].step:,} ")
            for label in knob.findChildren(QLabel)
        )
    )


@pytest.mark.parametrize("group", GROUPS)
def test_that_each_knob_can_be_nudged_while_training(images: LabWindow, group: str) -> None:
    images.lab.run()
    images.until_step(10)
    for key in (key for key in NEW_VALUES if TABLE[key].group == group):
        if key in WAKING:
            images.lab.nudge(WAKING[key])
        nudge_by_hand(images, key)


def test_that_knobs_without_effect_are_out_of_the_way_and_say_why(circles: LabWindow) -> None:
    dock = circles.window.nudge
    group = dock.groups["Learning rate"]
    assert dock.knobs["decay_rate"].isHidden()
    circles.qtbot.mouseClick(group.sleepers, Qt.MouseButton.LeftButton)
    assert dock.knobs["decay_rate"].isVisible()
    assert "It works with inverse epoch" in dock.knobs["decay_rate"].toolTip()
    circles.qtbot.mouseClick(group.sleepers, Qt.MouseButton.LeftButton)
    circles.lab.nudge({"schedule": "inverse_epoch"})
    circles.until(lambda: dock.knobs["decay_rate"].isVisible())
    assert dock.knobs["augment_rotation"].toolTip() == "Asleep: the data has no images."


def test_that_what_cannot_move_is_shown_with_the_reason(circles: LabWindow) -> None:
    heading = circles.child(QAbstractButton, "nudge.heading.fixed")
    circles.window.nudge.ensurePolished()
    heading.click()
    layers = circles.child(QLabel, "fixed.hidden_layers")
    assert layers.isVisible()
    assert layers.text() == ", ".join(map(str, circles.now.hyperparameters["hidden_layers"]))
    assert any(
        "start a new session" in label.text() for label in heading.parent().findChildren(QLabel)
    )


def test_that_dragging_a_slider_asks_only_when_it_is_let_go(circles: LabWindow) -> None:
    slider = circles.child(QSlider, "knob.learning_rate.slider")
    knob = circles.window.nudge.knobs["learning_rate"]
    start = QPoint(slider.width() // 2, slider.height() // 2)
    slider.setSliderDown(True)
    slider.setValue(slider.maximum() // 2)
    assert not [e for e in circles.now.entries if e.kind == "nudge"]
    assert any("requested" in label.text() for label in knob.findChildren(QLabel))
    slider.setSliderDown(False)
    circles.until(lambda: bool([e for e in circles.now.entries if e.kind == "nudge"]))
    assert start.x() > 0


def test_that_the_bracket_keys_halve_and_double_the_learning_rate(circles: LabWindow) -> None:
    rate = circles.now.hyperparameters["learning_rate"]
    circles.key(Qt.Key.Key_BracketLeft)
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == rate / 2)
    circles.key(Qt.Key.Key_BracketRight)
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == rate)


def test_that_space_runs_and_pauses_and_dot_makes_one_step(circles: LabWindow) -> None:
    circles.key(Qt.Key.Key_Period)
    circles.until_paused(1)
    said = circles.window.status.message
    circles.until(lambda: said.whole == "Paused: one step done.")
    circles.key(Qt.Key.Key_Space)
    circles.until(lambda: circles.now.running)
    circles.key(Qt.Key.Key_Space)
    circles.until_paused()
    circles.until(lambda: said.whole == "Paused.")
    assert circles.now.step > 1


def test_that_typing_in_a_text_field_fires_no_shortcut(circles: LabWindow) -> None:
    note = circles.child(QLineEdit, "nudge.note")
    note.setFocus()
    circles.qtbot.waitUntil(note.hasFocus)
    circles.qtbot.keyClicks(note, "less. [ec] rl w N")
    assert note.text() == "less. [ec] rl w N"
    circles.lab.run_steps(1)
    circles.until_paused(1)
    assert circles.window.findChild(QDialog, "dialog.checkpoint") is None
    assert not circles.child(QAbstractButton, "curves.log_y").isChecked()


def test_that_space_on_a_focused_button_presses_it(circles: LabWindow) -> None:
    box = circles.child(QAbstractButton, "curves.log_y")
    box.setFocus()
    circles.key(Qt.Key.Key_Space)
    assert box.isChecked()
    circles.lab.run_steps(1)
    circles.until_paused(1)


def test_that_every_action_of_the_table_has_an_intent_and_a_way_to_it(circles: LabWindow) -> None:
    keys = [record.key for record in ACTIONS if record.key]
    assert len(keys) == len(set(keys))
    for record in ACTIONS:
        assert callable(getattr(Intents, record.intent))
        assert record.key in circles.window.actions_[record.id].shortcut().toString()
        if record.key:
            assert f"[{record.key}]" in circles.window.actions_[record.id].toolTip()
        else:
            # Only what nobody should press by mistake goes without.
            assert record.id == "discard"


def test_that_the_palette_finds_an_action_by_its_name(circles: LabWindow) -> None:
    circles.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    dialog = circles.child(QDialog, "dialog.palette")
    circles.qtbot.keyClicks(dialog.field, "one step")
    circles.qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    circles.until_paused(1)


def test_that_run_n_takes_steps_and_epochs(circles: LabWindow) -> None:
    circles.trigger("run_n")
    dialog = circles.child(QDialog, "dialog.run_n")
    dialog.number.setValue(9)
    circles.qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    circles.until_paused(9)
    circles.trigger("run_n")
    dialogs = circles.window.findChildren(QDialog, "dialog.run_n")
    dialog = next(found for found in dialogs if found.isVisible())
    dialog.unit.setCurrentText("epochs")
    dialog.number.setValue(3)
    dialog.accept()
    circles.until(lambda: circles.now.epoch >= 3 and not circles.now.running)


def test_that_a_new_session_is_checked_before_anything_is_made(
    circles: LabWindow, sessions_in_tmp: Path
) -> None:
    before = sorted(sessions_in_tmp.iterdir())
    circles.trigger("new")
    dialog = circles.child(QDialog, "dialog.new")
    dialog.recipe.setCurrentText("moons")
    units = circles.child(QLineEdit, "new.hidden_layers")
    units.setText("8, many")
    assert not dialog.ok.isEnabled()
    assert "hidden layers" in dialog.problem.text()
    assert dialog.ok.toolTip() == dialog.problem.text()
    units.setText("6, 5, 4")
    circles.until(lambda: "2-6-5-4-2" in dialog.preview.text())
    assert "87 parameters" in dialog.preview.text()
    assert not dialog.ok.toolTip()
    assert "steps per epoch" in dialog.preview.text()
    assert sorted(sessions_in_tmp.iterdir()) == before
    circles.child(QLineEdit, "new.name").setText("my moons")
    dialog.ok.click()
    circles.until(lambda: circles.lab.latest is not None and circles.now.name == "my moons")
    assert circles.now.layer_sizes == (2, 6, 5, 4, 2)
    assert circles.now.folder is not None
    assert circles.now.folder.parent == sessions_in_tmp


def test_that_data_that_is_not_there_is_said_in_the_dialog(circles: LabWindow) -> None:
    circles.trigger("new")
    dialog = circles.child(QDialog, "dialog.new")
    dialog.source.setCurrentText("/no/such/data.h5")
    circles.until(lambda: "/no/such/data.h5" in dialog.problem.text())
    assert not dialog.ok.isEnabled()
    dialog.reject()


def test_that_the_strip_never_says_saved_when_it_is_not(circles: LabWindow) -> None:
    from dataclasses import replace

    circles.until(lambda: circles.now.saved_step is not None)
    circles.lab._timer.stop()
    strip = circles.window.status
    strip.show_snapshot(replace(circles.now, not_saved="the disk is full"))
    assert strip.saved.text() == "NOT SAVED"
    assert "the disk is full" in strip.saved.toolTip()
    strip.show_snapshot(replace(circles.now, saving=1, not_saved=""))
    assert strip.saved.text() == "saving …"
    circles.window.announcer.announce(NotSaved("No room left on the disk; training goes on."))
    assert strip.message.whole.startswith("No room left")


def test_that_the_look_of_the_window_is_remembered(
    circles: LabWindow, qtbot: Any, sessions_in_tmp: Path
) -> None:
    circles.window.choose_theme("dark")
    circles.window.curves.controls.smoothing.setValue(33)
    circles.window.curves.controls.axis.setCurrentIndex(1)
    circles.window.curves.controls.log_y.setChecked(True)
    circles.close()
    assert (sessions_in_tmp / "window.ini").is_file()
    again = LabWindow(qtbot)
    controls = again.window.curves.controls
    assert again.window.theme.name == "dark"
    assert controls.smoothing.value() == 33
    assert controls.axis.currentData() == "epoch"
    assert controls.log_y.isChecked()
    again.window.choose_theme("light")
    again.close()


@pytest.mark.parametrize("axis", ["step", "epoch", "examples", "time"])
def test_that_the_curves_are_those_of_the_history_on_every_axis(
    circles: LabWindow, axis: str
) -> None:
    circles.window.curves.controls.set_axis(axis)
    circles.lab.run_steps(40)
    circles.until_paused(40)
    key = circles.now.checkpoints[0].key
    circles.lab.rollback(key)
    circles.lab.run_steps(25)
    circles.until(lambda: circles.now.branch != "main" and circles.now.step == 25)
    curves = circles.window.curves.cost._layer.curves
    circles.until(lambda: len(curves["train_cost"].series) == 25)
    steps, values = circles.now.history.series("train_cost")
    assert list(curves["train_cost"].series.values) == list(values.astype("f4"))
    assert steps[-1] == 25


def test_that_the_strip_shows_the_knobs_chosen(circles: LabWindow) -> None:
    actions = {a.text(): a for a in circles.window.curves.controls.knob_menu.actions()}
    actions["L2 penalty λ"].trigger()
    actions["learning rate"].trigger()
    circles.lab.run_steps(5)
    circles.until_paused(5)
    circles.until(lambda: list(circles.window.curves.strip._layer.curves) == ["l2"])


def test_that_the_strip_shows_the_learning_rate_that_the_schedule_makes(
    circles: LabWindow,
) -> None:
    circles.lab.nudge({"schedule": "inverse_epoch"})
    circles.lab.run_steps(30)
    circles.until_paused(30)
    curves = circles.window.curves.strip._layer.curves
    circles.until(lambda: len(curves["learning_rate_used"].series) >= 5)
    shown = list(curves["learning_rate_used"].series.values)
    assert shown == sorted(shown, reverse=True)
    assert shown[-1] < shown[0] / 2


def test_that_every_control_has_a_name_for_a_screen_reader(circles: LabWindow) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QSlider, QAbstractSpinBox)
    nameless = []
    for kind in kinds:
        for control in circles.window.findChildren(kind):
            text = control.text() if isinstance(control, QAbstractButton) else ""
            inner = control.objectName().startswith("qt_")
            if not (inner or text or control.accessibleName() or control.toolTip()):
                nameless.append((type(control).__name__, control.parent()))
    assert not nameless


def test_that_knobs_the_optimizer_does_not_use_say_why_they_sleep(circles: LabWindow) -> None:
    circles.lab.nudge({"optimizer": "momentum"})
    beta2 = circles.window.nudge.knobs["beta2"]
    circles.until(lambda: not beta2.isEnabled())
    assert "momentum does not use it" in beta2.toolTip()
    circles.lab.nudge({"optimizer": "adam"})
    circles.until(beta2.isEnabled)
    assert isinstance(beta2, SliderKnob)


def test_that_the_windows_code_never_imports_h5py() -> None:
    folder = Path(dllab_ui.__file__).parent
    for path in folder.rglob("*.py"):
        assert not re.search(r"^\s*(import|from)\s+h5py", path.read_text("utf-8"), re.M), path
