"""The α range test dock: a curve over α, a suggestion, and an ordinary nudge to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dllab_ui.docks.range_test import RangeTestPanel
from dllab_ui.lab import Lab
from probe_docks import expect_refusal, probe
from window import LabWindow


@pytest.fixture
def panel(circles: LabWindow) -> Any:
    circles.trigger("range_test")
    found = circles.window.panels.panels["range_test"]
    circles.until(found.isVisible)
    return found


@pytest.fixture
def alone(qtbot: QtBot) -> RangeTestPanel:
    """The panel without window and session."""
    made = RangeTestPanel(Lab())
    qtbot.addWidget(made)
    made.show()
    return made


def run(circles: LabWindow, panel: Any) -> Any:
    return probe(circles, panel, "result")


def test_that_the_curve_has_the_suggestion_and_the_learning_rate_of_now(
    circles: LabWindow, panel: Any
) -> None:
    result = run(circles, panel)
    assert result.suggestion is not None, result.reason
    now = circles.now.learning_rate_used
    marks = panel.plot.marks
    assert marks["found"] == (result.suggestion, f"suggested {result.suggestion:.2g}")
    assert marks["now"] == (now, f"now {now:.2g}")
    assert panel.reason.text() == result.reason
    smoothed = panel.plot._curves[1][1].getData()
    np.testing.assert_allclose(smoothed[0], np.log10(result.learning_rates))
    np.testing.assert_allclose(smoothed[1], result.smoothed)
    assert circles.now.step == 0
    circles.lab.nudge({"learning_rate": 0.0123})
    circles.until(lambda: panel.plot.marks["now"][1] == "now 0.012")


def test_that_use_this_is_an_ordinary_nudge(circles: LabWindow, panel: Any) -> None:
    result = run(circles, panel)
    circles.qtbot.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    circles.until(lambda: circles.now.hyperparameters["learning_rate"] == result.alpha0)
    entry = next(e for e in circles.now.entries if e.kind == "nudge")
    assert entry.note == "from the α range test"
    circles.lab.run_steps(1)
    circles.until_paused(1)
    assert circles.now.history.series("learning_rate")[1][-1] == pytest.approx(result.alpha0)


def test_that_the_button_speaks_of_alpha_0_where_a_schedule_is_at_work(
    circles: LabWindow, panel: Any
) -> None:
    circles.lab.nudge(
        {"schedule": "exponential", "decay_base": 0.5, "mini_batch_size": 0, "learning_rate": 0.02}
    )
    circles.lab.run_steps(2)
    circles.until_paused(2)
    circles.lab.nudge({"mini_batch_size": 64})
    result = run(circles, panel)
    assert result.alpha0 == pytest.approx(4 * result.suggestion, rel=0.01)
    assert f"α₀ = {result.alpha0:.6g}" in panel.use.text()
    assert "The schedule makes about" in panel.use.toolTip()


def test_that_without_a_suggestion_there_is_nothing_to_use(circles: LabWindow, panel: Any) -> None:
    panel.form.low.setText("1e-6")
    panel.form.high.setText("2e-6")
    result = run(circles, panel)
    assert result.suggestion is None
    assert not panel.use.isVisible()
    assert "neither fell nor rose clearly" in panel.reason.text()
    assert "found" not in panel.plot.marks


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("low", "20", "a lower and a higher learning rate between 1e-06 and 10"),
        ("low", "tiny", "The lowest learning rate must be a number, not “tiny”."),
        ("high", "-1", "a lower and a higher learning rate"),
        ("steps", "3", "20 to 5,000 updates; got 3"),
        ("steps", "1e3.5", "must be a whole number"),
    ],
)
def test_that_wrong_settings_are_answered_before_anything_starts(
    qtbot: QtBot, alone: RangeTestPanel, field: str, typed: str, words: str
) -> None:
    expect_refusal(qtbot, alone, getattr(alone.form, field), typed, words)


def test_that_a_decimal_comma_and_thousands_are_understood(alone: RangeTestPanel) -> None:
    alone.form.low.setText("0,001")
    alone.form.steps.setText("1,000")
    settings = alone.form.settings()
    assert (settings.low, settings.steps) == (0.001, 1000)


def test_that_the_keyboard_alone_can_run_it(circles: LabWindow, panel: Any) -> None:
    circles.window.curves.cost.setFocus()
    circles.key(Qt.Key.Key_A)
    circles.until(panel.row.run.hasFocus)
    circles.key(Qt.Key.Key_Space)
    circles.until(lambda: panel.result is not None)
    for widget in (panel.form.low, panel.form.high, panel.form.steps, panel.plot, panel.use):
        assert widget.accessibleName(), widget.objectName()
        assert widget.toolTip(), widget.objectName()
    assert circles.now.step == 0


def test_that_another_session_takes_the_curve_away(
    circles: LabWindow, panel: Any, sessions_in_tmp: Any
) -> None:
    run(circles, panel)
    circles.create(sessions_in_tmp / "second")
    assert panel.result is None
    assert not panel.plot.isVisible()
    assert not panel.use.isVisible()
