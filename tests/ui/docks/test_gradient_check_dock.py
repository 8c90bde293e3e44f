"""The gradient check dock: settings in, a verdict per block out, over a real run."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from dllab.diagnosis.planted_bug import PlantedBug
from dllab_ui.docks.gradient_check import GradientCheckPanel
from dllab_ui.docks.gradient_table import SHAPE
from dllab_ui.lab import Lab
from dllab_ui.theme import DARK, LIGHT
from gradient_subjects import checked, make_subject
from probe_docks import expect_refusal, probe
from window import LabWindow


@pytest.fixture
def panel(circles: LabWindow) -> Any:
    """The panel in the real window, over a paused run."""
    circles.lab.run_steps(20)
    circles.until_paused(20)
    circles.trigger("gradient_check")
    found = circles.window.panels.panels["gradient_check"]
    circles.until(found.isVisible)
    return found


@pytest.fixture
def alone(qtbot: QtBot) -> GradientCheckPanel:
    """The panel without window and session."""
    made = GradientCheckPanel(Lab())
    qtbot.addWidget(made)
    made.resize(500, 700)
    made.show()
    return made


def check(circles: LabWindow, panel: Any) -> Any:
    """Press the button and wait for the report."""
    return probe(circles, panel, "report")


def cell(panel: Any, row: int, column: int, role: Any = Qt.ItemDataRole.DisplayRole) -> Any:
    return panel.model.data(panel.model.index(row, column), role)


def column(panel: Any, number: int) -> list[str]:
    return [cell(panel, row, number) for row in range(panel.model.rowCount())]


# --- over a run -------------------------------------------------------------------------------


def test_that_every_block_gets_a_ratio_and_a_word(circles: LabWindow, panel: Any) -> None:
    report = check(circles, panel)
    assert column(panel, 0) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert column(panel, 1) == ["10×2", "10", "5×10", "5", "1×5", "1"]
    assert all(float(ratio) <= 1e-7 for ratio in column(panel, 2))
    assert column(panel, 3) == ["✓ great"] * 6
    assert column(panel, 4)[0].startswith("W1[")
    assert panel.verdict.text() == f"✓ {report.headline}"
    assert panel.verdict.property("tone") == "best"
    assert "step 20 · 32 examples" in panel.caption.text()
    assert circles.now.step == 20


def test_that_a_planted_bug_is_announced_and_found_in_its_block(
    circles: LabWindow, panel: Any
) -> None:
    form = panel.form
    form.kind.setCurrentText("1/m forgotten")
    form.block.setCurrentText("b2")
    check(circles, panel)
    assert column(panel, 3)[3] == "✗ wrong"
    assert column(panel, 3).count("✓ great") == 5
    assert panel.verdict.text().startswith("✗ Wrong in b2: ratio 0.9")
    assert panel.verdict.property("tone") == "danger"
    assert "The bug planted in b2 (1/m forgotten) was found." in panel.sentence.text()
    form.kind.setCurrentText("none")
    check(circles, panel)
    assert panel.verdict.property("tone") == "best"
    # What only the engine can know, it answers in words.
    form.kind.setCurrentText("L2 with the wrong sign")
    circles.qtbot.mouseClick(panel.row.run, Qt.MouseButton.LeftButton)
    circles.until(lambda: "λ is 0" in panel.row.words.text())
    assert panel.row.words.property("tone") == "danger"
    assert panel.row.run.isVisible()


def test_that_the_mask_can_be_held_only_where_there_is_dropout(
    circles: LabWindow, panel: Any
) -> None:
    assert not panel.form.hold_mask.isEnabled()
    circles.lab.nudge({"keep_prob": 0.8})
    circles.until(panel.form.hold_mask.isEnabled)
    panel.form.hold_mask.click()
    assert panel.form.settings().hold_mask
    report = check(circles, panel)
    assert report.verdict == "great"
    circles.lab.nudge({"keep_prob": 1.0})
    circles.until(lambda: not panel.form.hold_mask.isEnabled())
    assert not panel.form.settings().hold_mask


def test_that_the_keyboard_alone_can_check(circles: LabWindow, panel: Any) -> None:
    circles.window.curves.cost.setFocus()
    circles.key(Qt.Key.Key_G)
    circles.until(panel.row.run.hasFocus)
    circles.key(Qt.Key.Key_Space)
    circles.until(lambda: panel.report is not None)
    assert panel.row.run.hasFocus()
    assert circles.now.step == 20


def test_that_another_session_takes_the_report_away(
    circles: LabWindow, panel: Any, sessions_in_tmp: Any
) -> None:
    check(circles, panel)
    circles.create(sessions_in_tmp / "second", hidden_layers=(4,), batch_norm="on")
    assert panel.report is None
    assert not panel.table.isVisible()
    panel.form.kind.setCurrentText("one unit's gradient is 0")
    circles.until(lambda: panel.form.block.count() == 5)
    blocks = [panel.form.block.itemText(i) for i in range(5)]
    assert blocks == ["W1", "scale1", "shift1", "W2", "b2"]
    panel.form.kind.setCurrentText("L2 with the wrong sign")
    blocks = [panel.form.block.itemText(i) for i in range(panel.form.block.count())]
    assert blocks == ["W1", "W2"]


# --- by itself --------------------------------------------------------------------------------


def test_that_without_a_session_it_says_so(qtbot: QtBot, alone: GradientCheckPanel) -> None:
    alone.row.run.click()
    qtbot.waitUntil(lambda: "There is no open session yet." in alone.row.words.text())
    assert alone.row.run.isVisible()


def test_that_a_planted_bug_comes_with_a_warning(alone: GradientCheckPanel) -> None:
    assert not alone.form.warning.isVisible()
    alone.form.kind.setCurrentText("too long by a factor")
    assert alone.form.warning.isVisible()
    assert "Planted on purpose" in alone.form.warning.text()
    alone.form.kind.setCurrentText("none")
    assert not alone.form.warning.isVisible()
    assert not alone.form.block.isVisible()


def test_that_each_verdict_has_a_word_and_a_colour_in_both_themes(
    alone: GradientCheckPanel,
) -> None:
    bugs = [PlantedBug("W2", "factor", 1e-4), PlantedBug("W2", "factor", 1.0)]
    reports = [checked(make_subject((3, 4, 2), activation="tanh", bug=bug)) for bug in bugs]
    flat = checked(make_subject((3, 4, 4, 2), activation="linear", batch_norm="on"))
    shown = [
        (flat, 0, "✓ great", "best"),
        (flat, 2, "– too flat", "muted"),
        (reports[0], 2, "? look again", "warning"),
        (reports[1], 2, "✗ wrong", "danger"),
    ]
    for theme in (LIGHT, DARK):
        alone.apply_theme(theme)
        for report, row, text, tone in shown:
            alone.row.done.emit(report)
            assert cell(alone, row, 3) == text
            colour = cell(alone, row, 3, Qt.ItemDataRole.ForegroundRole)
            assert colour == QColor(theme.colour(tone))
    alone.row.done.emit(flat)
    assert cell(alone, 2, 2) == "–"
    assert "Every slope is 0" in cell(alone, 2, 0, Qt.ItemDataRole.ToolTipRole)


def test_that_one_sided_differences_are_drawn_beside_two_sided_ones(
    alone: GradientCheckPanel,
) -> None:
    subject = make_subject((3, 4, 2), activation="tanh")
    alone.row.done.emit(checked(subject))
    assert not alone.ladder.isVisible()
    alone.form.one_sided.click()
    assert alone.form.settings().one_sided
    alone.row.done.emit(checked(subject, one_sided=True))
    assert alone.ladder.isVisible()
    one, two = (curve for curve, _ in alone.ladder._curves)
    assert len(one.y) == len(two.y) == 7
    assert all(a > b for a, b in zip(one.y, two.y, strict=True))
    assert "O(ε²)" in alone.legend.text()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("entries", "9999", "1 to 500 entries per block; got 9999"),
        ("entries", "many", "must be a whole number, not “many”"),
        ("mini_batch", "2.5", "must be a whole number, not “2.5”"),
        ("mini_batch", "", "must be a whole number, not empty"),
        ("mini_batch", "inf", "must be a whole number, not “inf”"),
        ("bug_size", "0", "must be a number other than 0"),
    ],
)
def test_that_wrong_settings_are_answered_before_anything_starts(
    qtbot: QtBot, alone: GradientCheckPanel, field: str, typed: str, words: str
) -> None:
    if field == "bug_size":
        alone.form.kind.setCurrentText("too long by a factor")
    expect_refusal(qtbot, alone, getattr(alone.form, field), typed, words)


def test_that_tooltips_and_accessible_names_are_there(alone: GradientCheckPanel) -> None:
    alone.row.done.emit(checked(make_subject((10, 9, 3))))
    form = alone.form
    for widget in (
        form.entries, form.mini_batch, form.one_sided, form.hold_mask, form.kind, form.block,
        form.bug_size, alone.table, alone.ladder, alone.row.progress,
    ):  # fmt: skip
        assert widget.accessibleName(), widget.objectName()
    for widget in (form.entries, form.kind, form.block, alone.row.run, alone.row.cancel):
        assert widget.toolTip(), widget.objectName()
    tip = cell(alone, 0, 0, Qt.ItemDataRole.ToolTipRole)
    assert "W1 (9×10): 20 of 90 entries checked one by one" in tip
    assert "random directions of the whole block" in tip
    assert "backpropagation" in tip


def test_that_a_narrow_dock_leaves_the_shapes_to_the_tooltips(alone: GradientCheckPanel) -> None:
    assert not alone.table.isColumnHidden(SHAPE)
    alone.resize(300, 600)
    assert alone.table.isColumnHidden(SHAPE)
