"""A session that saves itself when it rests, and again once the disk lets it."""

from __future__ import annotations

import errno
import os
import shutil

import numpy as np
import pytest

from dllab import Session
from dllab.training import autosave
from dllab.training.autosave import Autosave


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(autosave, "time", clock)
    return clock


class FullDisk:
    """Refuses to write files whose names end in one of ``endings``, while there are any."""

    def __init__(self, monkeypatch):
        self.endings = ()
        self._names = {}
        self._open, self._write = os.open, os.write
        monkeypatch.setattr(os, "open", self._remember)
        monkeypatch.setattr(os, "write", self._refuse)

    def _remember(self, path, *rest, **more):
        descriptor = self._open(path, *rest, **more)
        self._names[descriptor] = str(path)
        return descriptor

    def _refuse(self, descriptor, data):
        if self.endings and self._names.get(descriptor, "").endswith(self.endings):
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._write(descriptor, data)


@pytest.fixture
def disk(monkeypatch):
    return FullDisk(monkeypatch)


def rest(session, saver, clock, seconds=3.0):
    """What the worker does while nothing is to be done, for so many seconds."""
    for _ in range(round(2 * seconds)):
        saver.at_rest()
        session.store.flush()
        session.keeper.heed_news()
        clock.now += 0.5


def reasons(session):
    return [info.reason for info in session.timeline.checkpoints]


def test_that_what_was_trained_before_a_rest_is_saved_once(make_session, tmp_path, clock):
    session = make_session(tmp_path / "s")
    saver = Autosave(session)
    session.run(steps=10)
    rest(session, saver, clock, seconds=2)
    assert reasons(session) == ["start"]
    rest(session, saver, clock, seconds=100)
    assert reasons(session) == ["start", "automatic"]
    assert session.timeline.checkpoints[-1].step == 10
    assert session.keeper.saved_step == 10


def test_that_every_rest_begins_anew(make_session, tmp_path, clock):
    session = make_session(tmp_path / "s")
    saver = Autosave(session)
    for _ in range(6):
        saver.went_on()
        session.run(steps=1)
        rest(session, saver, clock, seconds=1.5)
    assert reasons(session) == ["start"]
    rest(session, saver, clock)
    assert reasons(session) == ["start", "automatic"]


@pytest.mark.parametrize("way", ["rolled back", "read", "continued", "nudged"])
def test_that_a_state_that_is_stored_is_not_stored_again(way, make_session, tmp_path, clock):
    session = make_session(tmp_path / "s")
    session.run(steps=10)
    key = session.checkpoint("here")
    match way:
        case "rolled back":
            session.run(steps=5)
            session.rollback(key)
        case "continued":
            session.rollback(key)
            session.run(steps=5)
            session.continue_branch("main")
        case "nudged":
            session.nudge(beta=0.5)
        case "read":
            session.evaluate("dev")
    before = reasons(session)
    rest(session, Autosave(session), clock)
    assert reasons(session) == before


def test_that_memory_and_a_folder_that_is_only_looked_at_are_left_alone(
    make_session, tmp_path, clock
):
    session = make_session()
    session.run(steps=10)
    rest(session, Autosave(session), clock)
    assert reasons(session) == ["start"]
    with make_session(tmp_path / "s") as written:
        written.run(steps=10)
        written.checkpoint()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    with Session.open(tmp_path / "s", read_only=True) as reader:
        rest(reader, Autosave(reader), clock)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}


def test_that_parameters_that_are_not_finite_are_not_saved(make_session, tmp_path, clock):
    session = make_session(tmp_path / "s")
    session.run(steps=10)
    session.network.theta[0] = np.nan
    rest(session, Autosave(session), clock)
    assert reasons(session) == ["start"]


def test_that_saving_at_rest_changes_no_bit_of_what_follows(make_session, tmp_path, clock):
    alone, saved = make_session(keep_prob=0.8), make_session(tmp_path / "s", keep_prob=0.8)
    for session in (alone, saved):
        session.run(steps=10)
    rest(saved, Autosave(saved), clock)
    for session in (alone, saved):
        session.nudge(optimizer="momentum")
        session.nudge(mini_batch_size=8)
    rest(saved, Autosave(saved), clock)
    killed = tmp_path / "killed"
    saved.store.flush()
    shutil.copytree(tmp_path / "s", killed)
    with Session.open(killed) as recovered:
        fingerprints = set()
        for session in (alone, saved, recovered):
            session.run(steps=30)
            fingerprints.add(session.fingerprint())
    assert len(fingerprints) == 1


