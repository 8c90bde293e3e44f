"""What else the computer did meanwhile."""

from __future__ import annotations

import os
import time
from pathlib import Path


class Others:
    """The part of the processor that other programs and other machines took since this was made.

    Known on Linux, and only once the processes that this one has started have ended.
    """

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._all, self._own = _busy_seconds(), _own_seconds()

    def share(self) -> float | None:
        """From 0 to 1 of all cores; None where it is not known."""
        busy = _busy_seconds()
        if busy is None or self._all is None:
            return None
        others = busy - self._all - (_own_seconds() - self._own)
        cores = os.cpu_count() or 1
        return max(0.0, others) / (time.monotonic() - self._start) / cores

    def words(self) -> str:
        """A sentence about it, or nothing where it is not known."""
        share = self.share()
        if share is None:
            return ""
        return f"Meanwhile other programs took {share:.0%} of the computer's cores."


def _busy_seconds() -> float | None:
    try:
        first = Path("/proc/stat").read_text("ascii").splitlines()[0].split()
    except OSError:
        return None
    # user, nice, system, (idle, iowait,) irq, softirq, steal
    ticks = [int(first[i]) for i in (1, 2, 3, 6, 7, 8)]
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
