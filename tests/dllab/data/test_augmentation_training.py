"""Training on augmented mini-batches: the same bits each time, live, refused without images."""

import numpy as np
import pytest

from dllab import Session
from dllab.data import Dataset, Examples, write_dataset
from dllab.data.augmentation import ahead
from dllab.errors import DataError
from dllab.training.replica import replica_of

STRENGTHS = {"augment_elastic": 8.0, "augment_rotation": 15.0}
IMAGES = {**STRENGTHS, "augment_flip": "horizontal"}
NOISE = {"augment_noise": 0.3}


@pytest.fixture
def images(tmp_path):
    """A file of 200 small images, as a recipe's source."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 256, (200, 64), np.uint8), rng.integers(0, 3, 200)
    path = tmp_path / "images.h5"
    write_dataset(path, Dataset("images", Examples(X, y), None, ("a", "b", "c"), (8, 8)))
    return str(path)


@pytest.fixture
def session(make_session, images):
    """Makes sessions on the images."""

    def make(**values):
        return make_session(source=images, normalization="overall", **values)

    return make


def test_that_augmented_training_is_the_same_with_and_without_a_helper(session, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(ahead, "WORTH_AHEAD", 1e99)
    alone = session(**IMAGES, **NOISE, keep_prob=0.8)
    alone.trainer._augmented.ahead = False
    monkeypatch.setattr(ahead, "WORTH_AHEAD", 0)
    helped = session(**IMAGES, **NOISE, keep_prob=0.8)
    for one, worth in ((alone, 1e99), (helped, 0)):
        monkeypatch.setattr(ahead, "WORTH_AHEAD", worth)
        one.run(steps=13)
        one.nudge(augment_elastic=20.0)
        one.run(steps=5)
        one.nudge(mini_batch_size=16)
        one.run(steps=7)
    assert helped.trainer._augmented._thread is not None
    assert alone.trainer._augmented._thread is None
    assert alone.fingerprint() == helped.fingerprint()


def test_that_a_rollback_sees_the_same_images_again(session):
    one = session(**IMAGES, **NOISE)
    one.run(steps=9)
    key = one.checkpoint()
    one.run(steps=11)
    after = one.fingerprint()
    one.rollback(key)
    one.run(steps=11)
    assert one.fingerprint() == after


def test_that_a_run_opened_again_goes_on_with_the_same_images(session, tmp_path):
    straight, closed = session(**IMAGES), session(folder=tmp_path / "closed", **IMAGES)
    straight.run(steps=20)
    closed.run(steps=9)
    closed.checkpoint()
    closed.close()
    reopened = Session.open(tmp_path / "closed")
    try:
        reopened.run(steps=11)
        assert reopened.fingerprint() == straight.fingerprint()
    finally:
        reopened.close()


def test_that_a_replica_sees_the_images_that_the_run_will_see(session):
    one = session(**IMAGES)
    one.run(steps=6)
    trainer = replica_of(one).trainer()
    try:
        for _ in range(5):
            trainer.update()
        one.run(steps=5)
        np.testing.assert_array_equal(trainer.network.theta, one.network.theta)
    finally:
        trainer.close()


def test_that_the_next_epoch_shows_other_variants_of_the_same_examples(session, monkeypatch):
    one = session(**IMAGES, mini_batch_size=0)
    seen = []
    take = type(one.trainer._augmented).take

    def keep(batches, epoch, position, rows, values, upcoming=None):
        batch = take(batches, epoch, position, rows, values, upcoming)
        seen.append(batch[np.argsort(rows)].copy())
        return batch

    monkeypatch.setattr(type(one.trainer._augmented), "take", keep)
    one.run(epochs=2)
    assert len(seen) == 2
    assert (seen[0] != seen[1]).any(axis=1).mean() > 0.95


def test_that_augmentation_switched_on_in_a_run_changes_its_next_update_only(session):
    plain, nudged = session(), session()
    for one in (plain, nudged):
        one.run(steps=5)
    nudged.nudge(NOISE)
    np.testing.assert_array_equal(plain.network.theta, nudged.network.theta)
    for one in (plain, nudged):
        one.run(steps=1)
    assert not np.array_equal(plain.network.theta, nudged.network.theta)


def test_that_augmented_training_has_the_same_bits_each_time(session):
    runs = [session(**IMAGES, **NOISE, keep_prob=0.8) for _ in range(2)]
    for one in runs:
        one.run(steps=30)
    assert runs[0].fingerprint() == runs[1].fingerprint()


def test_that_only_training_sees_distortion(session):
    changed, plain = session(**IMAGES, **NOISE), session()
    assert changed.evaluate("dev") == plain.evaluate("dev")
    for one in (changed, plain):
        one.run(steps=1)
    assert changed.history["train_cost"][1][0] != plain.history["train_cost"][1][0]


def test_that_strength_can_be_nudged_and_turned_off_while_it_trains(session):
    one, plain = session(**STRENGTHS, **NOISE), session()
    one.run(steps=5)
    one.nudge(dict.fromkeys((*STRENGTHS, *NOISE), 0))
    plain.restore(one.capture())
    for each in (one, plain):
        each.run(steps=10)
    assert one.network.theta.tobytes() == plain.network.theta.tobytes()


def test_that_images_are_not_asked_of_data_that_has_none(make_recipe, make_session):
    with pytest.raises(DataError, match="needs images"):
        Session.create(make_recipe(augment_shift=1.0))
    one = make_session()
    one.run(steps=3)
    before = one.fingerprint()
    with pytest.raises(DataError, match=r"augment_rotation\) needs images"):
        one.nudge(augment_rotation=10.0)
    assert one.fingerprint() == before
    assert one.hyperparameters["augment_rotation"] == 0
    assert one.journal.entries[-1].kind != "nudge"
    one.nudge(augment_noise=0.1)
    one.run(steps=3)
    assert np.isfinite(one.network.theta).all()


def test_that_dropout_of_inputs_leaves_the_training_set_alone(session):
    one = session(input_keep_prob=0.5)
    before = one.prepared.train.X.copy()
    one.run(steps=12)
    np.testing.assert_array_equal(one.prepared.train.X, before)