@pytest.mark.parametrize("ending", [".partial", "journal.jsonl"])
def test_that_not_saved_is_taken_back_by_itself_once_it_is_saved(
    ending, make_session, tmp_path, clock, disk
):
    session = make_session(tmp_path / "s")
    saver = Autosave(session)
    session.run(steps=10)
    disk.endings = (ending,)
    rest(session, saver, clock, seconds=30)
    assert "No space left" in session.keeper.not_saved
    disk.endings = ()
    rest(session, saver, clock, seconds=autosave.LONGEST_RETRY_SECONDS + 1)
    assert session.keeper.not_saved == ""
    with Session.open(tmp_path / "s", read_only=True) as again:
        assert again.fingerprint() == session.fingerprint()
        entries = session.journal.entries
        assert again.journal.entries[: len(entries)] == entries


def test_that_a_disk_that_refuses_is_tried_more_and_more_seldom(
    make_session, tmp_path, clock, disk
):
    session = make_session(tmp_path / "s")
    saver = Autosave(session)
    session.run(steps=10)
    disk.endings = (".partial",)
    tried, real = [], session.checkpoint

    def checkpoint(**how):
        tried.append(clock.now)
        return real(**how)

    session.checkpoint = checkpoint
    rest(session, saver, clock, seconds=300)
    gaps = np.diff(tried)
    assert gaps[0] == autosave.RETRY_SECONDS
    assert (np.diff(gaps) >= 0).all()
    assert gaps[-1] == autosave.LONGEST_RETRY_SECONDS
    assert session.keeper.not_saved
    disk.endings = ()
    rest(session, saver, clock, seconds=autosave.LONGEST_RETRY_SECONDS)
    assert session.keeper.not_saved == ""
    count = len(tried)
    rest(session, saver, clock, seconds=100)
    assert len(tried) == count


def test_that_a_failed_save_is_tried_again_soon_while_training(make_session, tmp_path, clock, disk):
    session = make_session(tmp_path / "s", autosave_seconds=3600)
    saver = Autosave(session)
    session.run(steps=10)
    disk.endings = (".partial",)
    session.checkpoint(wait=False)
    session.store.flush()
    session.keeper.heed_news()
    assert not saver.is_due()
    clock.now += autosave.RETRY_SECONDS + 0.1
    assert saver.is_due()
    saver.in_training()
    assert not saver.is_due()


def test_that_lines_of_the_journal_that_got_there_late_take_not_saved_back(
    make_session, tmp_path, disk
):
    session = make_session(tmp_path / "s")
    disk.endings = ("journal.jsonl",)
    session.checkpoint("its line is refused", wait=False)
    session.store.flush()
    session.keeper.heed_news()
    assert "journal" in session.keeper.not_saved
    disk.endings = ()
    session.store.flush()
    session.keeper.heed_news()
    assert session.keeper.not_saved == ""


def test_that_written_lines_do_not_call_a_lost_checkpoint_saved(make_session, tmp_path, disk):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    disk.endings = (".partial", "journal.jsonl")
    session.checkpoint("lost", wait=False)
    session.store.flush()
    session.keeper.heed_news()
    disk.endings = (".partial",)
    session.store.flush()
    session.keeper.heed_news()
    assert session.store.journal_is_written
    assert "No space left" in session.keeper.not_saved


def test_that_an_old_file_that_cannot_be_deleted_is_not_called_not_saved(
    make_session, tmp_path, monkeypatch
):
    def refuse(*args, **more):
        raise PermissionError(errno.EACCES, "Permission denied")

    session = make_session(tmp_path / "s")
    monkeypatch.setattr(os, "unlink", refuse)
    for _ in range(4):
        session.run(steps=1)
        session.checkpoint(reason="automatic")
    session.store.flush()
    session.keeper.heed_news()
    assert session.keeper.not_saved == ""
