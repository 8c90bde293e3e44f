"""The peer that measures checkpoints and rollbacks of one recipe's session on the disk."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from serving import serve, take_output
from workloads import recipe_called

from dllab.training.session import Session

_NEVER = 100_000_000
_CHUNK_SECONDS = 0.005


class Measured:
    """A session in a folder, warm, with nothing waiting for the disk."""

    def __init__(self, recipe: str, folder: Path) -> None:
        # Without evaluations, so that a run of updates always is the same work.
        made = recipe_called(recipe, evaluate_every=_NEVER)
        self.session = Session.create(made, folder / "session")
        self.plain = folder / "plain"
        self._quiet()
        seconds = self._timed(2) / 2
        steps = max(2, int(1.0 / seconds))
        seconds = self._timed(steps) / steps
        self.chunk = max(1, round(_CHUNK_SECONDS / seconds))
        writing = max(self._save()[0] for _ in range(3))
        # Long enough for the file to be written while training goes on beside it.
        self.steps = max(8, round(max(0.4, 3 * writing) / seconds / self.chunk)) * self.chunk

    def _timed(self, steps: int) -> float:
        start = time.perf_counter()
        if self.session.run(steps=steps) != "done":
            raise RuntimeError("the guard stopped training")
        return time.perf_counter() - start

    def _quiet(self) -> None:
        self.session.store.flush()
        # A run, even of no update, takes in what the writing thread has to tell.
        self.session.run(steps=0)

    def facts(self) -> dict[str, Any]:
        """Size of a checkpoint in bytes, updates in one run."""
        key = self.session.checkpoint()
        path = self._path(key)
        return {"bytes": path.stat().st_size, "steps": self.steps}

    def _path(self, key: str) -> Path:
        return self.session.folder / "checkpoints" / f"{key}.h5"  # type: ignore[operator]

    def pair(self, checkpoint_first: bool) -> dict[str, Any]:
        """The same number of updates with and without a checkpoint on the way."""
        if checkpoint_first:
            found = self._with_checkpoint()
            return {**found, "without": self._in_chunks()}
        without = self._in_chunks()
        return {**self._with_checkpoint(), "without": without}

    def _in_chunks(self) -> float:
        self._quiet()
        start = time.perf_counter()
        for _ in range(self.steps // self.chunk):
            self.session.run(steps=self.chunk)
        return time.perf_counter() - start

    def _with_checkpoint(self) -> dict[str, float]:
        self._quiet()
        session, chunks = self.session, self.steps // self.chunk
        key, began, held, on_disk = "", 0.0, 0.0, 0.0
        start = time.perf_counter()
        for number in range(chunks):
            if number == chunks // 5:
                began = time.perf_counter()
                key = session.checkpoint(reason="automatic", wait=False)
                held = time.perf_counter() - began
            session.run(steps=self.chunk)
            if held and not on_disk and session.store.pending == 0:
                on_disk = time.perf_counter() - began
        whole = time.perf_counter() - start
        self._quiet()
        if not self._path(key).exists():
            raise RuntimeError(f"checkpoint {key} was not written")
        return {"with": whole, "held": held, "on_disk": on_disk or time.perf_counter() - began}

    def _save(self) -> tuple[float, Path]:
        self.session.run(steps=1)
        self._quiet()
        start = time.perf_counter()
        key = self.session.checkpoint(reason="automatic")
        return time.perf_counter() - start, self._path(key)

    def disk(self) -> dict[str, float]:
        """A checkpoint with nothing else going on, and the same bytes in plain Python."""
        save, path = self._save()
        data = path.read_bytes()
        start = time.perf_counter()
        descriptor = os.open(self.plain, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        plain = time.perf_counter() - start
        self.plain.unlink()
        return {"save": save, "plain": plain}

    def rollback(self) -> dict[str, float]:
        """Back to a checkpoint a few updates ago, and reading the same bytes."""
        session = self.session
        key = session.checkpoint()
        session.run(steps=3)
        self._quiet()
        start = time.perf_counter()
        session.rollback(key)
        rollback = time.perf_counter() - start
        left = session.timeline.next_key()
        self._quiet()
        start = time.perf_counter()
        data = self._path(key).read_bytes()
        read = time.perf_counter() - start
        assert data
        # Room on the disk: these files are not needed again.
        for number in range(int(key), int(left)):
            session.store.remove(f"{number:0{len(key)}d}")
        self._quiet()
        return {"rollback": rollback, "read": read}


def main(recipe: str) -> None:
    """Be the peer of that recipe."""
    output = take_output()
    with tempfile.TemporaryDirectory(prefix="dllab-bench-") as folder:
        measured = Measured(recipe, Path(folder))
        serve(
            {
                "facts": measured.facts,
                "pair": measured.pair,
                "disk": measured.disk,
                "rollback": measured.rollback,
            },
            output,
        )
        measured.session.close()


if __name__ == "__main__":
    main(sys.argv[1])
