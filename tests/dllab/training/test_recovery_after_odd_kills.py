"""What a process leaves that is killed at odd moments, and where the session goes on then."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from dllab import Session


def left_behind(session, folder):
    """What the folder holds now, as if the process had been killed."""
    session.store.flush()
    copy = folder.with_name("killed")
    shutil.copytree(folder, copy)
    return copy


def test_that_recovery_stands_at_a_best_point_that_lies_ahead_of_all_else(make_session, tmp_path):
    folder = tmp_path / "session"
    session = make_session(folder, evaluate_every=40)
    session.run(steps=40)
    then = session.fingerprint()
    session.run(steps=5)
    session.nudge(learning_rate=0.002)
    # The nudge made a safety point at 45; take it as one that did not get to the disk.
    key = session.best_state.keep()
    copy = left_behind(session, folder)
    for info in session.timeline.checkpoints:
        if info.reason == "safety":
            (copy / "checkpoints" / f"{info.key}.h5").unlink()
    with Session.open(copy) as recovered:
        assert (recovered.step, recovered.journal[-1].checkpoint) == (40, key)
        assert recovered.hyperparameters["learning_rate"] == 0.002
        recovered.nudge(learning_rate=session.recipe.values["learning_rate"])
        assert recovered.fingerprint() == then


def test_that_going_back_to_the_best_point_is_not_forgotten(make_session, tmp_path):
    folder = tmp_path / "session"
    session = make_session(folder, evaluate_every=40)
    session.run(steps=40)
    then = session.fingerprint()
    best = session.best_state.keep()
    session.nudge(learning_rate=0.002)
    session.run(steps=10)
    branch = session.rollback(best)
    with Session.open(left_behind(session, folder)) as recovered:
        assert (recovered.branch, recovered.step) == (branch, 40)
        assert recovered.fingerprint() == then


def test_that_a_nudge_at_the_best_point_survives_two_kills(make_session, tmp_path):
    folder = tmp_path / "session"
    session = make_session(folder, evaluate_every=40)
    session.run(steps=40)
    best = session.best_state.keep()
    session.run(steps=10)
    session.rollback(best)
    session.nudge(learning_rate=0.002)
    once = left_behind(session, folder)
    with Session.open(once) as recovered:
        assert recovered.hyperparameters["learning_rate"] == 0.002
        recovered.store.flush()
        twice = shutil.copytree(once, tmp_path / "twice")
    with Session.open(twice) as recovered:
        assert recovered.step == 40
        assert recovered.hyperparameters["learning_rate"] == 0.002


def test_that_recovery_keeps_no_curve_of_steps_that_are_gone(make_session, tmp_path):
    folder = tmp_path / "session"
    session = make_session(folder, evaluate_every=40)
    first = session.timeline.checkpoints[0].key
    session.run(steps=40)
    session.best_state.keep()
    # As earlier versions stood after a kill: at the start again, with the best point ahead.
    session.record("open", step=0, who="session", checkpoint=first)
    with Session.open(left_behind(session, folder)) as recovered:
        assert recovered.step == 0
        assert len(recovered.history["train_cost"][0]) == 0
        recovered.run(steps=7)
        steps, costs = recovered.history["train_cost"]
        assert list(steps) == list(range(1, 8))
        assert np.array_equal(costs, session.history["train_cost"][1][:7])


def test_that_a_checkpoint_whose_line_is_missing_gets_one(make_session, tmp_path):
    folder = tmp_path / "session"
    session = make_session(folder, evaluate_every=40)
    session.run(steps=40)
    best = session.best_state.keep()
    copy = left_behind(session, folder)
    ledger = copy / "journal.jsonl"
    lines = ledger.read_text("utf-8").splitlines()
    assert best in lines[-1]
    ledger.write_text("\n".join(lines[:-1]) + "\n", "utf-8")
    with Session.open(copy) as recovered:
        named = {e.checkpoint: e for e in recovered.journal if e.kind == "checkpoint"}
        assert set(named) >= {info.key for info in recovered.timeline.checkpoints}
        assert (named[best].step, named[best].detail["reason"]) == (40, "best")
        assert recovered.rollback(best) in recovered.timeline.branches


@pytest.mark.parametrize("lines", [0, 1])
def test_that_a_session_whose_maker_was_killed_begins_when_it_is_opened(
    make_session, tmp_path, lines
):
    folder = tmp_path / "session"
    session = make_session(folder)
    copy = left_behind(session, folder)
    (copy / "checkpoints" / "000001.h5").unlink()
    ledger = copy / "journal.jsonl"
    kept = ledger.read_text("utf-8").splitlines(keepends=True)[:lines]
    ledger.write_text("".join(kept), "utf-8")
    with Session.open(copy) as begun:
        assert [entry.kind for entry in begun.journal] == ["start", "checkpoint"]
        assert begun.fingerprint() == session.fingerprint()
    with Session.open(copy) as again:
        assert again.step == 0
