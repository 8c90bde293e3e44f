"""What a session needs of the place it is kept in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dllab.checkpoint import Contents


@dataclass(frozen=True)
class Written:
    """A checkpoint reached the disk, or did not: then ``error`` says why.

    What is not about a checkpoint has no ``key``. ``of_journal``, it is about the journal: lines
    could not be written, or without an ``error`` those that had failed are written now.
    """

    key: str
    path: Path | None
    error: str = ""
    of_journal: bool = False


class Store(Protocol):
    """What a session needs of the place it is kept in."""

    news: deque[Written]
    read_only: str
    """Why nothing may be written here, as a sentence, or ""."""

    @property
    def pending(self) -> int:
        """Writes asked for and not done."""

    @property
    def journal_is_written(self) -> bool:
        """Whether no line of the journal is known to have failed."""

    def save(self, contents: Contents) -> None:
        """Keep a checkpoint under its key."""

    def load(self, key: str) -> Contents:
        """Read a checkpoint; raises CheckpointError."""

    def remove(self, key: str) -> None:
        """Take a checkpoint away."""

    def discard(self, key: str) -> None:
        """Take a checkpoint away because a person wants to; it can be had again from the trash."""

    def append(self, line: str) -> None:
        """Add a line to the journal."""

    def flush(self) -> None:
        """Wait until all that was asked for is done or has failed."""

    def close(self) -> None:
        """Flush and let go."""
