"""500 steps, checkpoint, 500 steps, rollback, 500 steps: the same bits, by every road."""

from __future__ import annotations

import os

import pytest

from dllab import Recipe, Session
from dllab.hyperparameters import TABLE

OPTIMIZERS = TABLE["optimizer"].choices
STEPS = 500


def demanding_recipe(optimizer, precision="float32"):
    """Dropout on, a decaying learning rate, and 500 steps end in the middle of an epoch."""
    values = {
        "hidden_layers": [16, 8],
        "activation": "tanh",
        "keep_prob": [0.8, 0.9],
        "optimizer": optimizer,
        "schedule": "inverse_epoch",
        "decay_rate": 0.01,
        "learning_rate": 0.01,
        "l2": 0.1,
        "mini_batch_size": 32,
        "evaluate_every": 30,
        "precision": precision,
    }
    return Recipe("exact", "spiral", values, examples=900)


def assert_same_state(one, other):
    assert one.fingerprint() == other.fingerprint()
    assert one.theta.tobytes() == other.theta.tobytes()
    for name in ("slots", "streams"):
        first, second = getattr(one, name), getattr(other, name)
        assert set(first) == set(second)
        for key, array in first.items():
            assert array.tobytes() == second[key].tobytes()
    assert (one.order == other.order).all()


@pytest.mark.parametrize("in_folder", [False, True], ids=["memory", "file"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_a_rollback_gives_the_same_bits(optimizer, in_folder, tmp_path):
    with Session.create(demanding_recipe(optimizer), tmp_path / "s" if in_folder else None) as s:
        s.run(steps=STEPS)
        key = s.checkpoint("here")
        there = s.capture()
        assert 0 < there.position < len(there.order)
        s.run(steps=STEPS)
        straight, curves = s.capture(), s.history.view()
        s.rollback(key)
        assert_same_state(s.capture(), there)
        s.run(steps=STEPS)
        assert_same_state(s.capture(), straight)
        for name in ("train_cost", "train_error", "dev_cost", "dev_error", "probe_cost"):
            for one, other in zip(curves.series(name), s.history[name], strict=True):
                assert len(one)
                assert one.tobytes() == other.tobytes(), name


def test_that_a_rollback_gives_the_same_bits_when_two_threads_share_an_update(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    recipe = demanding_recipe("adam").with_values(hidden_layers=[700, 700], keep_prob=0.8)
    with Session.create(recipe) as session:
        session.run(steps=5)
        assert session.capture().members == 2
        key = session.checkpoint()
        session.run(steps=10)
        straight = session.capture()
        session.rollback(key)
        session.run(steps=10)
        assert_same_state(session.capture(), straight)


CONTINUE = """
import sys
from dllab import Session
for folder in sys.argv[2:]:
    with Session.open(folder) as session:
        session.run(steps=int(sys.argv[1]))
        print(session.fingerprint())
        session.checkpoint("in another process")
"""


def test_that_a_new_process_goes_on_with_the_same_bits(tmp_path, run_python):
    expected = {}
    for optimizer in OPTIMIZERS:
        folder = tmp_path / optimizer
        with Session.create(demanding_recipe(optimizer), folder) as session:
            session.run(steps=STEPS)
            session.checkpoint()
            session.close()
            session.run(steps=STEPS)
            expected[folder] = session.fingerprint(), session.history.view(), session.capture()
    done = run_python(CONTINUE, STEPS, *expected)
    assert done.stderr == ""
    assert done.stdout.split() == [fingerprint for fingerprint, _, _ in expected.values()]
    for folder, (_, curves, state) in expected.items():
        with Session.open(folder) as session:
            assert_same_state(session.capture(), state)
            for name in ("train_cost", "train_error", "dev_cost", "learning_rate_used"):
                for one, other in zip(session.history[name], curves.series(name), strict=True):
                    assert one.tobytes() == other.tobytes()


def test_that_a_rollback_restores_the_shuffle_order(make_session):
    session = make_session()
    session.run(steps=5)
    key = session.checkpoint()
    order = session.capture().order
    session.run(epochs=2)
    assert (session.capture().order != order).any()
    session.rollback(key)
    assert (session.capture().order == order).all()


def test_that_a_rollback_restores_the_knobs_of_then_or_keeps_those_of_now(make_session):
    session = make_session(hidden_layers=[8, 8])
    session.run(steps=5)
    key = session.checkpoint()
    then = dict(session.hyperparameters)
    session.nudge({"keep_prob[2]": 0.5}, learning_rate=0.1, optimizer="rmsprop")
    now = dict(session.hyperparameters)
    session.run(steps=5)
    session.rollback(key)
    assert session.hyperparameters == then
    session.nudge({"keep_prob[2]": 0.5}, learning_rate=0.1, optimizer="rmsprop")
    session.rollback(key, keep_hyperparameters=True)
    assert session.hyperparameters == now
    assert set(session.capture().slots) == {"s"}
    session.rollback(key, keep_hyperparameters=True, changes={"learning_rate": 0.7})
    assert session.hyperparameters == {**now, "learning_rate": 0.7}
    assert session.journal[-1].changes["learning_rate"] == (then["learning_rate"], 0.7)


def test_that_a_refused_rollback_changes_nothing(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    key = session.checkpoint()
    session.run(steps=5)
    before = session.fingerprint(), session.branch, len(session.journal)
    with pytest.raises(Exception, match="no checkpoint"):
        session.rollback("999999")
    with pytest.raises(Exception, match="learning_rate"):
        session.rollback(key, changes={"learning_rate": -1})
    path = tmp_path / "s" / "checkpoints" / f"{key}.h5"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Exception, match="cut short"):
        session.rollback(key)
    path.unlink()
    with pytest.raises(Exception, match="missing"):
        session.rollback(key)
    assert (session.fingerprint(), session.branch, len(session.journal)) == before
    assert session.run(steps=5) == "done"


def test_that_a_state_of_another_network_is_refused(make_session):
    session, wider = make_session(), make_session(hidden_layers=[9])
    precise, longer = make_session(precision="float64"), make_session(examples=1000)
    before = session.fingerprint()
    for other in (wider, precise, longer):
        with pytest.raises(Exception, match=r"this session"):
            session.restore(other.capture())
    assert session.fingerprint() == before
