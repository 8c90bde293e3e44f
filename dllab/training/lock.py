"""One writer per session: a lock that the system takes back when its process dies.

The file says who holds it, and is emptied when it is let go. So a file that is held by nobody and
still names somebody was left by a process that ended without closing the session.
"""

from __future__ import annotations

import contextlib
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

from dllab.errors import SessionError
from dllab.training.file_lock import locked_by_others, try_to_lock, unlock
from dllab.training.journal import now

NAME = "session.lock"
_LONGEST = 1000
# Whoever asks for the state of a session holds its lock for an instant; that is no other window.
_TRIES, _PAUSE = 10, 0.02


@dataclass(frozen=True)
class Holder:
    """Who has, or had, a session open: process id, since when (ISO 8601, UTC), on which computer.

    Fields that cannot be read are 0 or empty.
    """

    pid: int = 0
    since: str = ""
    host: str = ""


class SessionLock:
    """Holds ``session.lock`` in the folder until released or the process ends.

    Without ``mark`` the file's words stay as they are: what lies there is only moved, not opened.

    Raises
    ------
    SessionError
        If somebody else has the session open.
    OSError
        If the folder cannot be written to.
    """

    def __init__(self, folder: Path, *, mark: bool = True) -> None:
        self._mark = mark
        self._descriptor: int | None = None
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not _lock(descriptor):
                raise SessionError(
                    f"The session {folder} is open in another window or process; close it there "
                    f"first."
                )
            if mark:
                _say(descriptor, f"pid {os.getpid()}\nsince {now()}\nhost {platform.node()}\n")
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others open the session, which ended well."""
        if self._descriptor is not None:
            if self._mark:
                _say(self._descriptor, "")
            # A child process may have the descriptor too, and would keep the lock.
            unlock(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None


def holder_of(folder: Path) -> tuple[bool, Holder | None]:
    """Whether somebody has the session open now, and whom its lock file names; writes nothing.

    A folder without a lock that can be read counts as one that nobody has open.
    """
    try:
        descriptor = os.open(folder / NAME, os.O_RDONLY)
    except OSError:
        return False, None
    try:
        held = locked_by_others(descriptor)
        return held, _holder(os.read(descriptor, _LONGEST))
    except OSError:
        return False, None
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    for _ in range(_TRIES):
        if try_to_lock(descriptor):
            return True
        time.sleep(_PAUSE)
    return False


def _say(descriptor: int, words: str) -> None:
    # On a full disk the session can still be read and trained; only its state is known less well.
    with contextlib.suppress(OSError):
        if words:
            # Written over what is there: at no moment may the file look like that of a good end.
            content = words.encode("utf-8", "replace")
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, content)
            os.ftruncate(descriptor, len(content))
            os.fsync(descriptor)
        else:
            os.ftruncate(descriptor, 0)


def _holder(content: bytes) -> Holder | None:
    if not content:
        return None
    lines = content.decode("utf-8", "replace").splitlines()
    said = {key: value for key, _, value in (line.partition(" ") for line in lines)}
    pid = said.get("pid", "")
    number = int(pid) if pid.isascii() and pid.isdecimal() and len(pid) < 12 else 0
    return Holder(number, said.get("since", ""), said.get("host", ""))
