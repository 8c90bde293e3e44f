"""How long work tells how far it is, and how it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from dllab.errors import DllabError


class Cancelled(DllabError):
    """The person does not want the result any more."""


class Progress:
    """Handed to long work, which calls `report` now and then.

    Parameters
    ----------
    listener:
        Called with the share done, 0 to 1, and a few words, on the working thread.
    """

    def __init__(self, listener: Callable[[float, str], None] | None = None) -> None:
        self._listener = listener
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Let the next `report` raise; for any thread."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def report(self, share: float, words: str = "") -> None:
        """Say how far the work is.

        Raises
        ------
        Cancelled
            Once `cancel` was called.
        """
        if self._cancelled.is_set():
            raise Cancelled("Cancelled.")
        if self._listener is not None:
            self._listener(share, words)
