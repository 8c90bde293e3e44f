"""Promise 10: one writer.

Processes race for a session: exactly one may have it. While it has it, another can only look: it
says so, everything that would change something is refused, and no byte in the folder comes from
it. A process that is killed leaves a lock that clears itself, for the next one that asks.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from dllab import Session
from dllab.errors import DllabError, SessionError
from soak import subjects

PROMISE = 10
TITLE = "One writer: who comes second looks on; a dead process's lock clears itself"
FULL, QUICK = 500, 2
CHUNK = 100

_RACERS = 3


class Process:
    """A fork that does something, says a word and waits to be told to end or killed."""

    def __init__(self, work: Callable[[], str]) -> None:
        said, saying = os.pipe()
        waiting, go = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(said)
            os.close(go)
            word = "E"
            try:
                word = work()
            except BaseException as error:
                word = f"E {type(error).__name__}: {error}"
            finally:
                os.write(saying, word.encode()[:4000])
                os.read(waiting, 1)
                os._exit(0)
        os.close(saying)
        os.close(waiting)
        self._said, self._go = said, go

    def word(self) -> str:
        """What it said."""
        return os.read(self._said, 4000).decode()

    def end(self, *, kill: bool) -> None:
        """Let it end, or kill it."""
        if kill:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self._go)
        os.waitpid(self.pid, 0)
        os.close(self._said)


def _take(folder: Path) -> Callable[[], str]:
    def work() -> str:
        try:
            session = Session.open(folder)
        except SessionError as error:
            return f"refused {error}"
        session.run(steps=5)
        session.store.flush()
        _kept.append(session)
        return "writes"

    return work


_kept: list[Session] = []


def _look(folder: Path, *, steps: int) -> Callable[[], str]:
    def work() -> str:
        with Session.open(folder, read_only=True) as session:
            assert session.read_only
            assert session.step >= steps
            first = session.timeline.checkpoints[0].key
            wishes: tuple[Callable[[], object], ...] = (
                lambda: session.nudge(learning_rate=0.5),
                lambda: session.checkpoint("mine"),
                lambda: session.rollback(first),
                lambda: session.pin(first),
                lambda: session.delete(first),
                lambda: session.rename_branch("main", "mine"),
                lambda: session.add_note(1, "mine"),
                lambda: session.continue_branch("main"),
                lambda: session.run(steps=1),
            )
            for number, wish in enumerate(wishes):
                word = "was granted"
                try:
                    wish()
                except DllabError as error:
                    word = str(error)
                if "read-only" not in word:
                    return f"wish {number}: {word}"
            session.evaluate("dev")
        return "looked"

    return work


def _content(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            about = path.stat()
            found[str(path.relative_to(folder))] = (
                about.st_ino,
                about.st_mtime_ns,
                path.read_bytes(),
            )
    return found


def once(rng: random.Random, folder: Path) -> None:
    """A race, a look, an end, and the next one."""
    with Session.create(subjects.recipe(rng), folder) as session:
        session.run(steps=10)
        session.checkpoint()
    racers = [Process(_take(folder)) for _ in range(_RACERS)]
    try:
        words = [racer.word() for racer in racers]
        winners = [word for word in words if word == "writes"]
        assert len(winners) == 1, f"{_RACERS} processes opened one session: {words}"
        refused = [word for word in words if word.startswith("refused")]
        assert len(refused) == _RACERS - 1, words
        assert all("open in another window or process" in word for word in refused), words
        before = _content(folder)
        onlooker = Process(_look(folder, steps=10))
        word = onlooker.word()
        onlooker.end(kill=False)
        assert word == "looked", word
        after = _content(folder)
        assert after == before, f"looking on has changed {_differing(before, after)}"
    finally:
        for racer in racers:
            # Without a farewell: the lock must go with the process all the same.
            racer.end(kill=True)
    with Session.open(folder) as session:
        assert session.step >= 10
        session.nudge(learning_rate=0.5)


def _differing(one: dict[str, tuple[int, int, bytes]], other: dict[str, object]) -> list[str]:
    return [name for name in {*one, *other} if one.get(name) != other.get(name)]


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """``count`` races.

    Raises
    ------
    AssertionError
        If two could write, or who looked on changed anything.
    """
    rng = random.Random(seed)
    folder = workdir / "session"
    for number in range(count):
        try:
            once(rng, folder)
        except Exception as error:
            raise AssertionError(f"promise {PROMISE}, seed {seed}, {number}: {error}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return {
        "races of three processes, one winner each": count,
        "onlookers that changed no byte": count,
        "locks of killed processes that cleared": count,
    }
