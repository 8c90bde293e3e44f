"""Same seed, same bits; looking changes nothing; every example once an epoch."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Session
from dllab.training.snapshot_of import snapshot_of
from dllab.training.streams import NAMES, stream


def test_that_the_same_seed_gives_the_same_bits_and_another_seed_others(make_session):
    runs = [make_session(seed=seed, keep_prob=0.8) for seed in (1, 1, 2)]
    assert runs[0].fingerprint() == runs[1].fingerprint() != runs[2].fingerprint()
    for session in runs:
        session.run(steps=100)
    assert runs[0].fingerprint() == runs[1].fingerprint() != runs[2].fingerprint()
    assert (runs[0].network.theta != runs[2].network.theta).any()


def test_that_every_random_stream_is_one_of_its_own():
    draws = {
        (seed, name): tuple(stream(seed, name).integers(0, 2**60, 4).tolist())
        for seed in (0, 1, 2**31 - 1)
        for name in NAMES
    }
    assert len(set(draws.values())) == len(draws)


def test_that_in_how_many_runs_the_steps_are_made_changes_nothing(make_session):
    whole, pieces = make_session(keep_prob=0.8), make_session(keep_prob=0.8)
    whole.run(steps=100)
    for steps in (1, 0, 7, 42, 50):
        pieces.run(steps=steps)
    assert whole.fingerprint() == pieces.fingerprint()


def test_that_looking_never_changes_the_future(make_session, tmp_path):
    plain, watched = make_session(keep_prob=0.8), make_session(tmp_path / "s", keep_prob=0.8)
    for number in range(20):
        plain.run(steps=5)
        watched.run(steps=5)
        fingerprint = watched.fingerprint()
        for which in ("dev", "train", "probe", "test"):
            watched.evaluate(which)
        snapshot_of(watched, True, 1.0, ("step", 100), 0)
        watched.checkpoint(reason=("manual", "automatic")[number % 2], wait=number % 3 == 0)
        watched.save_as(tmp_path / "a.h5")
        watched.network.predict_proba(watched.prepared.split.dev.X)
        assert watched.history.view().series("train_cost")[0][-1] == 5 * (number + 1)
        assert watched.fingerprint() == fingerprint == plain.fingerprint()
    for one, other in zip(plain.history["dev_cost"], watched.history["dev_cost"], strict=True):
        assert one.tobytes() == other.tobytes()


def test_that_how_often_is_evaluated_changes_nothing_but_the_curve(make_session):
    states = []
    for interval in (1, 7, 10_000):
        session = make_session(keep_prob=0.8, evaluate_every=interval)
        session.run(steps=60)
        states.append(session.capture())
    for state in states[1:]:
        assert (state.theta == states[0].theta).all()
        assert (state.streams["dropout"] == states[0].streams["dropout"]).all()


def test_that_the_use_of_dropout_does_not_move_the_shuffle_order(make_session):
    plain, dropping = make_session(), make_session(keep_prob=0.5)
    for _ in range(3):
        plain.run(epochs=1)
        dropping.run(epochs=1)
        plain.run(steps=1)
        dropping.run(steps=1)
        assert (plain.capture().order == dropping.capture().order).all()
        assert (plain.capture().streams["shuffle"] == dropping.capture().streams["shuffle"]).all()
    assert (plain.network.theta != dropping.network.theta).any()


def test_that_updates_on_a_given_mini_batch_leave_the_epoch_alone(make_session):
    session = make_session()
    session.run(steps=3)
    before = session.capture()
    session.update(np.zeros((4, 2)), np.array([0, 1, 2, 0]))
    after = session.capture()
    assert after.step == before.step + 1
    assert (after.epoch, after.position) == (before.epoch, before.position)
    assert (after.order == before.order).all()


@pytest.fixture(scope="module")
def tell_tale(make_recipe):
    """A session whose gradient tells which examples were used, and how often."""
    # α tiny, so that θ hardly moves; what is used is read off the position in the order.
    recipe = make_recipe("circles", examples=50, hidden_layers=[2], learning_rate=1e-6)
    with Session.create(recipe) as session:
        yield session, session.capture()


@given(sizes=st.lists(st.integers(0, 40), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_that_every_example_is_used_once_an_epoch_whatever_the_mini_batch_size(sizes, tell_tale):
    session, start = tell_tale
    session.restore(start)
    m = len(start.order)
    used, examples = [], 0
    orders = []
    while session.capture().epoch < 2:
        size = sizes[len(used) % len(sizes)]
        if session.hyperparameters["mini_batch_size"] != size:
            session.nudge(mini_batch_size=size)
        before = session.capture()
        session.run(steps=1)
        after = session.capture()
        if before.position == 0:
            orders.append(after.order)
        taken = (after.position or m) - before.position
        assert taken == min(size or m, m - before.position)
        assert after.examples - before.examples == taken
        used.append(taken)
        examples += taken
    assert examples == 2 * m
    assert len(orders) == 2
    for order in orders:
        assert Counter(order.tolist()) == Counter(range(m))
    assert m == 1 or (orders[0] != orders[1]).any()


def test_that_the_gradient_of_a_whole_epoch_in_one_batch_is_of_every_example(make_session):
    session = make_session(
        source="circles", mini_batch_size=0, optimizer="gradient_descent", precision="float64"
    )
    twin = make_session(
        source="circles", mini_batch_size=0, optimizer="gradient_descent", precision="float64"
    )
    session.run(steps=1)
    twin.update(twin.prepared.train.X, twin.prepared.train.y)
    np.testing.assert_allclose(session.network.theta, twin.network.theta, rtol=0, atol=1e-14)
    assert session.capture().epoch == 1


def test_that_the_mini_batches_are_the_rows_of_the_order(make_session):
    session, twin = make_session(precision="float64"), make_session(precision="float64")
    train = twin.prepared.train
    for _ in range(20):
        start = session.capture().position
        session.run(steps=1)
        state = session.capture()
        rows = state.order[start : state.position or len(state.order)]
        twin.update(train.X[rows], train.y[rows])
        assert session.network.theta.tobytes() == twin.network.theta.tobytes()


@pytest.mark.parametrize("m", [1, 2])
def test_that_stochastic_descent_works(m, make_session):
    session = make_session(mini_batch_size=m, keep_prob=0.5)
    assert session.run(steps=50) == "done"
    assert session.capture().examples == 50 * m


def test_that_labels_and_shapes_of_a_given_mini_batch_are_checked(make_session):
    session = make_session()
    before = session.fingerprint()
    good = np.zeros((3, 2))
    for X, y in (
        (np.zeros((3, 4)), [0, 1, 2]),
        (good, [0, 1]),
        (good, [0, 1, 3]),
        (good, [0, 1, -1]),
        (good, [0.0, 1.0, 2.0]),
        (np.zeros((0, 2)), []),
        (np.zeros(2), 1),
    ):
        with pytest.raises(Exception, match="mini-batch"):
            session.update(X, y)
    assert session.fingerprint() == before


@pytest.mark.parametrize("ends", [{"steps": -1}, {"epochs": -1}, {"steps": 1, "epochs": 1}])
def test_that_an_impossible_run_is_refused(ends, make_session):
    session = make_session()
    with pytest.raises(Exception, match=r"steps"):
        session.run(**ends)
    assert session.step == 0


def test_that_a_run_ends_where_it_should(make_session):
    session = make_session(epochs=3)
    per_epoch = -(-len(session.capture().order) // 32)
    session.run(steps=per_epoch + 2)
    session.run(epochs=1)
    assert (session.capture().epoch, session.capture().position) == (2, 0)
    session.run()
    assert (session.capture().epoch, session.capture().position) == (3, 0)
    assert session.step == 3 * per_epoch
    session.run()
    assert session.step == 3 * per_epoch
