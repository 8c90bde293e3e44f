"""Names, notes, pins, deletions, and going on at the end of another branch."""

from __future__ import annotations

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.errors import SessionError
from dllab.training.keeper import superfluous


def test_that_a_branch_goes_on_at_its_end_bit_for_bit(make_session):
    session = make_session(keep_prob=0.8, evaluate_every=5)
    session.run(steps=20)
    key = session.checkpoint()
    session.run(steps=13)
    left, curve = session.fingerprint(), session.history["train_cost"][1].tolist()
    session.rollback(key)
    session.nudge(learning_rate=0.03)
    session.run(steps=8)
    session.continue_branch("main")
    assert session.branch == "main"
    assert session.fingerprint() == left
    assert session.history["train_cost"][1].tolist() == curve
    assert session.journal[-1].kind == "continue"
    alone = make_session(keep_prob=0.8, evaluate_every=5)
    alone.run(steps=20)
    alone.checkpoint()
    alone.run(steps=13 + 9)
    session.run(steps=9)
    assert session.fingerprint() == alone.fingerprint()
    for name in ("train_cost", "dev_cost", "learning_rate"):
        for one, other in zip(session.history[name], alone.history[name], strict=True):
            assert one.tolist() == other.tolist()


def test_that_a_branch_whose_best_point_is_its_end_goes_on_with_the_knobs_it_had(make_session):
    session = make_session(evaluate_every=5)
    session.run(steps=5)
    assert session.watch.best_dev.step == 5
    session.nudge(learning_rate=0.5)
    end, back = session.fingerprint(), session.timeline.checkpoints[-1].key
    session.rollback(back)
    # The best point is stored now, after the end of main.
    session.run(steps=3)
    session.checkpoint(reason="automatic")
    assert session.timeline.checkpoints[-2].reason == "best"
    session.continue_branch("main")
    assert session.hyperparameters["learning_rate"] == 0.5
    assert session.fingerprint() == end


