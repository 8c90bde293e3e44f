"""NaN, infinities and explosions are caught before they are stored."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from dllab import Session
from dllab.errors import SessionError
from dllab.hyperparameters import TABLE
from dllab.training.guard import diagnose


def started(make_session, **values):
    session = make_session(hidden_layers=[8, 6], keep_prob=0.8, **values)
    session.run(steps=5)
    return session


def assert_stopped(session, message, *words):
    for word in words:
        assert word in message
    assert session.guard.message == message
    entry = session.journal[-1]
    assert (entry.kind, entry.who, entry.note) == ("guard", "guard", message)
    assert entry.step == session.step + 1


@pytest.mark.parametrize("optimizer", TABLE["optimizer"].choices)
@pytest.mark.parametrize(
    ("block", "value", "words"),
    [
        ("W1", np.inf, ("Parameter W1",)),
        ("b2", np.nan, ("Parameter b2",)),
        ("W2", 3e38, ("layer 2", "activations")),
        ("W3", 3e38, ("layer 3", "logits")),
    ],
)
def test_that_an_update_that_is_not_finite_is_stopped_before_it_is_stored(
    block, value, words, optimizer, make_session
):
    session = started(make_session, optimizer=optimizer)
    good = session.capture()
    session.network.parameters[block][:] = value
    before = session.fingerprint()
    message = session.run(steps=10)
    assert session.step == 5
    assert_stopped(session, message, "update 6", "examples 161 to 180", *words)
    assert session.fingerprint() == before
    session.restore(good)
    assert session.run(steps=10) == "done"
    assert session.guard is None


def test_that_inputs_that_are_not_finite_are_told(make_session):
    session = started(make_session)
    before = session.fingerprint()
    X, y = np.zeros((4, 2)), np.zeros(4, int)
    for bad in (np.nan, np.inf, -np.inf):
        X[2, 1] = bad
        with pytest.raises(SessionError, match=r"inputs are not finite at update 6") as caught:
            session.update(X, y)
        assert_stopped(session, str(caught.value), "given mini-batch")
        assert session.fingerprint() == before


def test_that_a_huge_but_finite_gradient_cannot_make_theta_overflow(make_session):
    session = started(make_session, optimizer="gradient_descent", activation="linear")
    before = session.fingerprint()
    with pytest.raises(SessionError, match="update 6"):
        session.update(np.full((4, 2), 1e25, np.float32), np.array([0, 1, 2, 0]))
    assert session.fingerprint() == before


def exploding(make_session, position, **values):
    """A session that diverges soon, standing at a place of an epoch."""
    session = make_session(
        hidden_layers=[8], activation="linear", optimizer="gradient_descent", keep_prob=0.8,
        explosion_factor=2.0, **values
    )  # fmt: skip
    session.run(steps=position)
    return session


def explode(session):
    """The explosion guard trips at the next update, all parameters finite."""
    for name, array in session.network.parameters.items():
        if name.startswith("W"):
            array *= 300


@pytest.mark.parametrize("position", [4, 0, 6], ids=["mid-epoch", "very first", "epoch's first"])
@pytest.mark.parametrize("trouble", ["explosion", "nan"])
def test_that_nothing_at_all_changes_when_an_update_is_stopped(trouble, position, make_session):
    session = exploding(make_session, position)
    good = session.capture()
    assert (good.position == 0) == (position != 4)
    if trouble == "explosion":
        if position == 0:
            pytest.skip("no first cost to compare with")
        explode(session)
    else:
        session.network.parameters["W1"][0, 0] = np.nan
    before = session.capture()
    session.run(steps=1)
    after = session.capture()
    assert session.step == position
    for name in ("step", "epoch", "position", "examples", "order_epoch", "first_cost", "remaining"):
        assert getattr(after, name) == getattr(before, name), name
    for name in ("shuffle", "dropout"):
        assert (after.streams[name] == before.streams[name]).all(), name
    assert after.theta.tobytes() == before.theta.tobytes()
    assert (after.order == before.order).all()
    assert after.fingerprint() == before.fingerprint()


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (1731.2, "1,730 (limit 1,250)"),
        (99_960.0, "100,000 (limit 1,250)"),
        (2.345e12, "2.34e12 (limit 1,250)"),
    ],
)
def test_that_costs_of_ordinary_size_are_told_as_the_window_writes_them(cost, words):
    error = diagnose(SimpleNamespace(network=None, buffers=None), None, cost, 1250.0, 7, "a batch")
    assert words in str(error)


def test_that_an_explosion_is_told_with_its_limit(make_session):
    session = exploding(make_session, 5)
    explode(session)
    message = session.run(steps=10)
    limit = 2 * session.capture().first_cost
    assert_stopped(session, message, "exploded", f"limit {limit:.3g}", "update 6")
    assert session.journal[-1].detail["kind"] == "explosion"
    assert session.guard.suggestion == {
        "learning_rate": session.hyperparameters["learning_rate"] / 2
    }


def test_that_it_goes_on_with_the_same_mini_batch_after_a_nudge(make_session):
    stopped, free = exploding(make_session, 5), exploding(make_session, 5)
    explode(stopped)
    explode(free)
    for _ in range(3):
        assert "exploded" in stopped.run(steps=10)
    changes = {"learning_rate": 1e-4, "explosion_factor": 1e12}
    stopped.nudge(changes)
    free.nudge(changes)
    assert stopped.guard is None or stopped.run(steps=1) == "done"
    free.run(steps=1)
    assert stopped.step == free.step == 6
    assert stopped.fingerprint() == free.fingerprint()


def test_that_a_diverging_run_ends_with_the_last_good_model(make_session):
    session = make_session(
        activation="linear", hidden_layers=[30, 30, 30], optimizer="gradient_descent",
        learning_rate=10.0, explosion_factor=1e12, initialization="random",
        initialization_scale=1.0,
    )  # fmt: skip
    message = session.run(steps=2000)
    assert message != "done"
    assert np.isfinite(session.network.theta).all()
    assert np.isfinite(session.history["train_cost"][1]).all()
    back = session.guard.way_back
    session.rollback(back, changes={"learning_rate": 1e-3})
    assert session.guard is None
    assert session.run(steps=100) == "done"


def test_that_the_best_dev_point_is_never_one_that_is_not_finite(make_session):
    session = make_session(evaluate_every=1, activation="linear")
    good = session.capture()
    session.network.parameters["W1"][:] = 3e38
    # The update sees nothing but zeros; the dev set overflows the first layer.
    session.update(np.zeros((4, 2)), np.array([0, 1, 2, 0]))
    assert not np.isfinite(session.history["dev_cost"][1]).any()
    best = session.watch.best_dev
    assert best is None or np.isfinite(best.cost)
    session.restore(good)
    session.run(steps=5)
    key = session.checkpoint()
    assert np.isfinite(session.watch.best_dev.cost)
    session.rollback(key)
    assert np.isfinite(session.watch.best_dev.cost)


def test_that_the_curve_of_a_stopped_run_can_be_opened_again(make_session, tmp_path):
    session = make_session(tmp_path / "s", learning_rate=10, optimizer="gradient_descent",
                           explosion_factor=2.0, activation="linear")  # fmt: skip
    session.network.parameters["W2"][:] *= 100
    session.run(steps=200)
    guards = [entry for entry in session.journal if entry.kind == "guard"]
    session.checkpoint("after the guard")
    entries = session.journal.entries
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.journal.entries[:-1] == entries
        assert [entry for entry in again.journal if entry.kind == "guard"] == guards
