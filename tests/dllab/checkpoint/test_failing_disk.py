"""A disk that fails: the old file stands, training goes on, and nobody is told "saved"."""

from __future__ import annotations

import contextlib
import errno
import os

import pytest

from dllab import DllabError, Session
from dllab.checkpoint import write_atomically
from dllab.errors import CheckpointError, SessionError
from dllab.training.store import FolderStore

CALLS = ("open", "write", "fsync", "replace")


class Disk:
    """Fails a system call on files whose name ends so, the first ``times`` times after ``skip``."""

    def __init__(self, monkeypatch):
        self.names = {}
        self.failing = {}
        self.real = {call: getattr(os, call) for call in CALLS}
        for call in CALLS:
            monkeypatch.setattr(os, call, getattr(self, call))

    def fail(self, call, ending, times=1, skip=0, half=False):
        self.failing[call] = [ending, times, skip, half]

    def _bad(self, call, name):
        ending, times, skip, _ = self.failing.get(call, ["", 0, 0, False])
        if times == 0 or not str(name).endswith(ending):
            return False
        if skip:
            self.failing[call][2] -= 1
            return False
        self.failing[call][1] -= 1
        return True

    def open(self, path, *rest, **more):
        if self._bad("open", path):
            raise OSError(errno.EACCES, "Permission denied")
        descriptor = self.real["open"](path, *rest, **more)
        self.names[descriptor] = str(path)
        return descriptor

    def write(self, descriptor, data):
        if self._bad("write", self.names.get(descriptor)):
            if self.failing["write"][3]:
                self.failing["write"][1] += 1
                self.failing["write"][3] = False
                return self.real["write"](descriptor, bytes(data)[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return self.real["write"](descriptor, data)

    def fsync(self, descriptor):
        if self._bad("fsync", self.names.get(descriptor)):
            raise OSError(errno.EIO, "Input/output error")
        return self.real["fsync"](descriptor)

    def replace(self, source, target):
        if self._bad("replace", source):
            raise OSError(errno.EPERM, "Operation not permitted")
        return self.real["replace"](source, target)


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


@pytest.mark.parametrize("half", [False, True], ids=["at once", "half-way"])
@pytest.mark.parametrize("call", CALLS)
def test_that_a_failed_write_leaves_the_old_file_and_no_partial_one(call, half, disk, tmp_path):
    path = tmp_path / "a.h5"
    write_atomically(path, b"old")
    disk.fail(call, ".partial", half=half and call == "write")
    with pytest.raises(OSError):
        write_atomically(path, b"new" * 1000)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.h5"]
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"


def test_that_short_writes_are_gone_on_with(disk, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "write", lambda fd, data: disk.real["write"](fd, bytes(data)[:7]))
    data = bytes(range(256)) * 3
    write_atomically(tmp_path / "a", data)
    assert (tmp_path / "a").read_bytes() == data


@pytest.mark.parametrize("call", CALLS)
def test_that_a_failed_checkpoint_is_told_and_loses_nothing(call, disk, make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=10)
    first = session.checkpoint("good")
    disk.fail(call, ".partial")
    session.run(steps=10)
    with pytest.raises(SessionError, match="Cannot write") as caught:
        session.checkpoint("bad")
    assert "Training goes on" in str(caught.value)
    assert session.keeper.not_saved == str(caught.value)
    assert session.timeline.checkpoints[-1].key == first
    assert session.run(steps=10) == "done"
    last = session.checkpoint("good again")
    assert session.keeper.not_saved == ""
    assert session.timeline[last].saved
    fingerprint, curve = session.fingerprint(), session.history["train_cost"]
    session.close()
    assert not [name for name in os.listdir(tmp_path / "s" / "checkpoints") if "partial" in name]
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == fingerprint
        for one, other in zip(curve, again.history["train_cost"], strict=True):
            assert (one == other).all()


@pytest.mark.parametrize("half", [False, True], ids=["at once", "half-way"])
@pytest.mark.parametrize("call", ["open", "write", "fsync"])
@pytest.mark.parametrize("times", [1, 3])
def test_that_journal_lines_that_failed_are_written_later(
    call, half, times, disk, make_session, tmp_path
):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    session.checkpoint()
    disk.fail(call, "journal.jsonl", times=times, half=half and call == "write")
    for alpha in (0.1, 0.2, 0.3, 0.4, 0.5):
        session.nudge(learning_rate=alpha, note="kept")
        session.run(steps=1)
    session.checkpoint()
    assert session.keeper.not_saved == ""
    entries = session.journal.entries
    session.close()
    lines = (tmp_path / "s" / "journal.jsonl").read_bytes().splitlines()
    assert len(lines) == len(set(lines)) == len(entries)
    with Session.open(tmp_path / "s") as again:
        assert again.journal.entries[: len(entries)] == entries
        assert again.hyperparameters["learning_rate"] == 0.5


def test_that_a_journal_that_cannot_be_written_is_never_called_saved(disk, make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    disk.fail("write", "journal.jsonl", times=10**6)
    session.nudge(learning_rate=0.5)
    session.run(steps=5)
    with contextlib.suppress(SessionError):
        session.checkpoint()
    assert "journal" in session.keeper.not_saved
    disk.failing.clear()
    session.checkpoint()
    assert session.keeper.not_saved == ""


def test_that_a_checkpoint_that_cannot_be_deleted_stops_no_later_write(
    make_session, tmp_path, monkeypatch
):
    session = make_session(tmp_path / "s")
    real = os.unlink
    monkeypatch.setattr(os, "unlink", lambda *a, **k: (_ for _ in ()).throw(PermissionError()))
    for _ in range(4):
        session.run(steps=1)
        session.checkpoint(reason="automatic")
    monkeypatch.setattr(os, "unlink", real)
    key = session.checkpoint()
    assert session.timeline[key].saved


def test_that_a_failed_save_as_leaves_the_old_file(disk, make_session, tmp_path):
    session = make_session()
    path = tmp_path / "a.h5"
    session.save_as(path)
    old = path.read_bytes()
    session.run(steps=3)
    for call in CALLS:
        disk.fail(call, ".partial")
        with pytest.raises(CheckpointError, match="Cannot write"):
            session.save_as(path)
        assert path.read_bytes() == old
        assert os.listdir(tmp_path) == ["a.h5"]
    with pytest.raises(CheckpointError, match="Cannot write"):
        session.save_as(tmp_path / "no" / "such" / "folder.h5")
    with pytest.raises(CheckpointError, match="Cannot write"):
        session.save_as(tmp_path)


DISK_FULL = """
import resource, sys
from dllab import Recipe, Session, DllabError
folder = sys.argv[1]
recipe = Recipe("full", "spiral", {"hidden_layers": [32, 32], "evaluate_every": 50})
session = Session.create(recipe, folder)
session.run(steps=100)
session.checkpoint("before")
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
try:
    session.checkpoint("on the full disk")
except DllabError as error:
    print("told:", error)
print("went on:", session.run(steps=100))
session.nudge(learning_rate=0.5, note="x" * 4000)
session.run(steps=100)
if "more room" in sys.argv:
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    session.checkpoint("there is room again")
    print("not saved:", repr(session.keeper.not_saved))
print("step:", session.step, session.fingerprint())
try:
    session.close()
except DllabError as error:
    print("closing told:", error)
"""


@pytest.mark.parametrize("room", ["stays full", "more room"])
def test_that_a_full_disk_loses_nothing_that_was_saved(room, run_python, tmp_path):
    pytest.importorskip("resource")
    done = run_python(DISK_FULL, tmp_path / "s", room)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told, went_on, *rest = done.stdout.splitlines()
    assert told.startswith("told: Cannot write")
    assert "File too large" in told
    assert went_on == "went on: done"
    with Session.open(tmp_path / "s") as session:
        assert session.notices == []
        assert "before" in [info.note for info in session.timeline.checkpoints]
        if room == "more room":
            assert rest[0] == "not saved: ''"
            assert rest[1] == f"step: 300 {session.fingerprint()}"
            assert len(session.history["train_cost"][1]) == 300
            assert "closing told" not in done.stdout
        else:
            assert session.step == 100
            assert "closing told: Cannot write journal.jsonl" in done.stdout


@pytest.mark.parametrize("below", ["folder", "folder/deeper"])
def test_that_a_folder_that_cannot_be_made_is_refused(below, make_recipe, tmp_path):
    (tmp_path / "file").write_text("here I am")
    with pytest.raises(SessionError, match=r"Cannot write a session into .*file"):
        Session.create(make_recipe(), tmp_path / "file" / below)
    assert os.listdir(tmp_path) == ["file"]


def test_that_a_folder_in_use_is_refused_and_left_alone(make_recipe, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    for place in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(SessionError, match="exists already"):
            Session.create(make_recipe(), place)
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_that_a_folder_that_was_empty_is_left_empty_when_creating_fails(
    disk, make_recipe, tmp_path
):
    disk.fail("write", ".partial")
    with pytest.raises(SessionError, match="Cannot write a session"):
        Session.create(make_recipe(), tmp_path)
    assert os.listdir(tmp_path) == []
    Session.create(make_recipe(), tmp_path).close()


def test_that_a_session_that_cannot_be_locked_for_writing_is_refused(disk, make_session, tmp_path):
    make_session(tmp_path / "s").close()
    disk.fail("open", "session.lock")
    with pytest.raises(DllabError, match="Cannot write into"):
        Session.open(tmp_path / "s")
    Session.open(tmp_path / "s").close()


def test_that_a_store_can_be_closed_twice(tmp_path):
    store = FolderStore(tmp_path)
    store.close()
    store.close()
    store.flush()
