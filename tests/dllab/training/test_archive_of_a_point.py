"""A file saved from a checkpoint holds what happened up to it, and what was said of that since."""

from __future__ import annotations

import pytest

from dllab import Session
from dllab.checkpoint import read_checkpoint
from dllab.replay import open_recording, replay
from dllab.training.unpacking import unpack_journal


def best_of(session):
    return next(info for info in session.timeline.checkpoints if info.reason == "best")


def ids(journal):
    return [entry.id for entry in journal]


@pytest.fixture
def with_late_best(make_session):
    """Its dev cost was lowest at step 20; stored after nudges, a rollback and 30 more updates."""
    session = make_session(evaluate_every=5, learning_rate=0.02, examples=200)
    session.run(steps=10)
    session.nudge(beta=0.8, note="before")
    key = session.checkpoint("on the way")
    session.run(steps=10)
    session.nudge(learning_rate=3.0, note="at once after it, and too much")
    session.run(steps=15)
    later = session.checkpoint("later")
    session.rollback(later, changes={"learning_rate": 2.0})
    session.run(steps=15)
    session.best_state.keep()
    assert best_of(session).step == 20
    return session, key


def test_that_a_file_of_the_best_point_ends_at_it(with_late_best, tmp_path):
    session, _ = with_late_best
    best = best_of(session)
    session.save_as(tmp_path / "best.h5", best.key)
    contents = read_checkpoint(tmp_path / "best.h5")
    entries = unpack_journal(contents).entries
    assert [e.note for e in entries if e.kind == "nudge"] == ["before"]
    assert not [e for e in entries if e.kind == "rollback"]
    assert max(e.step for e in entries) <= 20
    assert ids(entries) == list(range(1, len(entries) + 1))
    assert [piece.branch for piece in contents.history] == ["main"]
    assert len(contents.history[0].dense["train_cost"]) == 20
    assert replay(open_recording(tmp_path / "best.h5")).same
    with Session.open(tmp_path / "best.h5", tmp_path / "unpacked") as unpacked:
        assert unpacked.step == 20
        assert unpacked.hyperparameters["learning_rate"] == 0.02
        unpacked.run(steps=7)
        expected = unpacked.fingerprint()
        unpacked.checkpoint()
    assert replay(open_recording(tmp_path / "unpacked")).fingerprint == expected


def test_that_the_best_point_of_a_branch_gone_on_with_ends_at_it(make_session, tmp_path):
    session = make_session(evaluate_every=5)
    session.run(steps=10)
    key = session.checkpoint()
    session.rollback(key, note="first")
    session.run(steps=10)
    session.continue_branch("main")
    session.run(steps=10)
    session.watch.best_dev = session.watch.best_dev.__class__(20, 0.0, 0.0)
    session.best_state.after_evaluation()
    session.run(steps=5)
    session.best_state.keep()
    best = best_of(session)
    assert (best.branch, best.step) == ("main", 20)
    session.nudge(beta=0.7)
    session.save_as(tmp_path / "best.h5", best.key)
    contents = read_checkpoint(tmp_path / "best.h5")
    assert [e.kind for e in unpack_journal(contents)][-1] == "continue"
    assert [p.branch for p in contents.history] == ["branch-2", "main"]
    assert [len(p.dense["train_cost"]) for p in contents.history] == [10, 20]


def test_that_another_branch_is_as_long_as_it_was_then(make_session, tmp_path):
    session = make_session()
    session.run(steps=10)
    key = session.checkpoint()
    session.run(steps=5)
    session.rollback(key)
    session.run(steps=4)
    kept = session.checkpoint("kept")
    session.continue_branch("main")
    session.run(steps=40)
    session.save_as(tmp_path / "kept.h5", kept)
    contents = read_checkpoint(tmp_path / "kept.h5")
    assert {p.branch: len(p.dense["train_cost"]) for p in contents.history} == {
        "main": 15,
        "branch-2": 4,
    }


def test_that_names_notes_and_a_pin_given_later_stay_however_often_it_is_opened(
    with_late_best, tmp_path
):
    session, key = with_late_best
    nudges = [e for e in session.journal if e.kind == "nudge"]
    session.rename_branch("main", "the first try")
    session.rename_branch(session.branch, "not in the file")
    session.add_note(nudges[0].id, "that was right")
    session.add_note(nudges[1].id, "not in the file")
    session.pin(key)
    session.pin(best_of(session).key)
    path = tmp_path / "then.h5"
    session.save_as(path, key)
    entries = unpack_journal(read_checkpoint(path)).entries
    assert ids(entries) == list(range(1, len(entries) + 1))
    folder = tmp_path / "unpacked"
    Session.open(path, folder).close()
    for _ in range(3):
        with Session.open(folder) as again:
            assert again.timeline.branches["main"].title == "the first try"
            assert list(again.timeline.branches) == ["main"]
            about = again.journal.about("note")
            (nudge,) = [e for e in again.journal if e.kind == "nudge"]
            assert {of: note.note for of, note in about.items()} == {nudge.id: "that was right"}
            assert {e.branch for e in again.journal} == {"main"}
            assert [c.pinned for c in again.timeline.checkpoints] == [True]
    session.pin(key, False)
    session.save_as(path, key)
    with Session.open(path) as again:
        assert [c.pinned for c in again.timeline.checkpoints] == [False]
