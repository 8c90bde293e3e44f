"""A journal that is damaged, cut, empty or gone: told in words, and the tree can be had again."""

from __future__ import annotations

import pytest

from dllab import Session
from dllab.errors import SessionError
from dllab.sessions import summary_of


@pytest.fixture
def steered(make_session, tmp_path):
    """Three branches, one of them from another one; stands on the first; closed."""
    session = make_session(tmp_path / "s", evaluate_every=5)
    session.run(steps=10)
    key = session.checkpoint("fork")
    session.nudge(learning_rate=0.05)
    session.run(steps=10)
    session.rollback(key)
    session.run(steps=7)
    deeper = session.checkpoint("deeper")
    session.rollback(deeper, keep_hyperparameters=True, changes={"beta": 0.7})
    session.run(steps=6)
    session.checkpoint("on the third")
    session.continue_branch("main")
    session.run(steps=5)
    session.checkpoint(reason="automatic")
    session.checkpoint(reason="close")
    session.close()
    return session


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def lines_of(folder):
    return (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)


def assert_same_tree(again, session):
    for name, branch in session.timeline.branches.items():
        assert again.timeline.branches[name] == branch
    assert {c.key: c.branch for c in again.timeline.checkpoints} == {
        c.key: c.branch for c in session.timeline.checkpoints
    }
    for branch in session.timeline.branches:
        for one, other in zip(
            again.history.view().series("train_cost", branch),
            session.history.view().series("train_cost", branch),
            strict=True,
        ):
            assert one.tolist() == other.tolist()


@pytest.mark.parametrize("how", ["missing", "empty", "blank"])
def test_that_without_its_journal_a_session_opens_with_all_its_branches(how, steered):
    folder = steered.folder
    path = folder / "journal.jsonl"
    path.unlink() if how == "missing" else path.write_bytes(b"\n\n" if how == "blank" else b"")
    before = contents(folder)
    with Session.open(folder, read_only=True) as look:
        assert_same_tree(look, steered)
        assert look.fingerprint() == steered.fingerprint()
    assert contents(folder) == before
    assert summary_of(folder).problem == ""
    for number in range(3):
        with Session.open(folder) as again:
            assert_same_tree(again, steered)
            assert again.fingerprint() == steered.fingerprint()
            assert [e.id for e in again.journal] == list(range(1, len(again.journal) + 1))
            if number:
                assert again.notices == []
            else:
                (notice,) = again.notices
                assert "missing or empty" in notice
                assert "branches branch-2, branch-3" in notice
                assert "are lost" in notice
    with Session.open(folder) as again:
        again.continue_branch("branch-3")
        assert again.rollback(min(c.key for c in again.timeline.checkpoints)) == "branch-4"


def test_that_a_journal_cut_anywhere_opens_at_the_last_checkpoint(steered):
    folder = steered.folder
    path, whole = folder / "journal.jsonl", lines_of(folder)
    for kept in range(1, len(whole), 3):
        path.write_bytes(b"".join(whole[:kept]) + whole[kept][:5])
        with Session.open(folder) as again:
            assert_same_tree(again, steered)
            assert again.fingerprint() == steered.fingerprint()
            lost = sum(b'"kind":"checkpoint"' in line for line in whole[kept:])
            assert len(again.notices) == (lost > 1)
            if lost > 1:
                assert "lacks its last lines" in again.notices[0]


def test_that_a_damaged_line_in_the_middle_is_told_and_the_way_out_leads_out(steered):
    folder = steered.folder
    path, whole = folder / "journal.jsonl", lines_of(folder)
    path.write_bytes(b"".join([*whole[:4], b"\x00garbage{\n", *whole[5:]]))
    before = contents(folder)
    for read_only in (True, False):
        with pytest.raises(SessionError, match=r"Line 5 .*Nothing was changed.*journal\.damaged"):
            Session.open(folder, read_only=read_only)
        left = contents(folder)
        assert {name: left[name] for name in before if name != "session.lock"} == {
            name: before[name] for name in before if name != "session.lock"
        }
    path.rename(folder / "journal.damaged")
    with Session.open(folder) as again:
        assert_same_tree(again, steered)
        assert again.fingerprint() == steered.fingerprint()
    # From a copy that turns up later the session opens as it was.
    path.write_bytes(b"".join(whole))
    with Session.open(folder) as again:
        assert [e for e in again.journal if e.kind == "nudge"]
        assert again.notices == []


def test_that_a_journal_that_cannot_be_read_is_told(steered):
    path = steered.folder / "journal.jsonl"
    path.unlink()
    path.mkdir()
    for read_only in (True, False):
        with pytest.raises(SessionError, match="Cannot read the journal"):
            Session.open(steered.folder, read_only=read_only)
    assert "Cannot read" in summary_of(steered.folder).problem


def test_that_a_branch_nobody_tells_the_beginning_of_is_refused(steered):
    folder = steered.folder
    (folder / "journal.jsonl").unlink()
    for info in steered.timeline.checkpoints:
        if info.branch == "branch-2":
            (folder / "checkpoints" / f"{info.key}.h5").unlink()
    before = contents(folder)
    with pytest.raises(SessionError, match="where branch-2 began"):
        Session.open(folder, read_only=True)
    assert contents(folder) == before


@pytest.mark.parametrize("standing", ["main", "branch-2", "branch-3"])
@pytest.mark.parametrize("more", [False, True])
def test_that_an_unpacked_session_opens_with_all_branches_without_its_journal(
    standing, more, steered, tmp_path
):
    with Session.open(steered.folder) as again:
        if again.branch != standing:
            again.continue_branch(standing)
        again.run(steps=3)
        again.save_as(tmp_path / "mail.h5")
    folder = tmp_path / "unpacked"
    with Session.open(tmp_path / "mail.h5", folder) as unpacked:
        if more:
            unpacked.run(steps=5)
            unpacked.checkpoint()
    whole = lines_of(folder)
    for kept in range(0, len(whole), 4):
        (folder / "journal.jsonl").write_bytes(b"".join(whole[:kept]))
        with Session.open(folder) as found:
            assert found.fingerprint() == unpacked.fingerprint()
            for name, branch in unpacked.timeline.branches.items():
                same = found.timeline.branches[name]
                assert (same.parent, same.fork_step) == (branch.parent, branch.fork_step)
                for one, other in zip(
                    found.history.view().series("train_cost", name),
                    unpacked.history.view().series("train_cost", name),
                    strict=True,
                ):
                    assert one.tobytes() == other.tobytes()
