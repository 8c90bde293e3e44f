"""The window of cost surfaces: every knob redraws, divergence is said in words, keys work."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dllab.optimizers import RULES
from dllab.surfaces import SURFACES, paths
from dllab_ui import theme as themes
from dllab_ui.surfaces import surfaces_page
from dllab_ui.surfaces.looks import look_of
from dllab_ui.surfaces.surfaces_page import SurfacesPage
from dllab_ui.surfaces.terrain import _colours, shaded
from dllab_ui.surfaces.window import NAME, SurfacesWindow
from dllab_ui.theme import DARK, LIGHT, contrast
from window import LabWindow

PATIENCE = 10_000


@pytest.fixture
def light(qapp: QApplication) -> Iterator[None]:
    themes.apply(qapp, "light")
    yield
    themes.apply(qapp, "light")


@pytest.fixture
def window(qtbot: QtBot, light: None) -> SurfacesWindow:
    made = SurfacesWindow()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    settle(qtbot, made.surfaces)
    return made


@pytest.fixture
def page(qtbot: QtBot, light: None) -> SurfacesPage:
    """The page alone, which is made in half the time; keys for playing are the window's."""
    made = SurfacesPage()
    made.apply_theme(LIGHT)
    qtbot.addWidget(made)
    made.resize(1240, 720)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, page: SurfacesPage) -> None:
    """Wait until what was asked for has been computed and painted."""
    qtbot.waitUntil(lambda: not page._soon.isActive() and not page.plot._soon.isActive())


def choose(qtbot: QtBot, page: SurfacesPage, surface: str, trial: int = 0) -> None:
    page.controls.choice.setCurrentIndex(page.controls.choice.findData(surface))
    page.trials.names.setCurrentRow(trial)
    settle(qtbot, page)


def type_value(qtbot: QtBot, page: SurfacesPage, key: str, text: str) -> None:
    field = page.controls.knobs.sliders[key].edit
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, page)


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def points(page: SurfacesPage) -> dict[str, Any]:
    return {name: path.points.tolist() for name, path in page.paths.items()}


def outcome(page: SurfacesPage, optimizer: str) -> str:
    return page.controls.optimizers.outcomes[optimizer].text()


def pixel_of(page: SurfacesPage, x: float, y: float) -> QPoint:
    """Where a place of the plot is on the canvas."""
    view_box = page.plot.canvas.view_box
    scene = view_box.mapViewToScene(QPointF(x, y))
    return page.plot.canvas.mapFromScene(scene)


# --- the way in -----------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "tab"), [("surfaces", 0), ("moving_averages", 1)])
def test_that_the_window_opens_from_its_action_without_a_session_and_only_once(
    lab_window: LabWindow, action: str, tab: int
) -> None:
    lab_window.trigger(action)
    found = lab_window.window.findChildren(SurfacesWindow, NAME)
    assert len(found) == 1
    assert found[0].isVisible()
    assert found[0].tabs.currentIndex() == tab
    found[0].close()
    assert not found[0].isVisible()
    lab_window.trigger("surfaces")
    assert lab_window.window.findChildren(SurfacesWindow, NAME) == found
    assert found[0].tabs.currentIndex() == 0


def test_that_the_window_follows_the_theme_of_the_main_one(lab_window: LabWindow) -> None:
    lab_window.window.choose_theme("light")
    lab_window.trigger("surfaces")
    window = lab_window.window.findChild(SurfacesWindow, NAME)
    assert window is not None
    lab_window.until(lambda: window._theme is LIGHT)
    before = picture(window.surfaces.plot)
    lab_window.window.choose_theme("dark")
    lab_window.until(lambda: window._theme is DARK)
    lab_window.until(lambda: picture(window.surfaces.plot) != before)
    ground = picture(window.surfaces.plot).pixelColor(3, 3)
    assert ground.lightnessF() < 0.3
    lab_window.window.choose_theme("light")
    lab_window.until(lambda: window._theme is LIGHT)


