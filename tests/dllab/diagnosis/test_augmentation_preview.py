"""What the augmentation dock shows is what training does to its images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.data import Dataset, Examples
from dllab.data.hdf5 import write_dataset
from dllab.diagnosis.augmentation_preview import preview_augmentation, strengths_in_words
from dllab.diagnosis.progress import Progress
from dllab.hyperparameters import defaults
from dllab.training.replica import replica_of


def session_of_images(folder: Path, dtype: Any = np.uint8, channels: int = 0, **values: Any) -> Any:
    rng = np.random.default_rng(0)
    shape = (6, 5, channels) if channels else (6, 5)
    X = rng.integers(0, 256, size=(60, int(np.prod(shape)))).astype(dtype)
    if dtype != np.uint8:
        X = X / 255
    y = rng.integers(0, 2, 60)
    write_dataset(folder / "i.h5", Dataset("i", Examples(X, y), None, ("cat", "dog"), shape))
    return Session.create(Recipe("i", str(folder / "i.h5"), {"hidden_layers": [2], **values}))


@pytest.mark.parametrize("normalization", ["overall", "per_feature", "none"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_that_the_first_image_of_a_row_is_the_one_of_the_data(
    tmp_path: Path, normalization: str, dtype: Any
) -> None:
    with session_of_images(tmp_path, dtype, normalization=normalization) as session:
        made = preview_augmentation(replica_of(session), Progress())
        raw = session.prepared.split.train.X
    assert made.images.shape == (4, 6, 6, 5, 1)
    scaled = raw if dtype == np.uint8 else raw * 255
    for image, label in zip(made.images, made.labels, strict=True):
        distance = np.abs(scaled - image[0].reshape(-1)).max(axis=1)
        # Numbers have no white of their own: the brightest of the images shown is taken for it.
        assert distance.min() <= (1 if dtype == np.uint8 else 8)
        assert label == ("cat", "dog")[session.prepared.split.train.y[distance.argmin()]]


def test_that_without_augmentation_every_variant_is_the_image(tmp_path: Path) -> None:
    with session_of_images(tmp_path) as session:
        made = preview_augmentation(replica_of(session), Progress())
    assert (made.images == made.images[:, :1]).all()
    assert made.strengths == ""


def test_that_variants_differ_and_a_page_shows_other_images(tmp_path: Path) -> None:
    with session_of_images(tmp_path, channels=3, augment_shift=2.0) as session:
        replica = replica_of(session)
        first, again = (preview_augmentation(replica, Progress()) for _ in range(2))
        second = preview_augmentation(replica, Progress(), page=1)
    assert first.images.shape == (4, 6, 6, 5, 3)
    np.testing.assert_array_equal(first.images, again.images)
    assert not np.array_equal(first.images[:, 0], second.images[:, 0])
    assert len(np.unique(first.images[0].reshape(6, -1), axis=0)) == 6
    assert first.strengths == "shift 2"


def test_that_a_look_leaves_the_run_untouched(tmp_path: Path) -> None:
    with session_of_images(tmp_path, augment_elastic=3.0) as session:
        session.run(steps=3)
        before = session.fingerprint()
        preview_augmentation(replica_of(session), Progress())
        assert session.fingerprint() == before


@pytest.mark.parametrize(("noise", "words"), [(0.0, "it is off"), (0.25, "deviation 0.25")])
def test_that_data_without_images_is_told_so(make_session: Any, noise: float, words: str) -> None:
    session = make_session(augment_noise=noise)
    made = preview_augmentation(replica_of(session), Progress())
    assert "no images" in made.why_not
    assert words in made.why_not


def test_that_strengths_in_force_are_named_and_no_others() -> None:
    values = defaults() | {"augment_rotation": 10.0, "augment_flip": "both"}
    assert strengths_in_words(values) == "flip both, rotation 10"
    assert "smoothness" in strengths_in_words(values | {"augment_elastic": 34.0})
