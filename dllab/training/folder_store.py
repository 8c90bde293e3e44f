"""A session's folder, written by one thread of its own, in the order things were asked for.

A checkpoint's file comes before the journal line that names it. Training never waits for the disk.
What came of each write waits in ``news`` until the session looks.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

from dllab.checkpoint import Contents, Owner, write_checkpoint
from dllab.errors import CheckpointError
from dllab.training.journal import append_lines
from dllab.training.storage import Written

NOBODY = Owner()

log = logging.getLogger(__name__)


class FolderStore:
    """Writes into a session's folder from a thread of its own.

    What it writes names ``owner``, and what another session has written it does not load.
    """

    def __init__(self, folder: Path, owner: Owner = NOBODY) -> None:
        self.folder, self.owner = folder, owner
        self.read_only = ""
        self.news: deque[Written] = deque()
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._unwritten: list[str] = []
        self._failed = False
        self._asked = self._done = 0
        self._thread = threading.Thread(target=self._work, name="dllab-writer", daemon=True)
        self._thread.start()
        # A program may end without closing its session. What waits is written then, and the thread
        # is not cut off in the middle of HDF5, which would keep the process from ending.
        atexit.register(self.close)

    @property
    def pending(self) -> int:
        """Writes asked for and not done."""
        return self._asked - self._done

    def path(self, key: str) -> Path:
        """The file of a checkpoint."""
        return self.folder / "checkpoints" / f"{key}.h5"

    def _ask(self, job: Callable[[], None]) -> None:
        self._asked += 1
        self._jobs.put(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:
                # Whatever it was: the thread must live, or nothing would be stored any more.
                self.news.append(Written("", self.folder, _in_words(error, self.folder)))
            finally:
                self._done += 1

    def save(self, contents: Contents) -> None:
        """Write a checkpoint file; the outcome comes as news."""
        key = contents.info.key

        def job() -> None:
            path = self.path(key)
            try:
                path.parent.mkdir(exist_ok=True)
                write_checkpoint(path, replace(contents, session=self.owner.id))
            except (OSError, MemoryError, RuntimeError, ValueError) as error:
                self.news.append(Written(key, path, _in_words(error, path)))
            else:
                self.news.append(Written(key, path))

        self._ask(job)

    def load(self, key: str) -> Contents:
        """Read a checkpoint, after everything asked for before has been written.

        Raises
        ------
        CheckpointError
            If it is missing, damaged, or of another session.
        """
        self.flush()
        path = self.path(key)
        if not path.exists():
            raise CheckpointError(f"The checkpoint file {path} is missing.")
        return self.owner.read(path)

    def remove(self, key: str) -> None:
        """Delete a checkpoint file; one that cannot be deleted takes room, and nothing is lost."""

        def job() -> None:
            try:
                self.path(key).unlink(missing_ok=True)
            except OSError as error:
                log.warning("an old checkpoint stays: %s", error)

        self._ask(job)

    def discard(self, key: str) -> None:
        """Move a checkpoint file into the folder's trash."""

        def job() -> None:
            path, trash = self.path(key), self.folder / "trash"
            try:
                trash.mkdir(exist_ok=True)
                path.replace(trash / path.name)
            except OSError as error:
                self.news.append(Written("", path, _in_words(error, path)))

        self._ask(job)

    def append(self, line: str) -> None:
        """Append a line to the journal; lines that could not be written go with the next one."""

        def job() -> None:
            self._unwritten.append(line)
            self._write_lines()

        self._ask(job)

    def _write_lines(self) -> None:
        path = self.folder / "journal.jsonl"
        try:
            append_lines(path, self._unwritten)
        except OSError as error:
            self._failed = True
            self.news.append(Written("", path, _in_words(error, path), of_journal=True))
        else:
            had_failed, self._failed = self._failed, False
            self._unwritten.clear()
            if had_failed:
                self.news.append(Written("", path, of_journal=True))

    def flush(self) -> None:
        """Wait until all that was asked for is done or has failed."""
        if not self._thread.is_alive():
            return
        done = threading.Event()

        def job() -> None:
            if self._unwritten:
                self._write_lines()
            done.set()

        self._ask(job)
        done.wait()

    @property
    def journal_is_written(self) -> bool:
        """Whether no line of the journal is known to have failed."""
        return not self._failed

    def close(self) -> None:
        """Write what waits and end the thread."""
        atexit.unregister(self.close)
        self.flush()
        self._jobs.put(None)
        self._thread.join()


def _in_words(error: BaseException, path: Path) -> str:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"Cannot write {path.name} in {path.parent}: {reason}."
