"""A process may die at any moment, while it recovers from the last death too."""

from __future__ import annotations

import os
import shutil

import pytest

from dllab import Session
from dllab.sessions import state_of, summary_of
from other_process import TRAIN

# One child after the other dies just before, or just after, its n-th write, rename or deletion.
DYING = """
import os, sys
from pathlib import Path
from dllab import Session
from dllab.sessions import state_of, summary_of

def die_at(moment):
    left = [moment]
    def count():
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)
    def dying(act):
        def acted(*arguments, **options):
            count()
            result = act(*arguments, **options)
            count()
            return result
        return acted
    for name in ("write", "fsync", "replace", "rename", "unlink", "ftruncate"):
        setattr(os, name, dying(getattr(os, name)))
    session = Session.open(sys.argv[1])
    session.store.flush()
    os._exit(0)

folder, moment, code = Path(sys.argv[1]), 0, 9
while code == 9:
    moment += 1
    child = os.fork()
    if not child:
        die_at(moment)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(code, state_of(folder), repr(summary_of(folder).problem), sep=",")
"""


@pytest.fixture
def killed(dead_session, tmp_path):
    """A session that was killed some steps after its last nudge; and where it was then."""
    shutil.copytree(dead_session[0], tmp_path / "s")
    # What it might have been writing at that moment.
    (tmp_path / "s" / "checkpoints" / ".000099.h5.77.partial").write_bytes(b"half")
    with open(tmp_path / "s" / "journal.jsonl", "ab") as file:
        file.write(b'{"id": 99, "kind": "nud')
    return tmp_path / "s", dead_session[1]


def test_that_recovery_may_be_killed_at_every_write(killed, run_python):
    folder, fingerprint = killed
    done = run_python(DYING, folder)
    assert done.stderr == ""
    deaths = done.stdout.splitlines()
    assert set(deaths[:-1]) == {"9,ended badly,''"}
    assert deaths[-1] == "0,ended badly,''"
    assert len(deaths) > 10
    with Session.open(folder) as session:
        assert session.fingerprint() == fingerprint
        assert session.notices == []
        assert [e.note for e in session.journal if e.kind == "nudge"] == ["the last word"]


def test_that_a_session_recovered_again_and_again_keeps_its_nudges(killed, tmp_path):
    folder, fingerprint = killed
    for number in range(3):
        with Session.open(folder) as session:
            assert session.fingerprint() == fingerprint
            session.store.flush()
            # What the disk would hold if it died here once more.
            folder = shutil.copytree(folder, tmp_path / str(number))
        assert state_of(folder) == "ended badly"
    assert summary_of(folder).later_knobs == 1


def test_that_looking_at_a_session_writes_nothing_at_all(killed):
    folder, fingerprint = killed

    def content():
        return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    before = content()
    times = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    with Session.open(folder, read_only=True) as session:
        assert session.fingerprint() == fingerprint
        assert state_of(folder) == "ended badly"
    assert content() == before
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == times


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_that_two_may_look_while_one_trains_and_see_what_is_stored(make_session, trainer, tmp_path):
    make_session(tmp_path / "s").close()
    other = trainer(tmp_path / "s", TRAIN)
    first = Session.open(tmp_path / "s", read_only=True)
    second = Session.open(tmp_path / "s", read_only=True)
    assert first.fingerprint() == second.fingerprint() == other.fingerprint
    first.close()
    second.close()
    assert state_of(tmp_path / "s") == "open elsewhere"
