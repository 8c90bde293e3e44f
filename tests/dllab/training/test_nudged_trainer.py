"""A nudge keeps the buffers that it does not concern; the numbers are those of new ones."""

from __future__ import annotations

import numpy as np
import pytest

from dllab.training import trainer

NUDGES = [
    {"learning_rate": 0.003},
    {"l2": 0.3},
    {"l2": 0.0, "l1": 0.01},
    {"keep_prob": 0.5},
    {"keep_prob[2]": 1.0},
    {"input_keep_prob": 0.9},
    {"mini_batch_size": 48},
    {"beta": 0.5},
    {"clip_norm": 0.01},
    {"max_norm": 0.5},
    {"optimizer": "momentum"},
    {"optimizer": "rmsprop"},
    {"optimizer": "gradient_descent"},
]


def demanding(make_session):
    return make_session(
        hidden_layers=[16, 8], keep_prob=0.8, l2=0.1, optimizer="adam", learning_rate=0.01
    )


def assert_goes_on_as_new(make_session, nudged):
    new = demanding(make_session)
    new.trainer.restore(nudged.capture())
    nudged.run(steps=30)
    for _ in range(30):
        new.trainer.update()
    assert nudged.capture().fingerprint() == new.trainer.capture().fingerprint()


@pytest.mark.parametrize("changes", NUDGES, ids=lambda changes: ", ".join(changes))
def test_that_a_nudged_trainer_goes_on_as_one_that_was_made_anew(make_session, changes):
    nudged = demanding(make_session)
    nudged.run(steps=45)
    nudged.nudge(**changes)
    assert_goes_on_as_new(make_session, nudged)


def test_that_a_nudge_there_and_back_goes_on_as_one_that_was_made_anew(make_session):
    nudged = demanding(make_session)
    for changes in (*NUDGES, {"optimizer": "adam", "keep_prob": 0.8, "mini_batch_size": 32}):
        nudged.run(steps=3)
        nudged.nudge(**changes)
    assert_goes_on_as_new(make_session, nudged)


def test_that_a_nudge_of_the_learning_rate_keeps_the_buffers(make_session):
    session = demanding(make_session)
    session.run(steps=5)
    passes, commit = dict(session.trainer._passes), session.trainer._commit
    session.nudge(learning_rate=0.003)
    assert session.trainer._passes == passes
    assert session.trainer._commit is commit
    session.nudge(keep_prob=0.7)
    assert not session.trainer._passes
    session.nudge(optimizer="momentum")
    assert session.trainer._commit is not commit


def test_that_what_was_captured_stays_as_it_is_while_training_goes_on(make_session):
    session = demanding(make_session)
    session.run(steps=5)
    state = session.capture()
    before = state.fingerprint(), state.order.tobytes(), state.theta.tobytes()
    session.run(epochs=3)
    assert (state.fingerprint(), state.order.tobytes(), state.theta.tobytes()) == before


def test_that_an_update_after_closing_is_a_whole_one(make_session, monkeypatch):
    monkeypatch.setattr(trainer, "members_for", lambda flops: 2)
    session, other = demanding(make_session), demanding(make_session)
    for each in (session, other):
        each.run(steps=5)
    assert session.trainer.team.members == 2
    session.close()
    before = session.network.theta.copy()
    for each in (session, other):
        each.trainer.update()
    assert (session.network.theta != before).mean() > 0.9
    np.testing.assert_allclose(session.network.theta, other.network.theta, rtol=0, atol=1e-6)


def test_that_what_was_captured_cannot_be_written_into(make_session):
    session = demanding(make_session)
    session.run(steps=5)
    with pytest.raises(ValueError, match="read-only"):
        session.capture().order[0] = 1


def test_that_workspaces_of_sizes_that_are_gone_are_not_kept(make_session):
    session = demanding(make_session)
    for size in (0, 64, 48, 32):
        session.nudge(mini_batch_size=size or 31)
        session.run(epochs=1)
    assert set(session.trainer._passes) <= {32, session.trainer.train.m % 32}
