"""One writer per session: a lock that the system takes back when its process dies."""

from __future__ import annotations

import os
from pathlib import Path

from dllab.errors import SessionError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class SessionLock:
    """Holds ``session.lock`` in the folder until released or the process ends."""

    def __init__(self, folder: Path) -> None:
        self._descriptor: int | None = None
        if fcntl is None:
            return
        descriptor = os.open(folder / "session.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise SessionError(
                f"The session {folder} is open in another window or process; close it there first."
            ) from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others open the session."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
