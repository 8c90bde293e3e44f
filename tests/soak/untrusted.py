"""Promise 4: a file is never trusted.

Mutants of our own checkpoint files are refused before HDF5 sees them. Mutants of other HDF5 files,
and files made to do harm, are met by the product's own path: a child process each, which answers
or fails within its limits, and in words.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dllab import open_data
from dllab.checkpoint import read_checkpoint
from dllab.data.foreign import limits, remote
from dllab.data.foreign.start import Child, start
from dllab.errors import CheckpointError, DataError
from soak.mutants import foreign_files, mutated, our_files
from soak.nasty_files import nasty_files

PROMISE = 4
TITLE = "A file is never trusted"
# Mutants of our files; of others there are twice as many.
FULL, CHUNK, QUICK = 10_000, 1_000, 20
LARGEST_MEMORY = 200 * 10**6
LONGEST_REFUSAL = 1.0
# A folder with files that were published as faults of HDF5; they are not ours to pass on.
PUBLISHED = "DLLAB_HDF5_CVE_FILES"


@dataclass(frozen=True)
class Met:
    """How often each came: refused with a sentence, read, crashed, too much time or memory."""

    refused: int = 0
    read: int = 0
    crashed: int = 0
    stopped: int = 0
    worst_seconds: float = 0.0
    most_memory: int = 0


def mutants_of_ours(count: int, seed: int, workdir: Path) -> Met:
    """Flip, overwrite, cut and lengthen our own files: each must be refused with a sentence."""
    rng = random.Random(seed)
    originals = our_files(workdir, rng)
    worst = 0.0
    for number in range(count):
        original = rng.choice(originals)
        data = mutated(original, rng)
        if data == original:
            data = original + b"\0"
        path = workdir / "mutant.h5"
        path.write_bytes(data)
        began = time.perf_counter()
        try:
            read_checkpoint(path)
        except CheckpointError as error:
            _check_words(error, path, f"mutant {number}")
        else:
            raise AssertionError(f"mutant {number} of our own files was read")
        worst = max(worst, time.perf_counter() - began)
        assert path.read_bytes() == data, "the file was not left as it was"
    return Met(refused=count, worst_seconds=worst)


def foreign_mutants(count: int, seed: int, workdir: Path) -> Met:
    """Mutants of HDF5 files from elsewhere, each met in a child process."""
    rng = random.Random(seed)
    originals = [path.read_bytes() for path in foreign_files(workdir)]
    originals += [path.read_bytes() for path in published_files()]
    met = _Meeting()
    path = workdir / "mutant.h5"
    for number in range(count):
        path.write_bytes(mutated(rng.choice(originals), rng))
        try:
            met.meet(path, ("*", "x", "g/y"))
            if number % 20 == 0:
                met.open(path)
        except Exception as error:
            kept = Path(tempfile.gettempdir()) / f"dllab-broken-{seed}-{number}.h5"
            shutil.copy(path, kept)
            raise AssertionError(f"mutant {number}: {error!r}; see {kept}") from error
    return met.result()


def nasty(workdir: Path, objects: int, inflated: int) -> Met:
    """The files made to do harm, and the published ones; all answers in time and memory."""
    met = _Meeting()
    for made in nasty_files(workdir, objects, inflated):
        answers = met.met.read
        # Somebody else's work may have held this one up: a limit of the file's making stays.
        for _ in range(3):
            seconds, memory = met.meet(made.path, made.asks)
            if seconds < LONGEST_REFUSAL:
                break
        assert made.may_answer or met.met.read == answers, f"{made.name} was read"
        assert seconds < LONGEST_REFUSAL, f"{made.name} took {seconds:.2f} s"
        assert memory < LARGEST_MEMORY, f"{made.name} took {memory:,} bytes"
        made.path.unlink()
    for path in published_files():
        met.meet(path, ("*", "x"))
        met.open(path)
    return met.result()


def published_files() -> list[Path]:
    """The files in the folder that the variable `PUBLISHED` names."""
    folder = os.environ.get(PUBLISHED)
    found = sorted(Path(folder).rglob("*")) if folder else []
    return [path for path in found if path.is_file() and path.suffix not in (".md", ".c", ".txt")]


class _Meeting:
    """Meets files one by one and counts what came of it."""

    def __init__(self) -> None:
        self.met = Met()
        self._counts: Counter[str] = Counter()
        self._worst, self._most = 0.0, 0

    def meet(self, path: Path, asks: tuple[str, ...]) -> tuple[float, int]:
        """Ask for all of it; seconds and memory (0: unknown). Raises AssertionError."""
        children: list[Child] = []

        def starting() -> Child:
            children.append(start())
            return children[-1]

        before = path.read_bytes()
        began = time.perf_counter()
        read, failed = 0, None
        try:
            with remote.opened(path, starting) as file:
                for ask in asks:
                    names = [ask]
                    try:
                        if ask == "*":
                            names = [facts[0] for facts in file.facts()]
                        for name in names:
                            file.array(name, "biufS")
                            read += 1
                    except DataError as error:
                        failed = error
        except DataError as error:
            failed = error
        seconds, end = time.perf_counter() - began, children[0].end()
        if failed is not None:
            _check_words(failed, path)
        assert path.read_bytes() == before, "the file was changed"
        assert end.most_memory < LARGEST_MEMORY, f"{end.most_memory:,} bytes"
        assert seconds < limits.SECONDS + 2, f"{seconds:.1f} s"
        self._count(str(failed or ""), read, seconds, end.most_memory)
        return seconds, end.most_memory

    def open(self, path: Path) -> None:
        """As a person does."""
        try:
            open_data(path)
        except DataError as error:
            _check_words(error, path)

    def _count(self, said: str, read: int, seconds: float, memory: int) -> None:
        self._counts["read"] += read > 0
        self._counts["refused"] += not read
        self._counts["crashed"] += "crashed" in said
        self._counts["stopped"] += "no end" in said or "longer than" in said or "memory" in said
        self._worst, self._most = max(self._worst, seconds), max(self._most, memory)
        self.met = self.result()

    def result(self) -> Met:
        """All so far."""
        return Met(**self._counts, worst_seconds=self._worst, most_memory=self._most)


def _check_words(error: Exception, path: Path, where: str = "") -> None:
    text = str(error)
    assert str(path) in text, f"{where}: {text}"
    assert text.endswith("."), f"{where}: {text}"


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """``count`` mutants of our files, twice as many of others; with many, the harmful files too.

    Raises
    ------
    AssertionError
        If one was trusted, ended in anything but an answer in words, or went beyond its limits.
    """
    with tempfile.TemporaryDirectory(dir=workdir) as place:
        folder = Path(place)
        try:
            ours = mutants_of_ours(count, seed, folder)
            others = foreign_mutants(2 * count, seed, folder)
            # The test suite meets smaller ones of these in test_foreign_process.py.
            harmful = nasty(folder, 1_000_000, 1024) if count >= CHUNK else Met()
        except AssertionError as error:
            raise AssertionError(f"promise {PROMISE}, seed {seed}: {error}") from error
    return {
        "ours refused": ours.refused,
        "others refused": others.refused,
        "others read": others.read,
        "others that crashed the child": others.crashed,
        "others stopped at a limit": others.stopped,
        "harmful refused": harmful.refused,
        "harmful read without harm": harmful.read,
        "harmful that crashed the child": harmful.crashed,
        "harmful stopped at a limit": harmful.stopped,
        "published files of faults": len(published_files()),
        "worst seconds of a refusal": round(max(others.worst_seconds, harmful.worst_seconds), 3),
        "most MB of a child": round(max(others.most_memory, harmful.most_memory) / 1e6, 1),
    }
