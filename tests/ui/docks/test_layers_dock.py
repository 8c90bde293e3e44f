"""The layers dock over a real training thread."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dllab import Recipe, Session
from dllab.diagnosis.alarm_words import number, percent
from dllab.training.snapshot import Snapshot
from dllab.training.snapshot_of import snapshot_of
from dllab_ui.docks.layers import LayersPanel
from dllab_ui.docks.layers_model import COLUMNS, NEAR_ZERO
from dllab_ui.lab import Lab
from dllab_ui.theme import DARK, LIGHT, Theme
from dllab_ui.widgets.sparkline import CELL, course
from window import LabWindow

MakePanel = Callable[..., tuple[LayersPanel, Session]]


@pytest.fixture
def make_panel(qtbot: QtBot) -> Iterator[MakePanel]:
    """The dock over a session of the circles recipe that has run for some steps."""
    made: list[Session] = []

    def make(steps: int, **values: Any) -> tuple[LayersPanel, Session]:
        recipe = Recipe.builtin("circles").with_values(evaluate_every=10, **values)
        session = Session.create(recipe)
        made.append(session)
        session.run(steps=steps)
        panel = LayersPanel(Lab())
        qtbot.addWidget(panel)
        panel.resize(300, 600)
        panel.show()
        show(panel, session)
        return panel, session

    yield make
    for session in made:
        session.close()


def show(panel: LayersPanel, session: Session) -> Snapshot:
    snapshot = snapshot_of(session, False, 0.0, None, 0)
    panel.show_snapshot(snapshot)
    return snapshot


def text(panel: LayersPanel, row: int, column: int) -> str:
    return str(panel.model.index(row, column).data())


def label(panel: LayersPanel, name: str) -> QLabel:
    found = panel.findChild(QLabel, f"layers.{name}")
    assert isinstance(found, QLabel)
    return found


def test_that_there_is_a_row_for_each_layer_with_its_numbers(make_panel: MakePanel) -> None:
    panel, session = make_panel(50)
    health = session.trainer.health
    assert panel.model.rowCount() == len(health) == 3
    for row, one in enumerate(health):
        assert text(panel, row, 0) == str(one.layer)
        assert text(panel, row, 2) == number(one.gradient_rms)
        assert text(panel, row, 3) == number(one.update_ratio)
    assert text(panel, 0, 1) == number(health[0].activation_rms)
    assert text(panel, 2, 1) == "–"
    assert text(panel, 1, 4) == percent(health[1].dead)
    assert label(panel, "state").text() == "✓ No layer raises an alarm."
    assert label(panel, "caption").text().startswith("step 50 · mini-batch of 32")


def test_that_a_cell_is_told_in_words(make_panel: MakePanel) -> None:
    panel, session = make_panel(20)
    told = panel.model.index(0, 2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith(f"Layer 1: {number(session.trainer.health[0].gradient_rms)}\n")
    assert "∂J/∂W[l]" in told
    first = panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert first == "Layer 1: 10 units, relu."


def test_that_a_course_holds_the_latest_readings(make_panel: MakePanel) -> None:
    panel, session = make_panel(100)
    line = panel.model.index(0, 2).data(CELL).line
    assert line.size() == 10
    _, values = session.history["gradient_rms[1]"]
    # The y of a line grows downwards.
    assert min(range(10), key=lambda i: line.at(i).y()) == int(np.argmax(values))


def test_that_a_dead_network_raises_alarms_that_name_its_layers(make_panel: MakePanel) -> None:
    panel, session = make_panel(40, initialization="zeros")
    alarms = session.watch.alarms.standing
    kinds = [alarm.kind for alarm in alarms]
    assert label(panel, "state").text() == f"⚠ {len(alarms)} alarms"
    shown = label(panel, f"alarm.{kinds.index('dead')}")
    assert shown.isVisible()
    assert shown.text().startswith("Units are dead in layers 1 and 2:")
    assert "instead of zeros" in label(panel, f"advice.{kinds.index('dead')}").text()
    assert text(panel, 0, 0) == "⚠ 1"
    assert panel.model.index(0, 4).data(CELL).alarmed
    assert "dead" in panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_that_weights_near_zero_are_shown_while_there_is_an_l1_penalty(
    make_panel: MakePanel,
) -> None:
    panel, session = make_panel(20)
    assert panel.table.isColumnHidden(NEAR_ZERO)
    session.nudge(l1=0.1)
    session.run(steps=10)
    snapshot = show(panel, session)
    assert not panel.table.isColumnHidden(NEAR_ZERO)
    assert text(panel, 0, NEAR_ZERO) == percent(snapshot.health[0].near_zero)


def test_that_all_headings_fit_into_the_dock_of_the_window(circles: LabWindow) -> None:
    table = circles.panel("layers").table
    assert table.horizontalHeader().font().pointSizeF() < table.font().pointSizeF()
    assert table.horizontalHeader().length() == table.viewport().width()


@pytest.mark.parametrize("l1", [0.0, 0.1])
def test_that_every_heading_has_room_for_its_words(
    make_panel: MakePanel, qtbot: QtBot, l1: float
) -> None:
    panel, _ = make_panel(20, l1=l1)
    header = panel.table.horizontalHeader()
    assert header.font() == panel.caption.font()
    for section, column in enumerate(COLUMNS):
        if not header.isSectionHidden(section):
            words = header.fontMetrics().horizontalAdvance(column.heading)
            assert header.sectionSize(section) >= words + 16
    # All of them can be reached, and without a penalty none is out of sight.
    bar = panel.table.horizontalScrollBar()
    hidden = header.length() - panel.table.viewport().width()
    qtbot.waitUntil(lambda: bar.maximum() == hidden)
    assert (hidden > 0) == (l1 > 0)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_that_an_alarmed_cell_has_another_colour(make_panel: MakePanel, theme: Theme) -> None:
    panel, _ = make_panel(40, initialization="zeros")
    panel.apply_theme(theme)
    picture = panel.table.viewport().grab().toImage()

    def colours(row: int, column: int) -> set[str]:
        rect = panel.table.visualRect(panel.model.index(row, column))
        return {
            picture.pixelColor(x, y).name()
            for x in range(rect.left(), rect.right())
            for y in range(rect.top(), rect.bottom())
        }

    assert theme.warning in colours(0, 4)
    assert theme.warning not in colours(0, 1)


def test_that_a_running_session_is_not_drawn_at_every_reading(make_panel: MakePanel) -> None:
    panel, session = make_panel(20)
    shown = label(panel, "caption").text()
    session.run(steps=10)
    panel.show_snapshot(snapshot_of(session, True, 100.0, None, 0))
    assert label(panel, "caption").text() == shown
    show(panel, session)
    assert label(panel, "caption").text().startswith("step 30 ")


def test_that_the_dock_of_the_window_follows_runs_rollbacks_and_sessions(
    lab_window: LabWindow, sessions_in_tmp: Path
) -> None:
    lab_window.create(sessions_in_tmp / "run", evaluate_every=10, initialization="zeros")
    lab_window.window.panels.raise_panel("layers")
    panel = lab_window.window.panels.panels["layers"]
    assert isinstance(panel, LayersPanel)
    lab_window.lab.run_steps(40)
    lab_window.until(lambda: panel.model.rowCount() == 3)
    lab_window.until_paused(40)
    assert label(panel, "alarm.0").isVisible()
    lab_window.lab.rollback(lab_window.now.checkpoints[0].key)
    lab_window.until(lambda: panel.model.rowCount() == 0)
    assert "next evaluation" in label(panel, "state").text()
    assert not label(panel, "alarm.0").isVisible()
    lab_window.create(sessions_in_tmp / "another", evaluate_every=10, hidden_layers=[4])
    lab_window.lab.run_steps(10)
    lab_window.until(lambda: panel.model.rowCount() == 2)


def test_that_every_column_explains_itself() -> None:
    assert all(column.meaning.endswith(".") for column in COLUMNS)


def test_that_a_course_is_logarithmic_and_leaves_out_what_has_no_logarithm() -> None:
    line = course(np.array([1e-6, 0.0, 1e-4, math.inf, 1e-2]))
    points = [(line.at(i).x(), line.at(i).y()) for i in range(line.size())]
    assert points == [
        (0.0, pytest.approx(1.0)), (0.5, pytest.approx(0.5)), (1.0, pytest.approx(0.0)),
    ]  # fmt: skip
    flat = course(np.array([1.0, 1.0]))
    assert [flat.at(i).y() for i in range(2)] == [0.5, 0.5]
    assert course(np.array([0.0, 1.0])) is None