def test_that_what_is_gone_back_to_is_not_thinned_out_meanwhile(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    target = ""
    for number in range(60):
        session.run(steps=1)
        session.nudge(learning_rate=0.01 + 0.001 * number)
        session.store.flush()
        safety = [c for c in session.timeline.checkpoints if c.reason == "safety"]
        goes = superfluous(safety, "safety")
        # What has been written goes unheard until the rollback hears of it.
        if number > 25 and goes:
            target = goes[0].key
            break
    session.rollback(target)
    assert session.timeline.branches[session.branch].fork_checkpoint == target
    session.store.flush()
    assert target in session.timeline
    assert session.store.path(target).exists()
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.branch == session.branch
        again.rollback(target)


def test_that_both_branches_are_there_after_opening(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=10)
    key = session.checkpoint()
    session.run(steps=5)
    session.rollback(key)
    session.run(steps=7)
    session.continue_branch("main")
    session.run(steps=3)
    session.checkpoint(reason="close")
    expected = session.fingerprint()
    other = session.history.view().series("train_cost", "branch-2")[1].tolist()
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.branch == "main"
        assert again.fingerprint() == expected
        assert again.history.view().series("train_cost", "branch-2")[1].tolist() == other
        assert len(again.history["train_cost"][0]) == 18


@pytest.mark.parametrize(
    ("branch", "word"), [("main", "stands on main already"), ("branch-9", "there are main")]
)
def test_that_going_on_where_it_makes_no_sense_is_refused(branch, word, make_session):
    session = make_session()
    before = session.fingerprint()
    with pytest.raises(SessionError, match=word):
        session.continue_branch(branch)
    assert session.fingerprint() == before


def test_that_names_notes_and_pins_are_entries_and_last(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    key = session.checkpoint()
    nudge = session.nudge(learning_rate=0.002)
    session.add_note(nudge.id, "that was too much")
    session.add_note(nudge.id, "no, it was not")
    session.rename_branch("main", "  the  first try ")
    session.pin(key)
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.timeline.branches["main"].label == "the first try"
        assert again.timeline[key].pinned
        assert again.journal.about("note")[nudge.id].note == "no, it was not"
        again.rename_branch("main", "")
        again.pin(key, False)
        assert again.timeline.branches["main"].label == "main"
        assert not again.timeline[key].pinned


def test_that_two_branches_cannot_have_one_name(make_session):
    session = make_session()
    session.rollback(session.checkpoint())
    session.rename_branch("main", "best so far")
    with pytest.raises(SessionError, match="already"):
        session.rename_branch("branch-2", "best so far")
    with pytest.raises(SessionError, match="already"):
        session.rename_branch("branch-2", "main")
    with pytest.raises(SessionError, match="keep it within"):
        session.rename_branch("branch-2", "x" * 200)
    with pytest.raises(SessionError, match="no entry 999"):
        session.add_note(999, "to nothing")


def test_that_a_deleted_checkpoint_lies_in_the_trash_and_stays_away(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    gone = session.checkpoint("not needed")
    session.run(steps=5)
    session.checkpoint()
    session.delete(gone)
    session.store.flush()
    assert gone not in session.timeline
    assert (tmp_path / "s" / "trash" / f"{gone}.h5").exists()
    curve = session.history["train_cost"][1].tolist()
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert gone not in again.timeline
        assert again.history["train_cost"][1].tolist() == curve
        assert int(again.timeline.next_key()) > int(gone)


def test_that_what_something_else_needs_is_not_deleted(make_session):
    session = make_session()
    session.run(steps=5)
    fork = session.checkpoint()
    session.run(steps=5)
    session.rollback(fork)
    with pytest.raises(SessionError, match="branch-2 begins at"):
        session.delete(fork)
    start = session.timeline.checkpoints[0].key
    with pytest.raises(SessionError, match="holds the curves"):
        session.delete(start)
    session.run(steps=3)
    newest = session.checkpoint()
    with pytest.raises(SessionError, match="newest of this branch"):
        session.delete(newest)
    assert {fork, start, newest} <= {info.key for info in session.timeline.checkpoints}


def test_that_a_disk_limit_takes_automatic_ones_first_and_never_those_asked_for(
    make_session, tmp_path
):
    session = make_session(tmp_path / "s", hidden_layers=[200, 200], epochs=100)
    asked = []
    for number in range(12):
        session.run(steps=2)
        if number % 4 == 0:
            asked.append(session.checkpoint("mine"))
        else:
            session.checkpoint(reason="rule")
    kept = session.timeline.checkpoints[3].key
    session.pin(kept)
    before = session.keeper.disk_bytes
    assert before == sum(p.stat().st_size for p in (tmp_path / "s" / "checkpoints").iterdir())
    session.nudge(disk_limit=2)
    for _ in range(3):
        session.run(steps=2)
        session.checkpoint(reason="automatic")
    session.store.flush()
    there = {info.key for info in session.timeline.checkpoints}
    assert {*asked, kept} <= there
    rules = [i for i in session.timeline.checkpoints if i.reason == "rule"]
    assert len(rules) < 5
    files = {p.stem for p in (tmp_path / "s" / "checkpoints").iterdir()}
    assert files == there


def test_that_the_best_state_is_tried_again_after_a_full_disk(make_session, tmp_path, monkeypatch):
    from dllab.training import folder_store

    session = make_session(tmp_path / "s", evaluate_every=5)
    session.run(steps=20)
    assert session.watch.best_dev is not None

    def full(path, contents):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(folder_store, "write_checkpoint", full)
        session.checkpoint(reason="automatic", wait=False)
        session.store.flush()
        session.keeper.heed_news()
    assert "No space left" in session.keeper.not_saved
    assert not [i for i in session.timeline.checkpoints if i.reason == "best"]
    session.checkpoint(reason="automatic", wait=False)
    session.store.flush()
    session.keeper.heed_news()
    assert session.keeper.not_saved == ""
    (best,) = [i for i in session.timeline.checkpoints if i.reason == "best"]
    assert best.step == session.watch.best_dev.step


def test_that_early_stopping_says_so_when_the_best_weights_cannot_be_had(
    make_session, tmp_path, monkeypatch
):
    from dllab.training import folder_store

    session = make_session(
        tmp_path / "s", evaluate_every=5, patience=2, learning_rate=1e-6, epochs=1000
    )

    def full(path, contents):
        raise OSError(28, "No space left on device")

    session.run(steps=6)
    monkeypatch.setattr(folder_store, "write_checkpoint", full)
    for _ in range(200):
        session.watch.best_dev = session.watch.best_dev.__class__(5, 0.0, 0.0)
        if said := session.run(steps=5).removeprefix("done"):
            break
    assert "so these stay" in said
    assert session.step > 5


def test_that_the_ledger_says_which_epoch_a_best_state_is_of(make_session):
    session = make_session(evaluate_every=5)
    session.run(steps=40)
    session.checkpoint(reason="automatic")
    (entry,) = [e for e in session.journal if e.detail.get("reason") == "best"]
    info = session.timeline[entry.checkpoint]
    assert (entry.step, entry.epoch) == (info.step, round(info.epoch, 6))


def test_that_a_checkpoint_saved_as_a_file_is_the_session_of_that_moment(make_session, tmp_path):
    session = make_session(evaluate_every=5)
    session.run(steps=12)
    key = session.checkpoint("then")
    then = session.fingerprint()
    session.nudge(learning_rate=0.02)
    session.run(steps=9)
    session.rollback(key)
    session.run(steps=4)
    path = tmp_path / "then.h5"
    session.save_as(path, key)
    with Session.open(path) as opened:
        assert opened.fingerprint() == then
        assert opened.branch == "main"
        assert list(opened.timeline.branches) == ["main"]
        assert not [e for e in opened.journal if e.kind == "nudge"]
        assert len(opened.history["train_cost"][0]) == 12
        opened.run(steps=5)
        assert np.isfinite(opened.history["train_cost"][1]).all()
        assert len(opened.history["train_cost"][0]) == 17


def test_that_a_session_only_looked_at_refuses_every_change(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=10)
    key = session.checkpoint()
    session.run(steps=3)
    before = {p: p.read_bytes() for p in (tmp_path / "s").rglob("*") if p.is_file()}
    look = Session.open(tmp_path / "s", read_only=True)
    assert look.read_only
    assert look.step == 10
    assert look.evaluate("dev").m > 0
    for wish in (
        lambda: look.run(steps=1),
        lambda: look.nudge(learning_rate=0.5),
        lambda: look.checkpoint(),
        lambda: look.rollback(key),
        lambda: look.continue_branch("main"),
        lambda: look.add_note(1, "no"),
        lambda: look.rename_branch("main", "no"),
        lambda: look.pin(key),
        lambda: look.delete(key),
        lambda: look.evaluate("test"),
    ):
        with pytest.raises(SessionError, match=r"read-only|no set called"):
            wish()
    look.close()
    assert before == {p: p.read_bytes() for p in (tmp_path / "s").rglob("*") if p.is_file()}
    session.close()


def full(path, contents):
    raise OSError(28, "No space left on device")


def test_that_a_branch_whose_end_was_not_stored_goes_on_where_it_was(
    make_session, tmp_path, monkeypatch
):
    from dllab.training import folder_store

    session = make_session(tmp_path / "s", evaluate_every=5)
    session.run(steps=10)
    key = session.checkpoint()
    session.run(steps=20)
    with monkeypatch.context() as patch:
        patch.setattr(folder_store, "write_checkpoint", full)
        session.rollback(key)
        session.continue_branch("main")
    assert session.step == 10
    assert len(session.history["train_cost"][0]) == 10
    session.run(steps=4)
    assert len(session.history["train_cost"][0]) == 14
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.branch == "main"


def test_that_nothing_is_deleted_while_the_newer_one_is_not_stored(
    make_session, tmp_path, monkeypatch
):
    from dllab.training import folder_store

    session = make_session(tmp_path / "s")
    session.run(steps=5)
    key = session.checkpoint()
    session.run(steps=5)
    with monkeypatch.context() as patch:
        patch.setattr(folder_store, "write_checkpoint", full)
        session.checkpoint(wait=False)
        with pytest.raises(SessionError, match="newest of this branch"):
            session.delete(key)
    assert (tmp_path / "s" / "checkpoints" / f"{key}.h5").exists()


def test_that_an_archive_with_a_ring_of_branches_is_refused(make_session, tmp_path):
    from dataclasses import replace

    from dllab.checkpoint import read_checkpoint, write_checkpoint

    session = make_session()
    session.rollback(session.checkpoint())
    path = tmp_path / "ring.h5"
    session.save_as(path)
    contents = read_checkpoint(path)
    tree = contents.tree.replace('"parent": "main"', '"parent": "branch-2"')
    assert tree != contents.tree
    write_checkpoint(path, replace(contents, tree=tree))
    with pytest.raises(SessionError, match="that the journal has not"):
        Session.open(path)


@pytest.mark.parametrize("title", [None, 7, ["main"]])
def test_that_a_name_that_is_no_text_is_refused(title, make_session):
    with pytest.raises(SessionError, match="is a text"):
        make_session().rename_branch("main", title)


def test_that_no_two_branches_are_called_alike(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    key = session.checkpoint()
    session.rename_branch("main", "Branch-2")
    assert session.rollback(key) == "branch-3"
    for taken in ("main", "MAIN", "branch-2"):
        with pytest.raises(SessionError, match=r"is called .* already"):
            session.rename_branch("branch-3", taken)
    session.rename_branch("branch-3", "branch-4")
    assert session.rollback(key) == "branch-5"
    session.rename_branch("main", "")
    session.rename_branch("branch-3", "")
    assert session.rollback(key) == "branch-4"
    assert session.rollback(key) == "branch-6"
    shown = [branch.label for branch in session.timeline.branches.values()]
    assert len(set(shown)) == len(shown)
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.timeline.branches == session.timeline.branches
        assert again.rollback(key) == "branch-7"


def test_that_the_ledger_tells_of_a_deletion_before_the_file_goes(tmp_path, monkeypatch):
    with Session.create(Recipe.builtin("circles"), tmp_path / "run") as session:
        key = session.checkpoint("early")
        session.run(steps=3)
        session.checkpoint("late")
        told = []
        discard = session.store.discard

        def look_first(gone):
            session.store.flush()
            told.append('"delete"' in (tmp_path / "run" / "journal.jsonl").read_text("utf-8"))
            discard(gone)

        monkeypatch.setattr(session.store, "discard", look_first)
        session.delete(key)
    assert told == [True]
