"""What the system knows of this process: memory, open files, threads."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path


def resident_bytes() -> int:
    """Memory in use; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int:
    """Descriptors in use; 0 where the system does not tell."""
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 0


def threads() -> int:
    """Threads, Qt's and the system's included where it tells."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def load() -> float:
    """Processes that wanted to run, over the last minute."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0


def tidy() -> None:
    """Let go of what nothing holds any more, so that memory can be compared."""
    gc.collect()
