"""Promise 3: never a false "saved".

One sitting is lived again and again on a disk that fails at another place each time: at each call
of the writer, once or from there on, or full after some bytes. Whenever the session says that all
is saved, the disk is read and must hold it; training must come to the same bits as on a good disk;
what was saved before must open; and once the disk is good again, everything must get there.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from dllab import Recipe, Session
from dllab.checkpoint import read_checkpoint, write_atomically
from dllab.training import commands as c
from dllab.training.journal import Journal, append_lines, read_journal
from soak import subjects
from soak.faults import REASONS, Faults, disk_with
from soak.running import Running

PROMISE = 3
TITLE = "Never a false “saved”: a failure at each open, write, fsync, rename; a full disk"
FULL, QUICK = 1_000, 2
CHUNK = 100

_RECIPE_SEED = 7
_BYTES = 3_000


class Sitting:
    """One sitting, in parts between which the disk may change."""

    def __init__(self, folder: Path) -> None:
        rng = random.Random(_RECIPE_SEED)
        self.recipe: Recipe = subjects.recipe(rng)
        self.turns = [{"learning_rate": alpha} for alpha in (0.004, 0.006, 0.008)]
        self.session = Session.create(self.recipe, folder)
        self.made: dict[str, str] = {}
        self.first = ""
        self._read: set[tuple[str, int, int]] = set()

    def before(self) -> None:
        """What is there before anything fails."""
        self.session.run(steps=40)
        self.session.nudge(self.turns[0])
        self.session.run(steps=40)
        self.first = self.session.checkpoint("the first")
        self.made[self.first] = self.session.fingerprint()

    def during(self) -> Iterator[str]:
        """What happens while the disk fails; after each part there is a look."""
        session = self.session
        session.run(steps=30)
        session.nudge(self.turns[1])
        yield "a nudge"
        session.run(steps=30)
        key = session.checkpoint("the second", wait=False)
        self.made[key] = session.fingerprint()
        yield "a checkpoint"
        session.run(steps=30)
        session.rollback(self.first)
        yield "a rollback"
        session.nudge(self.turns[2])
        session.run(steps=30)
        yield "another nudge"

    def after(self) -> None:
        """What is done when the disk is good again."""
        self.session.run(steps=10)
        key = self.session.checkpoint("the last")
        self.made[key] = self.session.fingerprint()

    def listen(self) -> None:
        """Wait for the writer and hear what it has to tell."""
        self.session.store.flush()
        for written in self.session.keeper.heed_news():
            if not written.error and written.path is not None:
                there = written.path.exists() or written.key not in self.session.timeline
                assert there, f"told that {written.key} is saved, and it is not there"

    def check_saying(self) -> bool:
        """If the session says that all is saved, it must be; whether it says so."""
        session = self.session
        if session.keeper.not_saved:
            return False
        folder = session.folder
        assert folder is not None
        stored = {entry.id for entry in read_journal(folder / "journal.jsonl")}
        missing = [entry.id for entry in session.journal if entry.id not in stored]
        assert not missing, f"said to be saved, and entries {missing} are not on the disk"
        for info in session.timeline.checkpoints:
            assert info.saved, f"said to be saved, and checkpoint {info.key} is not"
            path = folder / "checkpoints" / f"{info.key}.h5"
            assert path.exists(), f"said to be saved, and there is no {path.name}"
            # A checkpoint is never written again: one that was read needs no second look.
            if info.key in self.made and _identity(path) not in self._read:
                self._read.add(_identity(path))
                found = read_checkpoint(path).state.fingerprint()
                assert found == self.made[info.key], f"{path.name} holds another state"
        return True


def _identity(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return path.name, found.st_ino, found.st_mtime_ns


def on_a_good_disk(folder: Path) -> tuple[list[str], int]:
    """The hash after each part, and the number of the writer's calls while it might have failed."""
    sitting = Sitting(folder)
    hashes = []
    sitting.before()
    sitting.listen()
    with disk_with(Faults()) as faults:
        for _ in sitting.during():
            sitting.listen()
            hashes.append(sitting.session.fingerprint())
            assert sitting.check_saying(), sitting.session.keeper.not_saved
    sitting.after()
    sitting.session.close()
    check_order(faults)
    return hashes, len(faults.calls)


