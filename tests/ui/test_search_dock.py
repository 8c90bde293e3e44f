"""The search dock as a person uses it: plan, watch, zoom in, open; beside a session or without."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from dllab import Recipe
from dllab.search import (
    Choices,
    Plan,
    SearchSpace,
    Span,
    Trial,
    open_search,
    search_into,
    searches,
    suggested_space,
)
from dllab_ui.docks.search import SearchPanel
from dllab_ui.lab import Lab
from dllab_ui.search.colour_legend import ColourLegend
from dllab_ui.search.colours import ColourScale, map_colour
from dllab_ui.search.quantities import quantities
from dllab_ui.search.scale_axis import ScaleAxis
from dllab_ui.theme import DARK, LIGHT
from search_subjects import ALPHA, MOONS
from window import PATIENCE, LabWindow


def search_panel(window: LabWindow) -> SearchPanel:
    panel = window.panel("search")
    assert isinstance(panel, SearchPanel)
    return panel


class Dock:
    """The dock by itself, without a window and without a session."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.lab = qtbot, Lab()
        self.panel = SearchPanel(self.lab)
        self.panel.resize(1000, 560)
        self.panel.show()
        qtbot.waitExposed(self.panel)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something has become true."""
        self.qtbot.waitUntil(true, timeout=PATIENCE)

    def child(self, kind: type, name: str) -> Any:
        """A control by its object name."""
        found = self.panel.findChild(kind, name)
        assert found is not None, f"there is no control {name}"
        return found


@pytest.fixture
def dock(qtbot: QtBot) -> Iterator[Dock]:
    """The dock by itself; its thread has ended when the test is over."""
    made = Dock(qtbot)
    yield made
    assert made.lab.wait_for_threads()
    made.panel.close()
    made.panel.deleteLater()


def click(where: Dock | LabWindow, button: Any) -> None:
    where.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(where: Dock | LabWindow, name: str, text: str) -> None:
    field = where.child(QLineEdit, name)
    field.setFocus()
    field.selectAll()
    where.qtbot.keyClicks(field, text)


def plan_small(panel: SearchPanel, trials: int = 6, epochs: int = 3) -> None:
    panel.form.show_plan(Plan(MOONS, suggested_space(MOONS), trials, epochs))


def search_through(where: Dock | LabWindow, panel: SearchPanel) -> None:
    click(where, panel.foot.start)
    where.until(lambda: not panel.runner.is_running)


def table_column(panel: SearchPanel, column: int) -> list[str]:
    model = panel.view.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_that_the_plan_begins_with_the_open_sessions_recipe_and_the_methods_ranges(
    circles: LabWindow,
) -> None:
    panel = search_panel(circles)
    assert panel.form.recipe.currentText() == "this session: circles"
    ticked = [key for key, row in panel.form.ranges.rows.items() if row.box.isChecked()]
    # Adam: its beta comes last.
    assert ticked == ["learning_rate", "units", "mini_batch_size"]
    assert list(panel.form.ranges.rows)[-3:] == ["beta", "beta2", "epsilon"]
    plan = panel.form.plan()
    assert plan.space["learning_rate"] == Span("learning_rate", 1e-4, 1.0)
    assert plan.recipe == circles.lab.recipe


def test_that_a_trial_starts_from_the_sessions_values_in_force(circles: LabWindow) -> None:
    panel = search_panel(circles)
    circles.lab.nudge({"l2": 0.25})
    circles.until(lambda: circles.now.hyperparameters["l2"] == 0.25)
    assert panel.form.plan().recipe.values["l2"] == 0.25


def test_that_a_range_that_makes_no_sense_is_told_and_holds_the_start(dock: Dock) -> None:
    plan_small(dock.panel)
    type_into(dock, "search.learning_rate.low", "2")
    assert "upside down" in dock.panel.foot.words.text()
    assert not dock.panel.foot.start.isEnabled()
    assert dock.panel.foot.start.toolTip() == dock.panel.foot.words.text() != ""
    assert dock.child(QLineEdit, "search.learning_rate.low").property("wrong")
    type_into(dock, "search.learning_rate.low", "a little")
    assert "must be a number, not “a little”" in dock.panel.foot.words.text()
    type_into(dock, "search.learning_rate.low", "1e-3")
    assert dock.panel.foot.words.text() == ""
    assert dock.panel.foot.start.isEnabled()
    assert dock.panel.foot.start.toolTip().startswith("Train the trials")
    for row in dock.panel.form.ranges.rows.values():
        row.box.setChecked(False)
    assert "at least one hyperparameter" in dock.panel.foot.words.text()
    assert not dock.panel.foot.start.isEnabled()


def test_that_any_other_hyperparameter_can_be_added_as_range_or_choices(dock: Dock) -> None:
    plan_small(dock.panel, trials=4, epochs=1)
    for key in ("optimizer", "clip_norm"):
        dock.panel.form.ranges.add.setCurrentIndex(dock.panel.form.ranges.add.findData(key))
        dock.panel.form.ranges.add.activated.emit(dock.panel.form.ranges.add.currentIndex())
        assert dock.panel.form.ranges.add.findData(key) < 0
    type_into(dock, "search.optimizer.choices", "momentum, adam")
    space = dock.panel.form.plan().space
    assert space["optimizer"] == Choices("optimizer", ("momentum", "adam"))
    assert "clip_norm" in space
    search_through(dock, dock.panel)
    assert dock.panel.runner.search is not None
    assert {t.values["optimizer"] for t in dock.panel.runner.search.trials} <= {"momentum", "adam"}
    dock.panel.view.y_axis.setCurrentIndex(dock.panel.view.y_axis.findData("optimizer"))
    dock.panel.view.y_axis.activated.emit(dock.panel.view.y_axis.currentIndex())
    assert {point.y for point in dock.panel.view.scatter.points} <= {0.0, 1.0}


def test_that_a_built_in_recipe_is_chosen_without_a_session(dock: Dock) -> None:
    form = dock.panel.form
    assert "session" not in form.recipe.currentText()
    form.recipe.setCurrentIndex(form.recipe.findData("builtin spiral"))
    assert form.plan().recipe == Recipe.builtin("spiral")
    assert form.plan().space == suggested_space(Recipe.builtin("spiral"))


def test_that_a_search_needs_no_session_and_ends_with_a_table_best_first(dock: Dock) -> None:
    plan_small(dock.panel)
    search_through(dock, dock.panel)
    assert dock.panel.runner.search is not None
    assert dock.panel.runner.search.best is not None
    assert "6 trials done. Best: trial" in dock.panel.foot.words.text()
    errors = [float(text.split()[0]) for text in table_column(dock.panel, 1)]
    assert errors == sorted(errors)
    assert table_column(dock.panel, 0)[0] == str(dock.panel.runner.search.best.number)
    assert dock.panel.runner.search == open_search(searches()[0])


def test_that_a_heading_sorts_the_table(dock: Dock) -> None:
    plan_small(dock.panel)
    search_through(dock, dock.panel)
    header = dock.panel.view.table.horizontalHeader()
    for order in (sorted, lambda numbers: sorted(numbers, reverse=True)):
        place = QPoint(header.sectionViewportPosition(0) + 10, header.height() // 2)
        dock.qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        numbers = [int(text) for text in table_column(dock.panel, 0)]
        assert numbers == order(numbers)
    assert dock.panel.view.table.model().headerData(0, Qt.Orientation.Horizontal) == "▾ #"


def test_that_pointing_tells_a_trials_values_and_a_click_selects_its_row(dock: Dock) -> None:
    plan_small(dock.panel)
    search_through(dock, dock.panel)
    assert dock.panel.runner.search is not None
    # One that lies on no other.
    scatter = dock.panel.view.scatter
    trial = next(t for t in dock.panel.runner.search.trials if len(_at(scatter, t.number)) == 1)
    spot = scatter.pixel_of(trial.number).toPoint()
    view = scatter.canvas.viewport()
    scatter.canvas.scene().sigMouseMoved.emit(scatter.canvas.mapToScene(spot))
    dock.until(lambda: dock.panel.view.reading.text().startswith(f"Trial {trial.number}:"))
    text = dock.panel.view.reading.text()
    assert f"dev error {100 * trial.best_dev_error:.2f} %" in text
    assert f"learning rate {trial.values['learning_rate']:.6g}" in text
    dock.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    dock.until(lambda: dock.panel.view.table.selected_number() == trial.number)
    assert dock.panel.view.open.text() == f"Open trial {trial.number} …"


def _at(scatter: Any, number: int) -> list[Any]:
    spot = scatter.pixel_of(number)
    return [
        point
        for point in scatter.points
        if (QPointF(scatter.pixel_of(point.trial.number)) - QPointF(spot)).manhattanLength() < 30
    ]


def test_that_zooming_fills_in_the_next_round_and_draws_its_box(dock: Dock) -> None:
    plan_small(dock.panel, trials=8)
    search_through(dock, dock.panel)
    coarse = dock.panel.runner.search
    assert coarse is not None
    click(dock, dock.panel.view.zoom)
    plan = dock.panel.form.plan()
    assert plan.round == 2
    assert dock.panel.foot.start.text() == "Start round 2"
    box = dock.panel.view.scatter._zoom
    assert box.isVisible()
    alpha, beta = plan.space["learning_rate"], plan.space["beta"]
    rectangle = box.rect()
    assert (rectangle.left(), rectangle.right()) == pytest.approx(alpha.ends)
    assert (rectangle.top(), rectangle.bottom()) == pytest.approx(beta.ends)
    search_through(dock, dock.panel)
    fine = dock.panel.runner.search
    assert fine is not None
    assert fine.plan == plan
    assert all(alpha.contains(t.values["learning_rate"]) for t in fine.trials)
    # The coarse round stays on screen beside the fine one.
    assert dock.panel.view.beside == coarse
    assert sum(point.beside for point in dock.panel.view.scatter.points) == 8
    assert dock.panel.view.comparison.text().startswith("◇ is the search beside. Best here")


def test_that_the_same_plan_can_be_run_again_and_is_laid_beside_the_old_one(dock: Dock) -> None:
    plan_small(dock.panel, trials=3)
    search_through(dock, dock.panel)
    assert dock.panel.foot.start.text() == "Run again"
    search_through(dock, dock.panel)
    assert len(searches()) == 2
    assert "3 trials of the same values came out the same" in dock.panel.view.comparison.text()


def test_that_the_best_or_the_selected_trial_is_opened_as_a_session(dock: Dock) -> None:
    wanted: list[Recipe] = []
    dock.panel.recipe_wanted.connect(wanted.append)
    plan_small(dock.panel)
    search_through(dock, dock.panel)
    assert dock.panel.runner.search is not None
    assert dock.panel.runner.search.best is not None
    click(dock, dock.panel.view.open)
    other = next(t for t in dock.panel.runner.search.trials if t != dock.panel.runner.search.best)
    dock.panel.view.table.select(other.number)
    click(dock, dock.panel.view.open)
    for recipe, trial in zip(wanted, (dock.panel.runner.search.best, other), strict=True):
        assert recipe.name == f"moons-trial-{trial.number}"
        assert recipe.values["learning_rate"] == trial.values["learning_rate"]
        assert recipe.values["hidden_layers"] == (trial.values["units"],) * 2


def test_that_cancelling_keeps_what_was_trained_and_the_search_goes_on_later(dock: Dock) -> None:
    plan_small(dock.panel, trials=4, epochs=60)
    click(dock, dock.panel.foot.start)
    dock.until(
        lambda: dock.panel.runner.search is not None and len(dock.panel.runner.search.trials) >= 1
    )
    assert dock.panel.foot.cancel.isVisible()
    assert not dock.panel.form.isEnabled()
    click(dock, dock.panel.foot.cancel)
    dock.until(lambda: not dock.panel.runner.is_running)
    assert "Cancelled; what was trained is kept" in dock.panel.foot.words.text()
    assert dock.panel.runner.search is not None
    assert 1 <= dock.panel.runner.search.plan.trials - dock.panel.runner.search.missing < 4
    first = dock.panel.runner.search.trials[0]
    assert dock.panel.foot.start.text() == "Go on"
    search_through(dock, dock.panel)
    assert dock.panel.runner.search.missing == 0
    assert dock.panel.runner.search.trials[0] == first
    assert len(searches()) == 1


def test_that_closing_the_window_during_a_search_is_clean_and_keeps_the_trials(
    circles: LabWindow,
) -> None:
    panel = search_panel(circles)
    plan_small(panel, trials=50, epochs=100)
    click(circles, panel.foot.start)
    circles.until(lambda: panel.runner.search is not None and len(panel.runner.search.trials) >= 2)
    assert panel.runner.is_running
    circles.close()
    circles.until(lambda: not panel.runner.is_running)
    kept = open_search(searches()[0])
    assert 2 <= len(kept.trials) < 50
    assert kept.notices == ()


def test_that_a_search_beside_a_training_session_says_that_they_share_the_processor(
    circles: LabWindow,
) -> None:
    panel = search_panel(circles)
    plan_small(panel, trials=50, epochs=100)
    click(circles, panel.foot.start)
    circles.until(lambda: panel.foot.progress.value() > 0)
    assert not panel.foot.shared.isVisible()
    circles.lab.run()
    circles.until(panel.foot.shared.isVisible)
    assert "share the processor" in panel.foot.shared.text()
    step = circles.now.step
    circles.until_step(step + 50)
    circles.lab.pause()
    circles.until(lambda: not panel.foot.shared.isVisible())
    click(circles, panel.foot.cancel)
    circles.until(lambda: not panel.runner.is_running)


def test_that_another_session_leaves_a_search_alone(
    circles: LabWindow, sessions_in_tmp: Path
) -> None:
    panel = search_panel(circles)
    plan_small(panel, trials=50, epochs=100)
    click(circles, panel.foot.start)
    circles.until(lambda: panel.runner.search is not None and len(panel.runner.search.trials) >= 1)
    before = panel.runner.search
    assert before is not None
    circles.create(sessions_in_tmp / "second")
    circles.until(lambda: panel.runner.search is not None and len(panel.runner.search.trials) > 2)
    assert panel.runner.is_running
    assert panel.runner.search is not None
    assert panel.runner.search.plan == before.plan
    click(circles, panel.foot.cancel)
    circles.until(lambda: not panel.runner.is_running)


def test_that_an_earlier_search_is_shown_with_its_plan_and_another_beside(
    dock: Dock, sessions_in_tmp: Path
) -> None:
    folder = sessions_in_tmp / "searches"
    kept = search_into(folder / "one", Plan(MOONS, ALPHA, trials=3, epochs=2, seed=5))
    other = search_into(folder / "two", Plan(MOONS, ALPHA, trials=2, steps=7))
    panel = dock.panel
    panel.showEvent(QShowEvent())
    for box, name in ((panel.chooser.shown, "one"), (panel.chooser.other, "two")):
        box.setCurrentIndex(box.findText(name))
        box.activated.emit(box.currentIndex())
    assert (panel.runner.search, panel.view.beside) == (kept, other)
    assert panel.form.plan() == kept.plan
    assert panel.foot.start.text() == "Run again"
    box = panel.chooser.shown
    box.setCurrentIndex(box.findText("two"))
    box.activated.emit(box.currentIndex())
    assert panel.form.plan() == other.plan
    assert panel.form.unit.text() == "Steps each"


def test_that_a_search_with_a_torn_line_is_shown_and_can_go_on(
    dock: Dock, sessions_in_tmp: Path
) -> None:
    folder = sessions_in_tmp / "searches" / "torn"
    search_into(folder, Plan(MOONS, ALPHA, trials=3, epochs=1))
    file = folder / "trials.jsonl"
    file.write_bytes(file.read_bytes()[:-9])
    panel = dock.panel
    panel.showEvent(QShowEvent())
    panel.chooser.shown_chosen.emit(folder)
    assert "1 line of trials.jsonl" in panel.foot.words.text()
    assert panel.foot.start.text() == "Go on"
    search_through(dock, panel)
    assert open_search(folder).missing == 0


def test_that_data_that_is_not_there_is_told_and_nothing_is_left(dock: Dock) -> None:
    dock.panel.form.show_plan(Plan(Recipe("lost", "/no/such/data.h5"), ALPHA, trials=2, epochs=1))
    search_through(dock, dock.panel)
    assert "/no/such/data.h5" in dock.panel.foot.words.text()
    assert dock.panel.foot.words.property("tone") == "danger"
    assert searches() == []
    assert dock.panel.foot.start.isEnabled()


def test_that_a_trial_that_diverged_is_a_cross_at_the_far_end_and_last_in_the_table(
    dock: Dock,
) -> None:
    rough = MOONS.with_values(
        optimizer="gradient_descent", activation="linear", initialization="random",
        initialization_scale=10, explosion_factor=10,
    )  # fmt: skip
    space = SearchSpace((Span("learning_rate", 1e-4, 10),))
    dock.panel.form.show_plan(Plan(rough, space, trials=12, steps=100))
    search_through(dock, dock.panel)
    assert dock.panel.runner.search is not None
    lost = {t.number for t in dock.panel.runner.search.trials if t.status == "diverged"}
    assert lost
    # With one hyperparameter alone the other axis is what came of it.
    assert dock.panel.view.y_axis.currentData() == "dev_error"
    points = {point.trial.number: point for point in dock.panel.view.scatter.points}
    top = min(points[number].y for number in lost)
    assert all(
        points[t.number].y < top for t in dock.panel.runner.search.trials if t.number not in lost
    )
    assert {int(n) for n in table_column(dock.panel, 0)[-len(lost) :]} == lost
    assert f"× {len(lost)} diverged" in dock.panel.view.reading.text()
    dock.panel.view.table.select(min(lost))
    assert (
        "exploded" in dock.panel.view.reading.text()
        or "not finite" in dock.panel.view.reading.text()
    )


def test_that_a_narrow_dock_has_plan_and_trials_behind_each_other(dock: Dock) -> None:
    panel = dock.panel
    assert panel.plan.isVisible()
    assert panel.view.isVisible()
    assert not panel.tabs.isVisible()
    panel.resize(340, 560)
    dock.until(panel.tabs.isVisible)
    assert panel.plan.isVisible()
    assert not panel.view.isVisible()
    plan_small(panel, trials=2, epochs=1)
    search_through(dock, panel)
    assert panel.view.isVisible()
    assert not panel.plan.isVisible()


# --- colours and axes --------------------------------------------------------------------------


def lightness(colour: str) -> float:
    """CIE L* of an sRGB colour."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize(("theme", "sign"), [(LIGHT, 1), (DARK, -1)], ids=["light", "dark"])