def test_that_escape_closes_the_window_but_in_a_field_takes_typing_back(
    window: SurfacesWindow, qtbot: QtBot
) -> None:
    field = window.surfaces.controls.knobs.sliders["learning_rate"].edit
    field.setFocus()
    before = field.text()
    QTest.keyClicks(field, "7")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == before
    assert window.isVisible()
    window.surfaces.plot.setFocus()
    QTest.keyClick(window.surfaces.plot, Qt.Key.Key_Escape)
    assert not window.isVisible()


# --- knobs ----------------------------------------------------------------------------------


def test_that_every_knob_changes_the_paths_and_redraws(page: SurfacesPage, qtbot: QtBot) -> None:
    for box in page.controls.optimizers.boxes.values():
        box.setChecked(True)
    settle(qtbot, page)
    turned = {
        "learning_rate": "0.2",
        "beta": "0.5",
        "beta2": "0.99",
        "weight_decay": "0.3",
        "noise": "0.2",
        "steps": "40",
    }
    assert set(turned) == set(page.controls.knobs.sliders)
    for key, text in turned.items():
        before, drawn, cost = points(page), picture(page.plot), picture(page.cost)
        type_value(qtbot, page, key, text)
        assert points(page) != before, key
        assert picture(page.plot) != drawn, key
        assert picture(page.cost) != cost, key
    values = {key: float(text) for key, text in turned.items() if key not in ("noise", "steps")}
    again = paths(SURFACES["long_bowl"], list(RULES), values, 40, fitted=True, noise=0.2)
    assert points(page) == {name: path.points.tolist() for name, path in again.items()}


def test_that_the_paths_follow_the_hand_while_it_drags(page: SurfacesPage, qtbot: QtBot) -> None:
    slider = page.controls.knobs.sliders["learning_rate"].slider
    before = points(page)
    slider.setSliderDown(True)
    slider.setSliderPosition(slider.value() - 200)
    settle(qtbot, page)
    assert points(page) != before
    slider.setSliderDown(False)


