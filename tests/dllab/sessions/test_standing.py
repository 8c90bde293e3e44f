"""How a session ended is known without opening it."""

from __future__ import annotations

import os

import pytest

from dllab import Session
from dllab.errors import SessionError
from dllab.sessions import Catalogue, state_of
from dllab.sessions.standing import holder_in_words
from dllab.training.lock import SessionLock, holder_of


def test_that_a_session_is_open_here_and_then_closed(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    assert state_of(tmp_path / "s") == "open here"
    assert holder_in_words(tmp_path / "s") == f"process {os.getpid()}"
    session.close()
    assert state_of(tmp_path / "s") == "closed"
    assert holder_in_words(tmp_path / "s") == ""
    assert (tmp_path / "s" / "session.lock").read_bytes() == b""


def test_that_another_process_is_seen_and_its_death_too(make_session, trainer, tmp_path):
    make_session(tmp_path / "s").close()
    other = trainer(tmp_path / "s")
    assert state_of(tmp_path / "s") == "open elsewhere"
    assert holder_in_words(tmp_path / "s") == f"process {other.process.pid}"
    other.kill()
    assert state_of(tmp_path / "s") == "ended badly"
    # Nobody has to do anything: the next one to open it holds it, and closes it well.
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == other.fingerprint
        assert state_of(tmp_path / "s") == "open here"
    assert state_of(tmp_path / "s") == "closed"


def test_that_asking_for_the_state_writes_nothing_and_holds_nothing(make_session, tmp_path):
    make_session(tmp_path / "s").close()
    lock = tmp_path / "s" / "session.lock"
    lock.write_text("pid 4194303\nsince yesterday\n")
    before = lock.stat()
    assert state_of(tmp_path / "s") == "ended badly"
    assert (lock.stat().st_mtime_ns, lock.read_text()[:4]) == (before.st_mtime_ns, "pid ")
    lock.unlink()
    assert state_of(tmp_path / "s") == "closed"
    assert not lock.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\0\0", b"pid " + b"9" * 999, b"pid -4\n", b"\n"])
def test_that_a_lock_file_of_nonsense_is_one_that_was_left(content, make_session, tmp_path):
    make_session(tmp_path / "s").close()
    (tmp_path / "s" / "session.lock").write_bytes(content)
    assert state_of(tmp_path / "s") == "ended badly"
    assert holder_of(tmp_path / "s")[1].pid == 0
    Session.open(tmp_path / "s").close()
    assert state_of(tmp_path / "s") == "closed"


def test_that_a_glance_at_the_lock_keeps_nobody_from_opening(make_session, tmp_path, monkeypatch):
    make_session(tmp_path / "s").close()
    glances = []

    def glance(_seconds: float) -> None:
        glances.append(os.close(glancing))

    if os.name == "nt":
        pytest.skip("asked by another call there")
    import fcntl

    from dllab.training import lock

    glancing = os.open(tmp_path / "s" / "session.lock", os.O_RDONLY)
    fcntl.flock(glancing, fcntl.LOCK_SH)
    monkeypatch.setattr(lock.time, "sleep", glance)
    Session.open(tmp_path / "s").close()
    assert glances == [None]


def test_that_a_lock_that_marks_nothing_leaves_the_words_of_the_dead(tmp_path):
    (tmp_path / "session.lock").write_text("pid 1\nhost elsewhere\n")
    lock = SessionLock(tmp_path, mark=False)
    with pytest.raises(SessionError, match="open in another window"):
        SessionLock(tmp_path)
    lock.release()
    lock.release()
    assert state_of(tmp_path) == "ended badly"


def test_that_the_catalogue_tells_how_each_session_stands_now(make_session, trainer, tmp_path):
    for name in ("closed", "dead"):
        make_session(tmp_path / name).close()
    other = trainer(tmp_path / "dead")
    catalogue = Catalogue(tmp_path)
    states = {s.folder.name: s.state for s in catalogue.each()}
    assert states == {"closed": "closed", "dead": "open elsewhere"}
    other.kill()
    # The files are as they were, so only the state is asked for again.
    states = {s.folder.name: s.state for s in catalogue.each()}
    assert states == {"closed": "closed", "dead": "ended badly"}
