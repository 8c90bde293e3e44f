"""What the figures were measured with, and what else the computer did meanwhile."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from figures import table
from peers import Peer


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    if not names and sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        names = [subprocess.run(command, capture_output=True, text=True, check=False).stdout]
    return (names[0] if names else platform.processor() or platform.machine()).strip()


def machine() -> str:
    """A table of what the figures were measured with."""
    with Peer("worker_updates.py", "facts") as peer:
        versions = peer.ask("versions")
    rows = [
        ["processor", processor()],
        ["cores", str(os.cpu_count())],
        ["system", f"{platform.system()} {platform.release()}"],
        ["Python", platform.python_version()],
        *([name, version] for name, version in versions.items()),
    ]
    return table(("what", "with"), rows)


class Others:
    """The part of the processor that programs outside the benchmark took since this was made.

    Known on Linux, and only once the benchmark's own processes have ended.
    """

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._all, self._own = _busy_seconds(), _own_seconds()

    def words(self) -> str:
        """A sentence about it, or nothing where it is not known."""
        busy = _busy_seconds()
        if busy is None or self._all is None:
            return ""
        others = busy - self._all - (_own_seconds() - self._own)
        cores = os.cpu_count() or 1
        share = max(0.0, others) / (time.monotonic() - self._start) / cores
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
