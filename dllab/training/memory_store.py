"""A session that is kept in this process only."""

from __future__ import annotations

from collections import deque

from dllab.checkpoint import Contents
from dllab.errors import CheckpointError
from dllab.training.storage import Written


class MemoryStore:
    """Keeps everything in this process."""

    def __init__(self) -> None:
        self.news: deque[Written] = deque()
        self.pending = 0
        self.journal_is_written = True
        self.read_only = ""
        self._contents: dict[str, Contents] = {}

    def save(self, contents: Contents) -> None:
        """Keep a checkpoint under its key."""
        self._contents[contents.info.key] = contents
        self.news.append(Written(contents.info.key, None))

    def load(self, key: str) -> Contents:
        """The checkpoint under a key.

        Raises
        ------
        CheckpointError
            If there is none.
        """
        try:
            return self._contents[key]
        except KeyError:
            raise CheckpointError(f"There is no checkpoint {key}.") from None

    def remove(self, key: str) -> None:
        """Forget a checkpoint."""
        self._contents.pop(key, None)

    def discard(self, key: str) -> None:
        """Forget a checkpoint: memory has no trash."""
        self.remove(key)

    def append(self, line: str) -> None:
        """The journal itself is in memory already."""

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing to let go."""