def test_that_colours_grow_evenly_in_lightness_so_that_no_hue_is_needed_to_read_them(
    theme: Any, sign: int
) -> None:
    steps = [lightness(map_colour(share / 20, theme)) for share in range(21)]
    differences = [sign * (after - before) for before, after in pairwise(steps)]
    assert min(differences) > 0
    assert max(differences) < 2.5 * min(differences)


def test_that_the_best_stands_out_most_from_the_ground() -> None:
    for theme in (LIGHT, DARK):
        ground = lightness(theme.panel)
        best, worst = (lightness(map_colour(share, theme)) for share in (0, 1))
        assert abs(best - ground) > abs(worst - ground) > 5


def test_that_the_legend_names_the_errors_of_its_colours(qtbot: Any) -> None:
    scale = ColourScale.over([0.01, 0.04, 0.16])
    assert scale is not None
    assert (scale.share(0.01), scale.share(0.16)) == (0, 1)
    assert scale.share(0.04) == pytest.approx(0.5)
    legend = ColourLegend()
    qtbot.addWidget(legend)
    legend.show_scale(scale)
    assert legend.labels() == ["1.00 %", "4.00 %", "16.00 %"]
    none_wrong = ColourScale.over([0.0, 0.5])
    assert none_wrong is not None
    assert (none_wrong.share(0.0), none_wrong.error(0.0)) == (0, 0)
    assert ColourScale.over([]) is None


