"""The state before a nudge: stored once, and there to go back to."""

from __future__ import annotations

import shutil

import pytest

from dllab import Session
from dllab.training import interventions
from dllab.twin.twins import Twins


@pytest.fixture
def captures(monkeypatch):
    """The reasons for which the session's state was copied."""
    seen = []
    real = interventions.contents_now

    def count(session, reason, note=""):
        seen.append(reason)
        return real(session, reason, note)

    monkeypatch.setattr(interventions, "contents_now", count)
    return seen


@pytest.fixture
def twins(monkeypatch):
    """The contents that twins were given; none of them starts."""
    given = []
    monkeypatch.setattr(Twins, "start", lambda self, entry, contents, steps: given.append(contents))
    return given


def reasons(session):
    return [info.reason for info in session.timeline.checkpoints]


def test_that_a_twin_is_given_the_safety_point_itself(make_session, captures, twins):
    session = make_session()
    session.run(steps=5)
    captures.clear()
    session.nudge(learning_rate=0.02, twin=50)
    assert captures == ["safety"]
    assert [contents.info.key for contents in twins] == [session.timeline.checkpoints[-1].key]


def test_that_a_twin_gets_a_state_where_the_safety_point_was_there_already(
    make_session, captures, twins
):
    session = make_session()
    session.run(steps=5)
    session.checkpoint("here")
    captures.clear()
    session.nudge(learning_rate=0.02, twin=50)
    assert captures == ["safety"]
    assert reasons(session) == ["start", "manual"]
    assert twins[0].state.hyperparameters["learning_rate"] != 0.02


def test_that_nothing_is_copied_for_a_twin_of_a_nudge_that_leaves_training_as_it_is(
    make_session, captures, twins
):
    session = make_session()
    session.run(steps=5)
    session.checkpoint("here")
    captures.clear()
    session.nudge(epochs=7, twin=50)
    assert captures == []
    assert twins == []


def test_that_the_way_back_before_a_nudge_is_not_an_autosave_that_goes(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    then = []
    for number in range(8):
        session.run(steps=3)
        session.checkpoint(reason="automatic")
        then.append((session.step, session.fingerprint()))
        session.nudge(learning_rate=0.002 + 0.001 * number)
    session.run(steps=3)
    session.checkpoint()
    for step, fingerprint in then:
        before = [c for c in session.timeline.checkpoints if (c.branch, c.step) == ("main", step)]
        session.rollback(before[-1].key)
        assert session.fingerprint() == fingerprint


@pytest.mark.parametrize("between", ["gradient_descent", "momentum", "rmsprop"])
def test_that_a_rule_tried_and_left_at_one_step_is_recovered_to_the_same_bits(
    between, make_session, tmp_path
):
    session = make_session(tmp_path / "s", optimizer="adam")
    session.run(steps=20)
    session.nudge(optimizer=between)
    session.nudge(optimizer="adam")
    session.store.flush()
    killed = tmp_path / "killed"
    shutil.copytree(tmp_path / "s", killed)
    with Session.open(killed) as recovered:
        assert recovered.fingerprint() == session.fingerprint()
        for one in (session, recovered):
            one.run(steps=10)
        assert recovered.fingerprint() == session.fingerprint()
