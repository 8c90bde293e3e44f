"""The nudge dock in a real window: what a knob says while changes come and go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from window import LabWindow


@pytest.fixture
def circles(qtbot: QtBot, tmp_path: Path) -> Iterator[LabWindow]:
    made = LabWindow(qtbot)
    made.create(tmp_path / "circles", evaluate_every=100)
    yield made
    made.put_away()


def type_in(lab: LabWindow, knob: str, text: str) -> None:
    editor = lab.window.findChild(QComboBox, f"knob.{knob}.value")
    field = editor.lineEdit() if editor is not None else lab.child(QLineEdit, f"knob.{knob}.value")
    field.setFocus()
    field.selectAll()
    lab.qtbot.keyClick(field, Qt.Key.Key_Delete)
    lab.qtbot.keyClicks(field, text)
    lab.qtbot.keyClick(field, Qt.Key.Key_Return)


def said(lab: LabWindow, knob: str) -> str:
    labels = lab.window.nudge.knobs[knob].findChildren(QLabel)
    return "\n".join(label.text() for label in labels)


def request(lab: LabWindow, knob: str, text: str) -> None:
    type_in(lab, knob, text)
    lab.until(lambda: "next update" in said(lab, knob))


@pytest.mark.parametrize(("knob", "good"), [("learning_rate", "0.02"), ("mini_batch_size", "64")])
def test_that_a_refusal_stays_while_a_change_waits_for_its_update(
    circles: LabWindow, knob: str, good: str
) -> None:
    request(circles, knob, good)
    type_in(circles, knob, "abc")
    refusal = said(circles, knob)
    assert "must be" in refusal

    circles.window.nudge.show_snapshot(circles.now)
    assert said(circles, knob) == refusal

    circles.trigger("step")
    circles.until_paused(1)
    assert "must be" in said(circles, knob)


def test_that_editing_again_takes_the_refusal_back(circles: LabWindow) -> None:
    request(circles, "learning_rate", "0.02")
    type_in(circles, "learning_rate", "nan")
    field = circles.child(QLineEdit, "knob.learning_rate.value")

    circles.qtbot.keyClicks(field, "5")
    circles.window.nudge.show_snapshot(circles.now)

    assert "must be" not in said(circles, "learning_rate")
    assert "next update" in said(circles, "learning_rate")


def test_that_a_refusal_goes_when_another_value_stands(circles: LabWindow) -> None:
    type_in(circles, "learning_rate", "abc")
    assert "must be" in said(circles, "learning_rate")

    circles.lab.nudge({"learning_rate": 0.5})
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == 0.5)

    assert "must be" not in said(circles, "learning_rate")


@pytest.mark.parametrize("typed", ["abc", "1e9", ""])
def test_that_a_whole_number_is_refused_in_the_words_of_the_others(
    circles: LabWindow, typed: str
) -> None:
    circles.window.nudge.reveal("evaluate_every")
    type_in(circles, "evaluate_every", typed)

    words = f"“{typed}”" if typed else "empty"
    assert (
        "evaluate every must be a whole number from 1 to 100,000,000, or 0 for auto, "
        f"not {words}; 100 stands."
    ) in said(circles, "evaluate_every")


def test_that_a_knob_moved_and_moved_back_at_once_stands_where_it_stood(
    circles: LabWindow,
) -> None:
    """The way back was taken for no change, as the first move had not been shown yet."""
    rate = circles.now.hyperparameters["learning_rate"]
    circles.key(Qt.Key.Key_BracketLeft)
    circles.key(Qt.Key.Key_BracketRight)
    circles.until(lambda: "next update" in said(circles, "learning_rate"))

    moves = [e.changes["learning_rate"] for e in circles.now.entries if e.kind == "nudge"]
    assert moves == [(rate, rate / 2), (rate / 2, rate)]
    assert circles.now.hyperparameters["learning_rate"] == rate
    assert circles.window.nudge.knobs["learning_rate"].control.value == rate

    circles.trigger("step")
    circles.until_paused(1)
    assert "applied @ step 1" in said(circles, "learning_rate")


@pytest.mark.parametrize("keys", ["[[[", "]][", "[]]"])
def test_that_bracket_keys_in_a_row_count_from_the_value_asked_last(
    circles: LabWindow, keys: str
) -> None:
    rate = circles.now.hyperparameters["learning_rate"]
    for key in keys:
        circles.key(Qt.Key.Key_BracketLeft if key == "[" else Qt.Key.Key_BracketRight)
        rate *= 0.5 if key == "[" else 2.0
    circles.until(lambda: sum(e.kind == "nudge" for e in circles.now.entries) == len(keys))
    assert circles.now.hyperparameters["learning_rate"] == pytest.approx(rate)


def test_that_a_value_told_twice_is_asked_for_once(circles: LabWindow) -> None:
    """When Enter is pressed, and when the field then loses the focus."""
    type_in(circles, "mini_batch_size", "64")
    circles.window.curves.cost.setFocus()
    circles.until(lambda: "next update" in said(circles, "mini_batch_size"))
    assert sum(e.kind == "nudge" for e in circles.now.entries) == 1


def test_that_a_refusal_names_the_value_that_is_on_its_way(circles: LabWindow) -> None:
    type_in(circles, "mini_batch_size", "64")
    type_in(circles, "mini_batch_size", "abc")
    assert "64 stands" in said(circles, "mini_batch_size")
    circles.until(lambda: circles.now.hyperparameters["mini_batch_size"] == 64)
    field = circles.child(QComboBox, "knob.mini_batch_size.value")
    assert field.currentText() == "64"
