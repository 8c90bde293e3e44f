"""Augmentation inside a session: reproducible, live, refused where it makes no sense."""

from __future__ import annotations

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.data import Dataset, Examples, write_dataset
from dllab.errors import DataError

IMAGES = {"hidden_layers": [6], "mini_batch_size": 16, "evaluate_every": 20, "dev_examples": 20}
STRONG = {"augment_elastic": 8.0, "augment_shift": 2.0, "augment_noise": 0.1}


@pytest.fixture
def images(tmp_path):
    """120 images of 8 × 8 pixels in two classes."""
    rng = np.random.default_rng(3)
    X = rng.integers(0, 255, (120, 64)).astype(np.uint8)
    path = tmp_path / "images.h5"
    labels = rng.integers(0, 2, 120)
    write_dataset(path, Dataset("images", Examples(X, labels), None, ("a", "b"), (8, 8)))
    return path


@pytest.fixture
def make(images, tmp_path):
    made = []

    def create(folder=None, **values):
        recipe = Recipe("images", str(images), {**IMAGES, **values})
        made.append(Session.create(recipe, folder))
        return made[-1]

    yield create
    for session in made:
        session.close()


def test_that_augmented_training_has_the_same_bits_each_time(make):
    runs = [make(**STRONG, keep_prob=0.8) for _ in range(2)]
    for session in runs:
        session.run(steps=30)
    assert runs[0].fingerprint() == runs[1].fingerprint()


def test_that_a_rollback_sees_the_same_distorted_images_again(make):
    session = make(**STRONG)
    session.run(steps=9)
    key = session.checkpoint()
    session.run(steps=15)
    after = session.fingerprint()
    session.rollback(key)
    session.run(steps=15)
    assert session.fingerprint() == after


def test_that_a_saved_session_goes_on_with_the_same_distorted_images(make, tmp_path):
    session = make(tmp_path / "s", **STRONG)
    session.run(steps=11)
    session.checkpoint()
    session.run(steps=11)
    after = session.fingerprint()
    session.rollback(session.timeline.checkpoints[-1].key)
    session.close()
    with Session.open(tmp_path / "s") as again:
        again.run(steps=11)
        assert again.fingerprint() == after


def test_that_only_training_sees_distortion(make):
    session = make(**STRONG, learning_rate=1e-6)
    plain = make(learning_rate=1e-6)
    assert session.evaluate("dev") == plain.evaluate("dev")
    session.run(steps=1)
    plain.run(steps=1)
    assert session.history["train_cost"][1][0] != plain.history["train_cost"][1][0]


def test_that_strength_can_be_nudged_and_turned_off_while_it_trains(make):
    session = make(**STRONG)
    session.run(steps=5)
    session.nudge(augment_elastic=0, augment_shift=0, augment_noise=0)
    plain = make()
    plain.restore(session.capture())
    session.run(steps=10)
    plain.run(steps=10)
    assert session.network.theta.tobytes() == plain.network.theta.tobytes()


def test_that_images_are_not_asked_of_data_that_has_none(make_recipe, make_session):
    with pytest.raises(DataError, match="needs images"):
        Session.create(make_recipe(augment_shift=1.0))
    session = make_session()
    session.run(steps=3)
    before = session.fingerprint()
    with pytest.raises(DataError, match="augment_rotation"):
        session.nudge(augment_rotation=10)
    assert session.fingerprint() == before
    assert session.journal.entries[-1].kind != "nudge"
    session.nudge(augment_noise=0.1)
    session.run(steps=3)
    assert np.isfinite(session.network.theta).all()


def test_that_dropout_of_inputs_leaves_the_training_set_alone(make):
    session = make(input_keep_prob=0.5)
    before = session.prepared.train.X.copy()
    session.run(steps=12)
    np.testing.assert_array_equal(session.prepared.train.X, before)
