"""The augmentation dock over a real training thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from dllab import Recipe, Session
from dllab.data import Dataset, Examples
from dllab.data.hdf5 import write_dataset
from dllab_ui.docks.augmentation import AugmentationPanel
from window import LabWindow


@pytest.fixture
def images(lab_window: LabWindow, tmp_path: Path) -> LabWindow:
    """A session of small images, paused, its augmentation dock in front."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 256, size=(60, 64)).astype(np.uint8), np.arange(60) % 2
    write_dataset(tmp_path / "i.h5", Dataset("i", Examples(X, y), None, ("a", "b"), (8, 8)))
    recipe = Recipe("i", str(tmp_path / "i.h5"), {"hidden_layers": [2]})
    lab_window.start(lambda: Session.create(recipe))
    panel = panel_of(lab_window)
    lab_window.until(lambda: panel.preview is not None)
    return lab_window


def panel_of(window: LabWindow) -> AugmentationPanel:
    panel = window.panel("augmentation")
    assert isinstance(panel, AugmentationPanel)
    return panel


def test_that_a_nudge_shows_its_effect_at_once_even_while_paused(images: LabWindow) -> None:
    panel = panel_of(images)
    assert "Augmentation is off" in images.child(QLabel, "augmentation.sentence").text()
    images.lab.nudge({"augment_rotation": 20.0})
    strengths = images.child(QLabel, "augmentation.strengths")
    images.until(lambda: strengths.text() == "rotation 20")
    assert panel.preview is not None
    assert not (panel.preview.images == panel.preview.images[:, :1]).all()
    assert not images.child(QLabel, "augmentation.sentence").isVisible()


def test_that_other_images_can_be_looked_at(images: LabWindow) -> None:
    panel = panel_of(images)
    before = panel.preview
    images.child(QPushButton, "augmentation.others").click()
    images.until(lambda: panel.preview is not None and panel.preview is not before)
    assert before is not None
    assert panel.preview is not None
    assert not np.array_equal(before.images, panel.preview.images)


def test_that_training_on_asks_for_no_new_images(
    images: LabWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(images.lab, "probe", asked.append)
    images.lab.run_steps(50)
    images.until_paused(50)
    assert asked == []


def test_that_every_image_has_its_place_inside_the_panel(images: LabWindow) -> None:
    grid = panel_of(images).grid
    places = [place for row in grid.places for place in row]
    assert len(places) == 24
    for place in places:
        assert place.width() > 10
        assert 0 <= place.left() < place.right() < grid.width()
        assert place.bottom() < grid.height()


def test_that_points_in_a_plane_are_met_with_a_sentence(circles: LabWindow) -> None:
    panel_of(circles)
    sentence = circles.child(QLabel, "augmentation.sentence")
    circles.until(lambda: "no images" in sentence.text())
    assert not panel_of(circles).grid.isVisible()