def test_that_many_moves_make_one_computation(
    page: SurfacesPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def counted(*args: Any, **kwargs: Any) -> Any:
        asked.append(args)
        return paths(*args, **kwargs)

    monkeypatch.setattr(surfaces_page, "paths", counted)
    slider = page.controls.knobs.sliders["beta"].slider
    slider.setSliderDown(True)
    for position in range(100, 400, 10):
        slider.setSliderPosition(position)
    settle(qtbot, page)
    assert len(asked) == 1
    slider.setSliderDown(False)


def test_that_a_value_out_of_range_is_refused_in_words(page: SurfacesPage, qtbot: QtBot) -> None:
    type_value(qtbot, page, "learning_rate", "50")
    knob = page.controls.knobs.sliders["learning_rate"]
    assert "from 0.001 to 10" in knob._status.text()
    assert knob.value == 0.36
    type_value(qtbot, page, "learning_rate", "0.1")
    assert knob._status.text() == ""


def test_that_knobs_that_nobody_shown_uses_sleep_and_say_why(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    choose(qtbot, page, "parabola")
    sliders = page.controls.knobs.sliders
    assert page.controls.optimizers.chosen == ["gradient_descent"]
    assert not sliders["beta"].isEnabled()
    assert "momentum" in sliders["beta"].toolTip()
    assert not sliders["weight_decay"].isVisible()
    page.controls.optimizers.boxes["adamw"].setChecked(True)
    settle(qtbot, page)
    assert sliders["beta"].isEnabled()
    assert sliders["beta"].toolTip() == ""
    assert sliders["weight_decay"].isVisible()


def test_that_fitting_learning_rates_are_shown_and_one_alpha_for_all_otherwise(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    assert page.controls.fitted.isChecked()
    assert outcome(page, "momentum").startswith("α 0.8 ·")
    page.controls.fitted.setChecked(False)
    settle(qtbot, page)
    assert outcome(page, "momentum").startswith("α 0.36 ·")
    assert outcome(page, "adam").startswith("α 0.36 ·")


def test_that_other_noise_is_other_noise_and_sleeps_without_any(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    assert not page.controls.other_noise.isEnabled()
    type_value(qtbot, page, "noise", "0.5")
    before = points(page)
    page.controls.other_noise.click()
    settle(qtbot, page)
    assert points(page) != before


# --- divergence -----------------------------------------------------------------------------


def test_that_a_divergent_alpha_is_answered_in_words_and_a_smaller_one_takes_them_back(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    page.controls.fitted.setChecked(False)
    type_value(qtbot, page, "learning_rate", "0.5")
    label = page.controls.optimizers.outcomes["gradient_descent"]
    step = page.paths["gradient_descent"].diverged_at
    assert label.text() == f"α 0.5 · diverged at step {step}"
    assert label.property("tone") == "danger"
    assert page.controls.message.text() == "1 of 4 diverged: turn α down."
    assert page.controls.message.property("tone") == "danger"
    assert ("gradient_descent", f"diverged at step {step}") in page.plot.legend.rows
    type_value(qtbot, page, "learning_rate", "0.3")
    assert "diverged" not in label.text()
    assert label.property("tone") == "muted"
    assert page.controls.message.text().startswith("start w₁ = −9")


def test_that_without_any_optimizer_the_page_says_what_to_do(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    for box in page.controls.optimizers.boxes.values():
        box.setChecked(False)
    settle(qtbot, page)
    assert page.paths == {}
    assert "Choose an optimizer" in page.controls.message.text()
    assert page.plot.legend.rows == ()


# --- surfaces and trials --------------------------------------------------------------------


@pytest.mark.parametrize("key", SURFACES)
def test_that_every_trial_of_every_surface_sets_the_knobs(
    page: SurfacesPage, qtbot: QtBot, key: str
) -> None:
    surface = SURFACES[key]
    for row, trial in enumerate(surface.trials):
        choose(qtbot, page, key, row)
        assert page.formula.text() == surface.formula
        assert page.controls.optimizers.chosen == [n for n in RULES if n in trial.optimizers]
        assert page.controls.knobs.steps == trial.steps
        assert page.controls.knobs.noise == trial.noise
        assert page.controls.knobs.sliders["learning_rate"].value == trial.values["learning_rate"]
        assert page.controls.fitted.isChecked() == trial.fitted
        assert page.start == (trial.start or surface.start)
        shown = page.trials.page.toPlainText()
        assert trial.see in shown
        assert surface.about in shown
        assert surface.fact in shown
        assert page.player.step == trial.steps


def test_that_a_click_on_the_chosen_trial_sets_it_up_again(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    before = points(page)
    type_value(qtbot, page, "learning_rate", "0.05")
    names = page.trials.names
    at = names.visualItemRect(names.item(0)).center()
    QTest.mouseClick(names.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle(qtbot, page)
    assert points(page) == before


def test_that_a_trial_can_be_chosen_by_keyboard(page: SurfacesPage, qtbot: QtBot) -> None:
    page.trials.names.setFocus()
    QTest.keyClick(page.trials.names, Qt.Key.Key_Down)
    settle(qtbot, page)
    assert page.controls.knobs.sliders["learning_rate"].value == 0.5
    assert page.trials.names.currentRow() == 1


# --- the start ------------------------------------------------------------------------------


def test_that_a_click_moves_the_start_and_a_double_click_only_shows_the_whole_surface(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    viewport, view_box = page.plot.canvas.viewport(), page.plot.canvas.view_box
    whole = view_box.viewRange()[0]
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=pixel_of(page, -5, -1))
    qtbot.waitUntil(lambda: page.start != SURFACES["long_bowl"].start)
    settle(qtbot, page)
    assert page.start == pytest.approx((-5, -1), abs=0.05)
    assert page.paths["adam"].points[0].tolist() == list(page.start)
    chosen = page.start
    page.plot.zoom_view(0.5)
    assert view_box.viewRange()[0] != pytest.approx(whole)
    at = pixel_of(page, -4, 0)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: view_box.viewRange()[0] == pytest.approx(whole))
    assert page.start == chosen
    page.controls.own_start.click()
    settle(qtbot, page)
    assert page.paths["adam"].points[0].tolist() == [-9.0, 1.5]


def test_that_the_ring_can_be_dragged(page: SurfacesPage, qtbot: QtBot) -> None:
    viewport = page.plot.canvas.viewport()
    start, end = pixel_of(page, -9, 1.5), pixel_of(page, -6, -1)
    left = Qt.MouseButton.LeftButton
    QTest.mouseMove(viewport, start)
    QTest.mousePress(viewport, left, pos=start)
    for share in np.linspace(0.1, 1, 10):
        QTest.mouseMove(viewport, start + (end - start) * float(share))
        QTest.qWait(1)
    QTest.mouseRelease(viewport, left, pos=end)
    qtbot.waitUntil(lambda: page.start == pytest.approx((-6, -1), abs=0.1))
    low, high = page.plot.canvas.view_box.viewRange()[0]
    assert high - low > 14


def test_that_the_arrow_keys_move_the_start(page: SurfacesPage, qtbot: QtBot) -> None:
    page.plot.setFocus()
    QTest.keyClick(page.plot, Qt.Key.Key_Right)
    QTest.keyClick(page.plot, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert page.start == pytest.approx((-9 + 15 / 200, 1.5 + 6.4 / 20))
    settle(qtbot, page)
    assert page.paths["adam"].points[0].tolist() == list(page.start)


def test_that_the_start_on_the_one_weight_stays_on_its_curve(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    choose(qtbot, page, "parabola")
    viewport = page.plot.canvas.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=pixel_of(page, 8, 30))
    qtbot.waitUntil(lambda: page.start == pytest.approx((8,), abs=0.05))
    ring = page.plot.handle._place
    assert ring.y() == pytest.approx((ring.x() - 5) ** 2)
    page.plot.setFocus()
    before = page.start[0]
    QTest.keyClick(page.plot, Qt.Key.Key_Left)
    assert page.start[0] < before


def test_that_the_mouse_reads_weights_and_cost(page: SurfacesPage, qtbot: QtBot) -> None:
    assert page.reading.text() == "isolines at J = 0.02, 0.06, 0.14 …"
    place = page.plot.canvas.view_box.mapViewToScene(QPointF(-4, 1))
    page.plot.canvas.scene().sigMouseMoved.emit(place)
    assert page.reading.text() == "w₁ = −4, w₂ = 1: J = 2.9"
    page.plot.canvas.left_by_mouse.emit()
    assert page.reading.text().startswith("isolines")


# --- playing --------------------------------------------------------------------------------


def test_that_space_plays_from_the_start_and_stops(window: SurfacesWindow, qtbot: QtBot) -> None:
    page = window.surfaces
    page.plot.setFocus()
    QTest.keyClick(page.plot, Qt.Key.Key_Space)
    assert page.player.playing
    assert page.player.step < 5
    qtbot.waitUntil(lambda: page.player.step >= 3, timeout=PATIENCE)
    QTest.keyClick(page.plot, Qt.Key.Key_Space)
    assert not page.player.playing
    assert 3 <= page.player.step < 160


def test_that_space_there_plays_and_leaves_the_training_alone(circles: LabWindow) -> None:
    circles.trigger("surfaces")
    window = circles.window.findChild(SurfacesWindow, NAME)
    assert window is not None
    circles.until(window.isActiveWindow)
    window.surfaces.plot.setFocus()
    QTest.keyClick(window.surfaces.plot, Qt.Key.Key_Space)
    QTest.keyClick(window.surfaces.plot, Qt.Key.Key_Space)
    QTest.keyClick(window.surfaces.plot, Qt.Key.Key_0)
    QTest.keyClick(window.surfaces.plot, Qt.Key.Key_Period)
    assert window.surfaces.player.step == 1
    # A key that had reached the main window would have made a step of its own before this one.
    circles.lab.run_steps(1)
    circles.until_paused(1)


def test_that_playing_ends_at_the_end_and_the_cost_grows_with_it(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    type_value(qtbot, page, "steps", "10")
    page.player.speed.setCurrentIndex(4)
    page.player.play.click()
    lengths = []
    page.player.step_changed.connect(
        lambda step: lengths.append((step, len(page.cost._layer.curves["adam"].series)))
    )
    qtbot.waitUntil(lambda: not page.player.playing, timeout=PATIENCE)
    assert page.player.step == 10
    assert len(lengths) > 3
    assert all(points == step + 1 for step, points in lengths)


def test_that_steps_go_on_and_back_by_key_button_and_slider(window: SurfacesWindow) -> None:
    page, player = window.surfaces, window.surfaces.player
    page.plot.setFocus()
    QTest.keyClick(page.plot, Qt.Key.Key_0)
    assert player.step == 0
    QTest.keyClick(page.plot, Qt.Key.Key_Period)
    QTest.keyClick(page.plot, Qt.Key.Key_PageDown)
    player.on.click()
    assert player.step == 3
    QTest.keyClick(page.plot, Qt.Key.Key_Comma)
    QTest.keyClick(page.plot, Qt.Key.Key_PageUp)
    player.back.click()
    assert player.step == 0
    player.slider.setValue(42)
    assert player.words.text() == "step 42 of 160"
    assert outcome(page, "adam").startswith("α 0.4 · J = ")
    whole = picture(page.plot)
    player.to_start.click()
    assert picture(page.plot) != whole


def test_that_words_do_not_tell_what_has_not_happened_yet(page: SurfacesPage, qtbot: QtBot) -> None:
    arrived = page.paths["momentum"].arrived_at
    assert arrived is not None
    page.player.slider.setValue(arrived - 1)
    assert "there" not in outcome(page, "momentum")
    page.player.slider.setValue(arrived)
    assert outcome(page, "momentum").endswith(f"there at step {arrived}")
    assert dict(page.plot.legend.rows)["momentum"] == f"there at step {arrived}"


def test_that_a_knob_turned_in_the_middle_keeps_the_step_shown(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    page.player.slider.setValue(30)
    type_value(qtbot, page, "learning_rate", "0.2")
    assert page.player.step == 30
    type_value(qtbot, page, "steps", "20")
    assert page.player.step == 20


def test_that_nothing_plays_in_a_closed_window(window: SurfacesWindow) -> None:
    window.surfaces.player.play.click()
    assert window.surfaces.player.playing
    window.close()
    assert not window.surfaces.player.playing


def test_that_keys_typed_into_a_field_do_not_play(window: SurfacesWindow) -> None:
    page = window.surfaces
    field = page.controls.knobs.sliders["learning_rate"].edit
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.25")
    assert field.text() == "0.25"
    assert page.player.step == 160


# --- looks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_that_every_optimizer_can_be_told_from_ground_and_others(theme: themes.Theme) -> None:
    deep = f"#{_colours(theme)[0, 0] & 0xFFFFFF:06x}"
    looks = [look_of(name) for name in RULES]
    for look in looks:
        assert contrast(look.colour(theme), theme.panel) >= 4.5
        assert contrast(look.colour(theme), deep) >= 3
    assert len({look.colour(theme) for look in looks}) == len(RULES)
    assert len({look.shape for look in looks}) == len(RULES)
    assert len({look.name for look in looks}) == len(RULES)


# Machado, Oliveira & Fernandes 2009, full protanopia and deuteranopia, on linear RGB.
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]
    ),
    "deuteranopia": np.array(
        [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9690]]
    ),
}


def lab_colour(colour: str, eyes: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a colour as seen by some eyes."""
    parts = np.array(QColor(colour).getRgbF()[:3])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ np.clip(eyes @ linear, 0, 1) / (0.9505, 1, 1.089)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", EYES)
def test_that_colour_blind_eyes_tell_the_optimizers_apart(theme: themes.Theme, eyes: str) -> None:
    seen = {name: lab_colour(look_of(name).colour(theme), EYES[eyes]) for name in RULES}
    for one, other in combinations(seen, 2):
        # About 2 is the least difference a person sees side by side.
        assert np.linalg.norm(seen[one] - seen[other]) > 12, (one, other)


def test_that_isolines_lie_where_the_height_is_whole() -> None:
    bowl = SURFACES["long_bowl"]
    # One row along w₁, thin enough to hold w₂ at 0.
    image = shaded(bowl, QRectF(0, -0.001, 4, 0.002), 400, 2, LIGHT)
    row = np.array([image.pixelColor(x, 0).lightness() for x in range(400)])
    dark = np.flatnonzero((row[1:-1] < row[:-2]) & (row[1:-1] <= row[2:])) + 1
    heights = bowl.heights(np.column_stack([(dark + 0.5) / 100, np.zeros(len(dark))]))
    assert len(dark) == np.floor(bowl.heights([4.0, 0.0]))
    assert heights == pytest.approx(np.rint(heights), abs=0.05)


def test_that_every_control_has_a_name_and_a_tooltip(window: SurfacesWindow) -> None:
    nameless = []
    for kind in (QAbstractButton, QComboBox, QSlider, QLineEdit, QListWidget):
        for control in window.findChildren(kind):
            text = control.text() if isinstance(control, QAbstractButton) else ""
            inner = control.objectName().startswith(("qt_", "Scroll")) or isinstance(
                control.parent(), QListWidget
            )
            named = bool(text or control.accessibleName())
            if not inner and not (named and control.toolTip()):
                nameless.append((type(control).__name__, control.objectName()))
    assert nameless == []


def test_that_labels_fit_their_column(page: SurfacesPage) -> None:
    for label in page.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap() and label.parent() is not page:
            assert label.sizeHint().width() <= label.width() + 1, label.text()


def test_that_an_optimizer_is_shown_and_hidden_by_its_number(
    page: SurfacesPage, qtbot: QtBot
) -> None:
    page.plot.setFocus()
    QTest.keyClick(page.plot, Qt.Key.Key_1)
    settle(qtbot, page)
    assert "gradient_descent" not in page.paths
    assert outcome(page, "gradient_descent") == "not shown"
    QTest.keyClick(page.plot, Qt.Key.Key_1)
    settle(qtbot, page)
    assert next(iter(page.paths)) == "gradient_descent"


def test_that_picture_and_table_can_be_saved(page: SurfacesPage, tmp_path: Path) -> None:
    for plot in (page.plot, page.cost):
        for suffix in ("png", "svg", "csv"):
            path = tmp_path / f"{plot.title}.{suffix}"
            plot.save_csv(path) if suffix == "csv" else plot.save_image(path)
            assert path.stat().st_size > 500
    lines = (tmp_path / "surface.csv").read_text("utf-8").splitlines()
    assert lines[0] == "optimizer,learning_rate,step,w1,w2,cost"
    assert lines[1] == "gradient_descent,0.36,0,-9.0,1.5,7.65"
    assert len(lines) == 1 + 4 * 161
    header = (tmp_path / "cost over steps.csv").read_text("utf-8").splitlines()[0]
    assert header == "step,gradient descent,momentum,RMSprop,Adam"


def test_that_a_disk_that_refuses_is_said_in_words(page: SurfacesPage) -> None:
    page.plot.failed.emit("surface.png was not saved")
    assert page.controls.message.text() == "surface.png was not saved"
    assert page.controls.message.property("tone") == "danger"


def test_that_the_window_remembers_where_it_stood(window: SurfacesWindow, qtbot: QtBot) -> None:
    window.resize(780, 640)
    window.close()
    again = SurfacesWindow()
    qtbot.addWidget(again)
    assert again.size().width() == 780
