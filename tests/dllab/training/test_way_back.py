"""The checkpoint that leads back to before a nudge holds nothing of it."""

from __future__ import annotations

import pytest

from dllab import Session
from dllab.training.way_back import checkpoint_before

# Explodes as soon as the learning rate is large.
UNSTEADY = {
    "activation": "linear",
    "hidden_layers": [30, 30, 30],
    "optimizer": "gradient_descent",
    "learning_rate": 1e-3,
    "evaluate_every": 1000,
}


def before(session, entry):
    line = session.timeline
    return checkpoint_before(entry, session.journal.entries, line.checkpoints, line.branches)


def test_that_a_checkpoint_made_while_a_nudge_waits_is_not_before_it(make_session):
    session = make_session()
    session.run(steps=5)
    alpha, then = session.hyperparameters["learning_rate"], session.fingerprint()
    entry = session.nudge(learning_rate=0.5)
    session.checkpoint("asked for while it waits")
    session.rollback(before(session, entry).key)
    assert session.hyperparameters["learning_rate"] == alpha
    assert session.fingerprint() == then


def test_that_the_end_of_a_sitting_is_not_before_a_nudge_that_waited(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    entry = session.nudge(l2=0.5)
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.hyperparameters["l2"] == 0.5
        assert before(again, entry).hyperparameters["l2"] != 0.5


def test_that_the_second_of_two_nudges_is_undone_alone(make_session):
    session = make_session()
    session.run(steps=5)
    first, second = session.nudge(l2=0.5), session.nudge(max_norm=2.0)
    back = before(session, second)
    assert (back.step, back.hyperparameters["l2"]) == (5, 0.5)
    assert back.hyperparameters["max_norm"] != 2.0
    assert before(session, first).hyperparameters["l2"] != 0.5


def test_that_a_nudge_after_a_rollback_with_todays_knobs_is_undone_alone(make_session):
    session = make_session()
    session.run(steps=5)
    key = session.checkpoint()
    session.run(steps=5)
    session.nudge(l2=0.5)
    session.rollback(key, keep_hyperparameters=True)
    back = before(session, session.nudge(learning_rate=0.5))
    assert (back.step, back.hyperparameters["l2"]) == (5, 0.5)


@pytest.mark.parametrize("reason", ["automatic", "manual"])
def test_that_the_guard_leads_back_to_before_the_nudge_that_nobody_has_judged_yet(
    reason, make_session
):
    session = make_session(**UNSTEADY)
    session.run(steps=20)
    then = session.fingerprint()
    session.nudge(learning_rate=10.0)
    session.run(steps=1)
    session.checkpoint(reason=reason)
    assert session.run(steps=200) != "done"
    session.rollback(session.guard.way_back)
    assert session.fingerprint() == then


def test_that_before_a_checkpoint_is_that_checkpoint(make_session):
    session = make_session()
    session.run(steps=5)
    session.checkpoint("first")
    key = session.checkpoint("second")
    entry = next(e for e in session.journal if e.checkpoint == key)
    session.checkpoint("third")
    assert before(session, entry).key == key


def test_that_what_the_guard_offers_stays_however_little_room_there_is(make_session, tmp_path):
    session = make_session(tmp_path / "s", **UNSTEADY)
    session.run(steps=20)
    session.nudge(learning_rate=10.0)
    session.keeper._disk_limit = lambda: 1.0
    session.run(steps=200)
    assert session.guard is not None
    session.store.flush()
    session.keeper.heed_news()
    session.rollback(session.guard.way_back, changes=session.guard.suggestion)
    assert session.step == 20
