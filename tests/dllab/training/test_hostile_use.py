"""What careless and hostile hands do to a session and its folder: an answer, and nothing lost."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from dllab import Session
from dllab.errors import SessionError
from dllab.sessions import summary_of


def test_that_a_closed_session_never_says_saved(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.close()
    with pytest.raises(SessionError, match="is closed"):
        session.checkpoint()


def test_that_a_session_only_looked_at_gets_no_entry(make_session, tmp_path):
    make_session(tmp_path / "s").close()
    with Session.open(tmp_path / "s", read_only=True) as looked:
        before = len(looked.journal)
        with pytest.raises(SessionError, match="read-only"):
            looked.record("note", step=0)
        assert len(looked.journal) == before


def test_that_a_best_point_stored_late_takes_no_evaluation_away(make_session, tmp_path):
    session = make_session(tmp_path / "s", evaluate_every=2)
    session.run(steps=20)
    best = session.watch.best_dev.step
    session.nudge(learning_rate=1.0)
    session.run(steps=20)
    session.checkpoint()
    session.best_state.keep()
    assert best < session.step
    expected = session.history["dev_cost"][0].tolist()
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.history["dev_cost"][0].tolist() == expected


def test_that_a_knob_turned_at_the_stored_step_is_in_its_curve_after_opening(
    make_session, tmp_path
):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    session.nudge(learning_rate=0.003)
    session.checkpoint()
    expected = session.history["learning_rate"][1].tolist()
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.history["learning_rate"][1].tolist() == expected


def test_that_the_disk_limit_leaves_the_end_of_a_branch(make_session, tmp_path):
    session = make_session(tmp_path / "s", evaluate_every=2)
    session.run(steps=10)
    tip = session.checkpoint(reason="safety")
    session.best_state.keep()
    session.keeper._disk_limit = lambda: 1.0
    session.store.flush()
    session.keeper.heed_news()
    assert tip in session.timeline


def test_that_another_sessions_checkpoint_is_not_taken_for_ones_own(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    session.checkpoint()
    expected = session.fingerprint()
    session.close()
    other = make_session(tmp_path / "o", hidden_layers=[5])
    keys = [other.checkpoint() for _ in range(4)]
    other.close()
    name = f"{keys[-1]}.h5"
    shutil.copy(tmp_path / "o" / "checkpoints" / name, tmp_path / "s" / "checkpoints" / name)
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == expected
        assert "another session" in again.notices[0]


@pytest.mark.parametrize(
    "spoilt",
    [{"checkpoint": "seven"}, {"detail": {"parent_branch": "branch-2"}}, {"branch": "main"}],
)
def test_that_a_ledger_with_impossible_links_is_refused(spoilt, make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.rollback(session.checkpoint())
    session.close()
    path = tmp_path / "s" / "journal.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines = [e | spoilt if e["kind"] == "rollback" else e for e in lines]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(SessionError, match=r"The journal's entry"):
        Session.open(tmp_path / "s")
    assert "The journal's entry" in summary_of(tmp_path / "s").problem


def test_that_switching_a_rule_waits_for_no_outcome_after_opening(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.nudge(epochs=30)
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.outcomes.waiting == []


def test_that_a_probe_cost_that_is_no_number_is_divergence(make_session):
    session = make_session(divergence="roll_back")
    session.run(steps=2)
    for step, cost in ((1, np.nan), (2, np.inf)):
        session.history.now.record("probe_cost", step, cost)
    assert session.rules._divergence.due()