def check_order(faults: Faults) -> None:
    """What a power cut needs: each file fsynced before its rename, its folder after."""
    opened: dict[int, str] = {}
    clean: set[str] = set()
    waiting: str | None = None
    numbers = iter(range(10**9))
    for name, (args, _) in faults.calls:
        if name in ("replace", "rename"):
            assert os.fspath(args[0]) in clean, f"{args[0]} was renamed before it was fsynced"
            waiting = str(Path(args[1]).parent)
        elif name == "open":
            path = os.fspath(args[0])
            # The number is not known before the call; the writer has one file open at a time.
            opened = {next(numbers): path}
            if waiting is not None and Path(path).name == "journal.jsonl":
                raise AssertionError(f"{waiting} was not fsynced before the journal names its file")
        elif name == "write":
            clean -= set(opened.values())
        elif name == "fsync":
            clean |= set(opened.values())
            if waiting in opened.values():
                waiting = None
        elif name == "close":
            for path in opened.values():
                is_file = not Path(path).is_dir()
                assert path in clean or not is_file, f"{path} was closed before it was fsynced"
            opened = {}


def live_through(folder: Path, faults: Faults, hashes: list[str], rng: random.Random) -> bool:
    """One sitting on a failing disk; whether anything failed."""
    sitting = Sitting(folder)
    try:
        sitting.before()
        sitting.listen()
        stop = rng.randrange(4)
        silent = True
        with disk_with(faults):
            for number, part in enumerate(sitting.during()):
                sitting.listen()
                found = sitting.session.fingerprint()
                assert found == hashes[number], f"after {part} training is not what it was"
                silent &= sitting.check_saying()
                if number == stop:
                    _copy(folder)
            faults.heal()
            sitting.after()
        sitting.listen()
        _open_copy(sitting, folder)
        saying = sitting.session.keeper.not_saved
        assert sitting.check_saying(), f"the disk is good again, and it still says: {saying}"
        assert not (faults.fired and silent and faults.lasting), (
            "a disk that is gone went unnoticed"
        )
    finally:
        sitting.session.close()
    return faults.fired > 0


def _copy(folder: Path) -> None:
    """Keep what is on the disk at this moment."""
    shutil.copytree(folder, folder.with_name("copy"))


def _open_copy(sitting: Sitting, folder: Path) -> None:
    """It must open, at a state that was there."""
    copy = folder.with_name("copy")
    try:
        with Session.open(copy) as session:
            first = session.timeline[sitting.first]
            assert session.store.load(first.key).state.fingerprint() == sitting.made[first.key]
            assert session.step >= first.step
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def every_offset(workdir: Path, stride: int) -> int:
    """A disk that is full after each number of bytes, for a file and for the journal."""
    old, new = b"old" * 10, bytes(random.Random(1).randbytes(_BYTES))
    path = workdir / "file"
    path.write_bytes(old)
    entries = Journal()
    lines = [
        entries.append("nudge", step=n, epoch=0.0, branch="main", note="n" * 90).to_json()
        for n in range(1, 13)
    ]
    ledger = workdir / "journal.jsonl"
    ledger.write_text(lines[0] + "\n", "utf-8")
    size = sum(len(line) + 1 for line in lines[1:])
    for room in range(0, _BYTES, stride):
        with disk_with(Faults(room=room, everywhere=True)):
            refused = _refuses(lambda: write_atomically(path, new))
        assert refused, f"a file of {_BYTES} bytes was said to be written into {room}"
        assert path.read_bytes() == old, f"full after {room} bytes: the old file is gone"
        assert len(list(workdir.glob(".file*"))) == 0, "something half-written stays"
    for room in range(0, size, stride):
        with disk_with(Faults(room=room, everywhere=True)):
            refused = _refuses(lambda: append_lines(ledger, lines[1:]))
        assert refused, f"the journal was said to be written into {room} bytes"
        assert [entry.id for entry in read_journal(ledger)] == [1], f"full after {room} bytes"
    append_lines(ledger, lines[1:])
    assert len(read_journal(ledger)) == len(lines)
    write_atomically(path, new)
    assert path.read_bytes() == new
    ledger.unlink()
    path.unlink()
    return len(range(0, _BYTES, stride)) + len(range(0, size, stride))