def axis(quantity_key: str, qtbot: Any) -> ScaleAxis:
    space = SearchSpace(
        (
            Span("learning_rate", 1e-4, 1.0),
            Span("beta", 0.9, 0.999),
            Span("mini_batch_size", 8, 256),
            Choices("optimizer", ("momentum", "adam")),
        )
    )
    made = ScaleAxis("bottom")
    made.show_quantity(quantities(space)[quantity_key])
    return made


@pytest.mark.parametrize(
    ("key", "low", "high", "width", "texts"),
    [
        ("learning_rate", -4, 0, 240, ["0.0001", "0.001", "0.01", "0.1", "1"]),
        ("beta", 1, 3, 90, ["0.9", "0.99", "0.999"]),
        ("beta", 1, 3, 300, ["0.9", "0.95", "0.98", "0.99", "0.995", "0.998", "0.999"]),
        ("mini_batch_size", 3, 8, 400, ["8", "16", "32", "64", "128", "256"]),
        ("mini_batch_size", 3, 8, 120, ["8", "32", "128"]),
        ("optimizer", -0.5, 1.5, 300, ["momentum", "adam"]),
        ("dev_error", 0, 40, 200, ["0 %", "10 %", "20 %", "30 %", "40 %"]),
    ],
)
def test_that_an_axis_writes_values_of_its_scale(
    qtbot: Any, key: str, low: float, high: float, width: float, texts: list[str]
) -> None:
    made = axis(key, qtbot)
    (_, places), *_rest = made.tickValues(low, high, width)
    assert made.tickStrings(places, 1, _) == texts


@pytest.mark.parametrize("center", [-3.3, -0.02, 0.7])
@pytest.mark.parametrize("width", [1e-3, 0.05, 0.4, 3.0])
@pytest.mark.parametrize("key", ["learning_rate", "beta"])
def test_that_an_axis_zoomed_in_or_out_has_some_ticks_inside_and_not_too_many(
    qtbot: Any, key: str, center: float, width: float
) -> None:
    made = axis(key, qtbot)
    low, high = (center - width / 2, center + width / 2) if key != "beta" else (1.9, 1.9 + width)
    (_, places), *_rest = made.tickValues(low, high, 300)
    assert 1 <= len(places) <= 12
    assert all(low - 1e-6 <= place <= high + 1e-6 for place in places)


def test_that_a_quantity_gives_a_trial_without_an_outcome_no_place() -> None:
    axes = quantities(ALPHA)
    trial = Trial(1, {"learning_rate": 0.01}, "diverged")
    assert axes["dev_error"].place(trial) is None
    assert axes["learning_rate"].place(trial) == pytest.approx(-2)
    low, high = axes["learning_rate"].range([trial])
    assert low < -3 < 0 < high
    assert all(math.isfinite(end) for end in axes["dev_error"].range([trial]))
