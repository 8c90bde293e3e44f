"""A copy of a session stands where the first one does, to the bit."""

from __future__ import annotations

import os
import shutil

import pytest

from dllab import Session
from dllab.errors import SessionError
from dllab.sessions import archive, duplicate, summary_of, title_of
from dllab.sessions import duplicate as package_level


def test_that_a_copy_of_a_closed_session_is_exact_and_goes_its_own_way(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=60)
    key = session.checkpoint("kept")
    session.run(steps=30)
    session.rollback(key, note="once more")
    session.nudge(learning_rate=0.02)
    session.close()
    (tmp_path / "s" / "window.png").write_bytes(b"a picture")
    copy = duplicate(tmp_path / "s", tmp_path / "copy")
    assert title_of(copy) == "test (copy)"
    assert sorted(os.listdir(copy)) == ["checkpoints", "journal.jsonl", "session.toml", "title.txt"]
    assert sorted(os.listdir(tmp_path)) == ["copy", "s"]
    with Session.open(tmp_path / "s") as first, Session.open(copy) as second:
        assert first.fingerprint() == second.fingerprint()
        assert second.timeline.branches == first.timeline.branches
        second.run(steps=10)
        first.run(steps=10)
        assert first.fingerprint() == second.fingerprint()


SAVING = """
import sys
from dllab import Session
session = Session.open(sys.argv[1])
print("open", flush=True)
key = ""
while True:
    session.run(steps=1)
    session.checkpoint(reason="automatic", wait=False)
    session.store.flush()
    if session.step % 5 == 0:
        session.nudge(learning_rate=0.01 if session.step % 10 else 0.02)
    if session.step % 20 == 0:
        session.rollback(key or session.checkpoint("back to here"))
    key = key or session.checkpoint("back to here")
"""


def test_that_a_copy_of_a_running_session_opens_and_is_exact(make_session, trainer, tmp_path):
    make_session(tmp_path / "s").close()
    trainer(tmp_path / "s", SAVING)
    for number in range(4):
        copy = duplicate(tmp_path / "s", tmp_path / f"copy-{number}")
        with Session.open(copy) as again:
            assert again.notices == []
            journal = again.journal.entries
            expected = again.fingerprint()
            step, branch = again.step, again.branch
        # The weights are those of a run that makes the same steps by itself.
        alone = make_session()
        replayed(alone, journal, branch, step)
        assert alone.fingerprint() == expected


def replayed(session, journal, branch, step):
    """Do what the journal says happened on the way to a step of a branch."""
    forks = {e.branch: e for e in journal if e.kind == "rollback"}
    chain = [branch]
    while chain[0] in forks:
        chain.insert(0, forks[chain[0]].detail["parent_branch"])
    for here, after in zip(chain, [*chain[1:], ""], strict=True):
        limit = forks[after].step - 1 if after else step
        for entry in journal:
            if entry.kind == "nudge" and entry.branch == here and entry.step <= limit + (not after):
                session.run(steps=entry.step - 1 - session.step)
                session.nudge({knob: new for knob, (_, new) in entry.changes.items()})
        session.run(steps=limit - session.step)


def test_that_a_copy_of_a_killed_session_goes_on_where_it_would(dead_session, tmp_path):
    dead, fingerprint = dead_session
    shutil.copytree(dead, tmp_path / "s")
    with open(tmp_path / "s" / "journal.jsonl", "ab") as file:
        file.write(b'{"id": 99, "kind": "nud')
    copy = duplicate(tmp_path / "s", tmp_path / "copy")
    assert summary_of(copy).state == "closed"
    whole = (dead / "journal.jsonl").read_bytes()
    assert (copy / "journal.jsonl").read_bytes() == whole
    with Session.open(copy) as again:
        assert again.fingerprint() == fingerprint


def test_that_a_checkpoint_that_vanishes_meanwhile_is_tried_again(
    make_session, tmp_path, monkeypatch
):
    session = make_session(tmp_path / "s")
    session.run(steps=20)
    first = session.checkpoint()
    session.close()
    import importlib

    module = importlib.import_module("dllab.sessions.duplicate")
    copy_file, gone = module.copy_file, []

    def thinned(source, target):
        if source.stem == first and not gone:
            gone.append(source)
            raise FileNotFoundError(2, "gone", str(source))
        copy_file(source, target)

    monkeypatch.setattr(module, "copy_file", thinned)
    copy = package_level(tmp_path / "s", tmp_path / "copy")
    assert gone
    with Session.open(copy) as again:
        assert again.step == 20


def test_that_a_folder_among_the_checkpoints_does_not_keep_a_session_from_being_copied(
    make_session, tmp_path
):
    with make_session(tmp_path / "s") as session:
        session.run(steps=5)
        session.checkpoint()
    (tmp_path / "s" / "checkpoints" / "000009.h5").mkdir()
    copy = duplicate(tmp_path / "s", tmp_path / "copy")
    with Session.open(tmp_path / "s") as one, Session.open(copy) as other:
        assert one.fingerprint() == other.fingerprint()
        assert "000009.h5" in " ".join(one.notices)
        assert other.notices == []


def test_that_a_copy_that_cannot_be_made_leaves_nothing(make_session, tmp_path, monkeypatch):
    session = make_session(tmp_path / "s")
    session.close()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("years of work")
    with pytest.raises(SessionError, match="Something lies there"):
        duplicate(tmp_path / "s", tmp_path / "taken")
    with pytest.raises(SessionError, match=r"no session\.toml"):
        duplicate(tmp_path / "nothing", tmp_path / "copy")
    for path in (tmp_path / "s" / "checkpoints").glob("*.h5"):
        path.write_bytes(b"damaged")
    with pytest.raises(SessionError, match="no readable checkpoint"):
        duplicate(tmp_path / "s", tmp_path / "copy")
    assert sorted(os.listdir(tmp_path)) == ["s", "taken"]
    assert os.listdir(tmp_path / "taken") == ["thesis.txt"]


def test_that_half_a_copy_of_a_dead_process_is_cleared_away(make_session, tmp_path):
    make_session(tmp_path / "s").close()
    dead, living = tmp_path / ".x.4194303.partial", tmp_path / f".x.{os.getppid()}.partial"
    for path in (dead, living):
        path.mkdir()
        (path / "half").write_text("x")
    duplicate(tmp_path / "s", tmp_path / "copy")
    assert not dead.exists()
    assert (living / "half").exists()


def test_that_an_archive_is_the_session_and_opens_on_a_fresh_profile(
    make_session, trainer, tmp_path, monkeypatch
):
    make_session(tmp_path / "s").close()
    other = trainer(tmp_path / "s")
    # It is only read, so it may be open elsewhere.
    (tmp_path / "mail").mkdir()
    file = archive(tmp_path / "s", tmp_path / "mail" / "run")
    assert file == tmp_path / "mail" / "run.h5"
    other.kill()
    monkeypatch.setenv("DLLAB_SESSIONS", str(tmp_path / "fresh"))
    with Session.open(file, tmp_path / "fresh" / "unpacked") as again:
        assert again.fingerprint() == other.fingerprint
        assert "the last word" in [entry.note for entry in again.journal]
    with pytest.raises(SessionError, match="own folder"):
        archive(tmp_path / "s", tmp_path / "s" / "checkpoints" / "all.h5")
