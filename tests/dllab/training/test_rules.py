"""Rules that look after a run: when they fire, what they do, what the ledger says."""

from __future__ import annotations

import pytest

from dllab import Session
from dllab.training.rules.divergence import MOST_IN_A_ROW

# Nothing can be learned with this learning rate, so the dev cost never gets lower.
STUCK = {
    "learning_rate": 1e-6,
    "initialization": "zeros",
    "evaluate_every": 5,
    "mini_batch_size": 0,
    "epochs": 1000,
}


def fired(session, rule):
    return [e for e in session.journal if e.detail.get("rule") == rule]


def test_that_no_rule_is_on_unless_asked_for(make_session):
    session = make_session(**STUCK)
    assert session.run(epochs=60) == "done"
    assert not [e for e in session.journal if e.who == "rule"]


def test_that_a_plateau_pauses_and_says_so(make_session):
    session = make_session(**STUCK, plateau="pause", plateau_epochs=10)
    said = session.run()
    assert said == "Plateau: no lower dev cost for 10 epochs; paused."
    (entry,) = fired(session, "plateau")
    assert (entry.kind, entry.who, entry.note) == ("rule", "rule", said)
    assert session.step - session.watch.best_dev.step == 10


def test_that_a_plateau_halves_the_learning_rate_again_and_again(make_session):
    session = make_session(**STUCK | {"learning_rate": 4e-6}, plateau="halve", plateau_epochs=20)
    session.run(epochs=70)
    entries = [e for e in fired(session, "plateau") if e.kind == "nudge"]
    assert entries[1].step - entries[0].step == 20
    assert [e.changes["learning_rate"] for e in entries] == [(4e-6, 2e-6), (2e-6, 1e-6)]
    assert all((e.kind, e.who) == ("nudge", "rule") for e in entries)


def test_that_a_plateau_is_counted_on_after_the_session_was_opened_again(make_session, tmp_path):
    values = STUCK | {"learning_rate": 4e-6}
    session = make_session(tmp_path / "s", **values, plateau="halve", plateau_epochs=20)
    session.run(epochs=32)
    session.checkpoint()
    session.close()
    with Session.open(tmp_path / "s") as again:
        again.run(epochs=20)
        steps = [e.step for e in fired(again, "plateau")]
        assert len(steps) == 2
        assert steps[1] - steps[0] == 20


def test_that_a_plateau_is_counted_on_after_a_rollback(make_session):
    session = make_session(**STUCK | {"learning_rate": 4e-6}, plateau="halve", plateau_epochs=20)
    while not fired(session, "plateau"):
        session.run(steps=1)
    session.run(steps=8)
    key, first = session.checkpoint(), fired(session, "plateau")
    session.run(steps=30)
    there = [e.step for e in fired(session, "plateau")[len(first) :]]
    alone, told = session.fingerprint(), len(fired(session, "plateau"))
    session.rollback(key)
    session.run(steps=30)
    again = [e.step for e in fired(session, "plateau")[told:]]
    assert there == again
    assert there
    assert session.fingerprint() == alone


def test_that_at_the_lowest_learning_rate_a_plateau_pauses(make_session):
    session = make_session(**STUCK, plateau="halve", plateau_epochs=10)
    assert session.run().endswith("paused.")
    assert session.hyperparameters["learning_rate"] == 1e-6


DIVERGING = {
    "hidden_layers": [64, 64],
    "optimizer": "gradient_descent",
    "mini_batch_size": 32,
    "learning_rate": 0.1,
    "evaluate_every": 10,
    "explosion_factor": 5,
}


def test_that_on_divergence_the_run_goes_back_with_half_the_learning_rate(make_session):
    session = make_session(**DIVERGING, divergence="roll_back")
    session.run(steps=50)
    key = session.checkpoint()
    session.nudge(learning_rate=10.0)
    assert session.run(steps=400) == "done"
    entries = fired(session, "divergence")
    assert entries
    assert entries[0].kind == "rollback"
    assert entries[0].changes["learning_rate"] == (0.1, 5.0)
    assert entries[0].checkpoint == key
    assert session.hyperparameters["learning_rate"] < 10
    assert session.guard is None


def test_that_a_run_that_always_comes_apart_is_paused_in_the_end(make_session):
    session = make_session(**DIVERGING, divergence="roll_back")
    session.run(steps=50)
    session.checkpoint()

    update = session.trainer.update

    def poisoned():
        session.network.theta[:] = 1e30
        return update()

    session.trainer.update = poisoned
    said = session.run(steps=1)
    assert "in a row; paused" in said
    assert fired(session, "divergence")[-1].kind == "rule"
    assert len(fired(session, "divergence")) == MOST_IN_A_ROW + 1


def test_that_without_the_rule_divergence_pauses_with_the_guard(make_session):
    session = make_session(**DIVERGING)
    session.run(steps=20)
    session.network.theta[:] = 1e30
    assert "layer" in session.run(steps=5)
    assert not fired(session, "divergence")


def test_that_checkpoints_come_at_every_multiple(make_session):
    session = make_session(checkpoint_every=7)
    session.run(steps=30)
    made = [i.step for i in session.timeline.checkpoints if i.reason == "rule"]
    assert made == [7, 14, 21, 28]
    asked = [e.who for e in session.journal if e.detail.get("reason") == "rule"]
    assert asked == ["rule"] * 4


@pytest.mark.parametrize(
    ("knobs", "word"),
    [({"plateau": "sometimes"}, "off, pause, halve"), ({"plateau_epochs": 0}, "plateau_epochs"),
     ({"divergence": "run"}, "roll_back"), ({"disk_limit": -1}, "disk_limit")],
)  # fmt: skip
def test_that_a_rule_that_cannot_be_is_refused(knobs, word, make_session):
    session = make_session()
    with pytest.raises(Exception, match=word):
        session.nudge(**knobs)


def test_that_switching_a_rule_is_a_nudge_without_an_outcome(make_session):
    session = make_session(evaluate_every=5)
    session.run(steps=10)
    entry = session.nudge(plateau="pause")
    session.run(steps=30)
    assert entry.id not in session.journal.about("outcome")