def _refuses(write: object) -> bool:
    try:
        write()  # type: ignore[operator]
    except OSError:
        return True
    return False


def real_limit(folder: Path) -> None:
    """A limit of the system itself on the size of files, in a process of its own."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            sitting = Sitting(folder)
            sitting.before()
            sitting.listen()
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
            sitting.session.run(steps=10)
            sitting.session.checkpoint("too large", wait=False)
            sitting.listen()
            told = bool(sitting.session.keeper.not_saved)
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            sitting.after()
            sitting.listen()
            healed = sitting.check_saying()
            sitting.session.close()
            code = 0 if told and healed else 4
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert status == 0, f"under a real limit of 20 KB a file: status {status}"
    with Session.open(folder) as session:
        assert session.timeline.checkpoints[-1].note == "the last"


def tell_the_person(folder: Path) -> None:
    """The indicator and the events, as a window hears them."""
    rng = random.Random(_RECIPE_SEED)
    faults = Faults(at=0, lasting=True)
    with Running(Session.create(subjects.recipe(rng), folder)) as running:
        running.do(c.Run(), c.Started)
        with disk_with(faults):
            told = running.do(c.Checkpoint("refused"), c.NotSaved)
            assert "Cannot write" in told.message
            assert "Training goes on" in told.message
            snapshot = running.snapshot(lambda s: bool(s.not_saved))
            running.snapshot(lambda s: s.running and s.step > snapshot.step + 50)
            faults.heal()
            running.do(c.Checkpoint("kept"), c.Saved)
            # The line that names it comes after it; the next news tells that it has come, too.
            running.do(c.Checkpoint("and again"), c.Saved)
        said = running.snapshot(lambda s: not s.not_saved)
        assert said.saved_step is not None
        stored = read_journal(folder / "journal.jsonl")
        assert "kept" in [entry.note for entry in stored]
        kept = next(e.checkpoint for e in stored if e.note == "kept" and e.kind == "checkpoint")
        read_checkpoint(folder / "checkpoints" / f"{kept}.h5")


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """``count`` sittings on failing disks, and each number of bytes after which one can be full.

    Raises
    ------
    AssertionError
        If "saved" was said of what is not, or anything else was lost.
    """
    rng = random.Random(seed)
    folder = workdir / "session"
    failed = limits = 0
    done = 0
    try:
        hashes, calls = on_a_good_disk(folder)
        shutil.rmtree(folder)
        start = rng.randrange(calls)
        for done in range(count):
            faults = _some_faults(rng, done, start, calls)
            failed += live_through(folder, faults, hashes, rng)
            shutil.rmtree(folder)
        for _ in range(max(1, count // 50)):
            shutil.rmtree(folder, ignore_errors=True)
            real_limit(folder)
            limits += 1
            shutil.rmtree(folder)
        tell_the_person(folder)
        offsets = every_offset(workdir, 1 if count > QUICK else 97)
    except Exception as error:
        raise AssertionError(f"promise {PROMISE}, seed {seed}, sitting {done}: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "sittings on a failing disk": count,
        "of them with a failure met": failed,
        "calls of the writer in a sitting, each failed in turn": calls,
        "numbers of bytes after which the disk was full": offsets,
        "limits of the system": limits,
    }


def _some_faults(rng: random.Random, number: int, start: int, calls: int) -> Faults:
    reason = rng.choice(REASONS)
    at = (start + number // 2) % calls
    match number % 4:
        case 0 | 2:
            return Faults(at=at, reason=reason)
        case 1:
            return Faults(at=at, lasting=True, reason=reason)
    return Faults(room=rng.randrange(100_000))
