"""A run reads the health of its layers and its bias and variance at every evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.data import Dataset, Examples, write_dataset
from dllab.diagnosis.current import diagnosis_of, evaluated_step
from dllab.diagnosis.tails import tail
from dllab.training.snapshot_of import snapshot_of


def look(session):
    return snapshot_of(session, False, 0.0, None, 0)


def test_that_health_is_read_where_the_dev_set_is_evaluated(make_session):
    session = make_session(hidden_layers=[8, 6], evaluate_every=20)
    assert look(session).health == ()
    session.run(steps=65)
    snapshot = look(session)
    assert [one.layer for one in snapshot.health] == [1, 2, 3]
    steps, values = session.history["gradient_rms[2]"]
    assert steps.tolist() == session.history["dev_cost"][0].tolist() == [20, 40, 60]
    assert values[-1] == snapshot.health[1].gradient_rms
    assert session.history["update_ratio[3]"][1][-1] == snapshot.health[2].update_ratio


def test_that_a_watched_run_has_the_same_bits(make_session):
    seldom, often = make_session(evaluate_every=1000), make_session(evaluate_every=1)
    for session in (seldom, often):
        session.run(steps=60)
    assert np.array_equal(seldom.network.theta, often.network.theta)


def test_that_the_courses_are_there_after_opening_again(make_session, tmp_path):
    session = make_session(tmp_path / "run", evaluate_every=10)
    session.run(steps=30)
    before = session.history["activation_rms[1]"]
    session.checkpoint()
    session.close()
    with Session.open(tmp_path / "run") as opened:
        for old, new in zip(before, opened.history["activation_rms[1]"], strict=True):
            assert old.tolist() == new.tolist()


def test_that_a_rollback_ends_the_alarms_of_the_model_left(make_session):
    session = make_session(initialization="zeros", evaluate_every=5)
    key = session.checkpoint()
    session.run(steps=20)
    assert {alarm.kind for alarm in look(session).alarms} >= {"dead", "vanishing"}
    session.rollback(key)
    snapshot = look(session)
    assert snapshot.alarms == snapshot.health == ()
    assert snapshot.evaluated is None
    session.run(steps=20)
    assert look(session).alarms


def test_that_a_snapshot_is_diagnosed_by_its_latest_evaluation(make_session):
    session = make_session(evaluate_every=25, probe_examples=40, human_error=0.01)
    assert diagnosis_of(look(session)) is None
    assert evaluated_step(look(session)) is None
    session.run(steps=60)
    snapshot = look(session)
    found = diagnosis_of(snapshot)
    assert evaluated_step(snapshot) == 50
    assert found.train.error == session.history.last("probe_error")[1]
    assert found.dev.error == session.history.last("dev_error")[1]
    assert (found.train.m, found.dev.m) == (40, session.prepared.dev.m)
    assert found.bias.value == pytest.approx(found.train.error - 0.01)


def test_that_a_regression_takes_the_standard_errors_of_its_evaluation(tmp_path):
    X = np.random.default_rng(1).normal(size=(400, 2))
    y = np.sin(X.sum(axis=1)) + 3
    write_dataset(tmp_path / "wave.h5", Dataset("wave", Examples(X, y), None, (), None))
    recipe = Recipe("wave", str(tmp_path / "wave.h5"), {"evaluate_every": 20})
    with Session.create(recipe) as session:
        session.run(steps=40)
        snapshot = look(session)
    found = diagnosis_of(snapshot)
    for measured, evaluation in zip((found.train, found.dev), snapshot.evaluated, strict=True):
        assert measured.error == evaluation.error
        assert measured.interval[1] == pytest.approx(evaluation.interval[1])
    assert found.variance.interval is not None


def test_that_a_tail_reaches_over_the_fork_and_no_further(make_session):
    session = make_session(evaluate_every=10)
    session.run(steps=30)
    key = session.checkpoint()
    session.run(steps=30)
    session.rollback(key)
    session.run(steps=20)
    view = session.history.view()
    steps, values = tail(view, "dev_cost", 3)
    assert steps.tolist() == [30, 40, 50]
    whole = session.history["dev_cost"]
    assert values.tolist() == whole[1][-3:].tolist()
    assert tail(view, "dev_cost", 99)[0].tolist() == whole[0].tolist()
    assert len(tail(view, "no such curve", 5)[0]) == 0
