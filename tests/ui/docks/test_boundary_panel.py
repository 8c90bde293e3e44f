"""The boundary dock over a real training thread."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from dllab import Recipe, Session
from dllab.data import Dataset, Examples
from dllab.data.hdf5 import write_dataset
from dllab.diagnosis.plane import LinePicture, PlanePicture
from dllab_ui.docks.boundary import BoundaryPanel
from dllab_ui.theme import DARK, LIGHT, contrast
from dllab_ui.widgets.plane_items import region_colours
from window import LabWindow


def panel_of(window: LabWindow) -> BoundaryPanel:
    panel = window.panel("boundary")
    assert isinstance(panel, BoundaryPanel)
    return panel


def until_drawn(window: LabWindow, panel: BoundaryPanel, step: int) -> PlanePicture | LinePicture:
    window.until(lambda: panel.plot.picture is not None and panel.plot.picture.step == step)
    assert panel.plot.picture is not None
    return panel.plot.picture


def test_that_the_boundary_follows_the_training(circles: LabWindow) -> None:
    panel = panel_of(circles)
    first = until_drawn(circles, panel, 0)
    circles.lab.run_steps(400)
    circles.until_paused(400)
    last = until_drawn(circles, panel, 400)
    assert isinstance(first, PlanePicture)
    assert isinstance(last, PlanePicture)
    assert not np.array_equal(first.boundary.probabilities, last.boundary.probabilities)
    text = circles.child(QLabel, "boundary.caption").text()
    assert f"step 400 · {last.wrong.sum()} of 60 dev points misclassified" in text
    assert "outer" in circles.child(QLabel, "boundary.classes").text()


def test_that_looking_changes_no_bit_of_the_run(circles: LabWindow, tmp_path: Path) -> None:
    panel = panel_of(circles)
    circles.lab.run_steps(900)
    circles.until_paused(900)
    until_drawn(circles, panel, 900)
    watched = circles.lab._worker.session.fingerprint()
    with Session.create(Recipe.builtin("circles")) as alone:
        alone.run(steps=900)
        assert alone.fingerprint() == watched


def test_that_nobody_looks_while_the_dock_is_hidden(
    circles: LabWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(circles)
    until_drawn(circles, panel, 0)
    asked = count_probes(circles, monkeypatch)
    circles.window.panels.docks["boundary"].hide()
    circles.lab.run_steps(300)
    circles.until_paused(300)
    assert asked == []
    circles.window.panels.raise_panel("boundary")
    until_drawn(circles, panel, 300)
    assert len(asked) == 1


def test_that_nobody_looks_twice_at_the_same_step(
    circles: LabWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(circles)
    until_drawn(circles, panel, 0)
    asked = count_probes(circles, monkeypatch)
    shown: list[Any] = []
    circles.lab.snapshot.connect(shown.append)
    circles.until(lambda: len(shown) >= 3)
    assert asked == []


def test_that_it_looks_a_few_times_a_second_at_most(
    circles: LabWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(circles)
    until_drawn(circles, panel, 0)
    asked = count_probes(circles, monkeypatch)
    started = time.monotonic()
    circles.lab.run_steps(10_000_000)
    circles.until(lambda: len(asked) >= 3)
    assert len(asked) <= 1 + (time.monotonic() - started) / 0.25
    circles.lab.pause()
    circles.until_paused()


def count_probes(window: LabWindow, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    asked: list[object] = []
    probe = window.lab.probe

    def counted(work: Any) -> Any:
        asked.append(work)
        return probe(work)

    monkeypatch.setattr(window.lab, "probe", counted)
    return asked


def test_that_a_zoom_asks_for_its_part_and_a_double_click_for_the_whole(
    circles: LabWindow,
) -> None:
    panel = panel_of(circles)
    whole = until_drawn(circles, panel, 0)
    assert isinstance(whole, PlanePicture)
    view = panel.plot.view_box
    view.setRange(xRange=(0.1, 0.6), yRange=(-0.2, 0.4), padding=0)
    view.sigRangeChangedManually.emit([True, True])

    def part_is_there() -> bool:
        picture = panel.plot.picture
        return isinstance(picture, PlanePicture) and picture.boundary.rectangle.x_low == 0.1

    circles.until(part_is_there)
    assert view.viewRange()[0] == pytest.approx([0.1, 0.6])
    at = panel.plot.mapFromScene(view.mapViewToScene(QPointF(0.3, 0.1)))
    for act in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseRelease):
        act(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    circles.until(lambda: not panel.plot.zoomed and not part_is_there())
    assert view.viewRange()[0] == pytest.approx(
        [whole.boundary.rectangle.x_low, whole.boundary.rectangle.x_high], abs=0.3
    )


def test_that_points_can_be_hidden(circles: LabWindow) -> None:
    panel = panel_of(circles)
    until_drawn(circles, panel, 0)
    for name in ("train", "dev"):
        circles.child(QAbstractButton, f"boundary.{name}").click()
    assert panel.plot.points_shown == (False, False)


def test_that_data_of_more_inputs_is_met_with_a_sentence(
    lab_window: LabWindow, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 5)), rng.integers(0, 2, 60)
    write_dataset(tmp_path / "five.h5", Dataset("five", Examples(X, y), None, ("a", "b"), None))
    recipe = Recipe("five", str(tmp_path / "five.h5"), {"hidden_layers": [3]})
    panel = panel_of(lab_window)
    lab_window.start(lambda: Session.create(recipe))
    sentence = lab_window.child(QLabel, "boundary.sentence")
    lab_window.until(lambda: "5 inputs" in sentence.text() and sentence.isVisible())
    assert panel.plot.picture is None


def test_that_a_regression_of_one_input_shows_its_curve(
    lab_window: LabWindow, tmp_path: Path
) -> None:
    x = np.linspace(-3, 3, 200)[:, np.newaxis]
    data = Dataset("sine", Examples(x, np.sin(x[:, 0])), None, (), None)
    write_dataset(tmp_path / "sine.h5", data)
    recipe = Recipe("sine", str(tmp_path / "sine.h5"), {
        "hidden_layers": [20], "activation": "tanh", "learning_rate": 0.03, "epochs": 1000,
    })  # fmt: skip
    panel = panel_of(lab_window)
    lab_window.start(lambda: Session.create(recipe))
    lab_window.lab.run_steps(600)
    lab_window.until_paused(600)
    made = until_drawn(lab_window, panel, 600)
    assert isinstance(made, LinePicture)
    inside = np.abs(made.x) < 3
    assert np.abs(made.values[inside, 0] - np.sin(made.x[inside])).mean() < 0.1


def test_that_another_session_is_drawn_with_its_own_points(
    circles: LabWindow, sessions_in_tmp: Path
) -> None:
    panel = panel_of(circles)
    until_drawn(circles, panel, 0)
    recipe = Recipe.builtin("spiral")
    circles.start(lambda: Session.create(recipe, sessions_in_tmp / "spiral"))

    def spiral_is_there() -> bool:
        picture = panel.plot.picture
        return picture is not None and len(picture.classes) == 3

    circles.until(spiral_is_there)
    assert "arm 2" in circles.child(QLabel, "boundary.classes").text()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_that_regions_take_the_winners_colour_and_fade_where_unsure(theme: Any) -> None:
    p = np.array([[[1, 0, 0], [0, 1, 0], [0.4, 0.3, 0.3], [np.nan, 0, 1]]], np.float32)
    image = region_colours(p, theme)[0, :, 2::-1].astype(int)
    ground = np.array(rgb(theme.panel))
    distance = np.abs(image - ground).sum(axis=1)
    assert distance[0] > 2 * distance[2] > 0
    assert distance[3] == 0
    for cell, winner in ((0, 0), (1, 1), (2, 0)):
        hue = np.array(rgb(theme.class_colour(winner)))
        moved, wanted = image[cell] - ground, hue - ground
        cosine = moved @ wanted / (np.linalg.norm(moved) * np.linalg.norm(wanted))
        assert cosine > 0.99


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_that_points_stand_out_from_the_ground(theme: Any) -> None:
    colours = [theme.class_colour(c) for c in range(10)]
    assert len(set(colours)) == 10
    assert theme.class_colour(10) == colours[0]
    assert all(contrast(colour, theme.panel) >= 3 for colour in colours)


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
