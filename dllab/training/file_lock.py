"""An exclusive lock on an open file, taken back by the system when its process dies.

Linux and macOS have ``flock``. Windows locks a byte far behind the file's end, since there a locked
byte cannot be read by others.
"""

from __future__ import annotations

import os
import sys

_FAR = 1 << 20

if sys.platform == "win32":
    import msvcrt

    def _byte(descriptor: int, mode: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, mode, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

    def try_to_lock(descriptor: int) -> bool:
        """Take the lock; False if somebody else has it."""
        return _byte(descriptor, msvcrt.LK_NBLCK)

    def _try_to_look(descriptor: int) -> bool:
        return try_to_lock(descriptor)

    def unlock(descriptor: int) -> None:
        """Let go, in child processes too."""
        _byte(descriptor, msvcrt.LK_UNLCK)

else:
    import fcntl

    def _flock(descriptor: int, mode: int) -> bool:
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def try_to_lock(descriptor: int) -> bool:
        """Take the lock; False if somebody else has it."""
        return _flock(descriptor, fcntl.LOCK_EX)

    def _try_to_look(descriptor: int) -> bool:
        return _flock(descriptor, fcntl.LOCK_SH)

    def unlock(descriptor: int) -> None:
        """Let go, in child processes too."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def locked_by_others(descriptor: int) -> bool:
    """Whether somebody has the lock now; two who ask this at once do not see each other."""
    free = _try_to_look(descriptor)
    if free:
        unlock(descriptor)
    return not free
