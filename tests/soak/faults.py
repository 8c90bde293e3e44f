"""A disk that fails: every call of the writer thread can be refused, cut short or written down.

Only the thread that writes sessions is concerned, so that reading and checking go on undisturbed.
The root user may write anywhere; therefore a read-only folder is told by its error, not by modes.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

WRITER = "dllab-writer"
REASONS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT)
_CALLS = ("open", "write", "fsync", "replace", "rename", "mkdir", "close")
# A descriptor that cannot be closed tells so and is closed all the same.
_DONE_FIRST = ("close",)


@dataclass
class Faults:
    """Which of the writer's calls fail.

    ``at``: the number of the first one that does, counted from 0, or None. ``lasting``: all after
    it too, until ``heal``. ``room``: bytes that can still be written, or None for any number.
    """

    at: int | None = None
    lasting: bool = False
    room: int | None = None
    reason: int = errno.ENOSPC
    calls: list[tuple[str, Any]] = field(default_factory=list)
    fired: int = 0
    everywhere: bool = False

    def heal(self) -> None:
        """From here on all goes well."""
        self.at = self.room = None

    def _concerns(self) -> bool:
        return self.everywhere or threading.current_thread().name == WRITER

    def _check(self, name: str, subject: Any) -> bool:
        number = len(self.calls)
        self.calls.append((name, subject))
        if self.at is None or number < self.at or (number > self.at and not self.lasting):
            return False
        self.fired += 1
        return True

    def wrapped(self, name: str, real: Any) -> Any:
        """The function of `os` as the writer sees it."""

        def call(*args: Any, **named: Any) -> Any:
            if not self._concerns():
                return real(*args, **named)
            failed = self._check(name, (args, named))
            if failed and name not in _DONE_FIRST:
                raise OSError(self.reason, os.strerror(self.reason))
            if name == "write" and self.room is not None:
                return self._write_into_room(real, *args)
            result = real(*args, **named)
            if failed:
                raise OSError(self.reason, os.strerror(self.reason))
            return result

        return call

    def _write_into_room(self, real: Any, descriptor: int, data: Any) -> int:
        assert self.room is not None
        if self.room == 0 and len(data):
            self.fired += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written: int = real(descriptor, bytes(data)[: self.room])
        self.room -= written
        return written


@contextmanager
def disk_with(faults: Faults) -> Iterator[Faults]:
    """Let the writer work on such a disk."""
    real = {name: getattr(os, name) for name in _CALLS}
    for name, function in real.items():
        setattr(os, name, faults.wrapped(name, function))
    try:
        yield faults
    finally:
        for name, function in real.items():
            setattr(os, name, function)
