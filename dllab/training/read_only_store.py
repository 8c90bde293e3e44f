"""A session's folder that is only looked at: everything is read, nothing is ever written."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import NoReturn

from dllab.checkpoint import Contents, Owner
from dllab.errors import CheckpointError, SessionError
from dllab.training.storage import Written

ELSEWHERE = "another window or process has it open"
_ADVICE = "close it there and take over, or save it as a file of its own and open that."


class ReadOnlyStore:
    """Reads a session's folder, whoever else may be writing it.

    ``read_only`` is the sentence with which every wish to write is refused. Nobody has to close it.
    """

    def __init__(self, folder: Path, owner: Owner, why: str = ELSEWHERE) -> None:
        self.folder, self.owner = folder, owner
        self.news: deque[Written] = deque()
        self.pending = 0
        self.journal_is_written = True
        self.read_only = f"This session is open read-only, because {why}; {_ADVICE}"

    def path(self, key: str) -> Path:
        """The file of a checkpoint."""
        return self.folder / "checkpoints" / f"{key}.h5"

    def load(self, key: str) -> Contents:
        """Read a checkpoint.

        Raises
        ------
        CheckpointError
            If it is damaged, of another session, or the process that writes this one has taken it
            away meanwhile.
        """
        path = self.path(key)
        if not path.exists():
            raise CheckpointError(f"The checkpoint file {path} is missing.")
        return self.owner.read(path)

    def _refuse(self) -> NoReturn:
        raise SessionError(self.read_only)

    def save(self, contents: Contents) -> None:
        """Refuse: SessionError."""
        self._refuse()

    def remove(self, key: str) -> None:
        """Refuse: SessionError."""
        self._refuse()

    def discard(self, key: str) -> None:
        """Refuse: SessionError."""
        self._refuse()

    def append(self, line: str) -> None:
        """Refuse: SessionError."""
        self._refuse()

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing to let go."""
