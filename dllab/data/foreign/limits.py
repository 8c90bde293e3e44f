"""What the child process may take, and how it is held to it.

- *Time.* 10 s of wall time for every question about the structure of a file, which the asking
  process keeps; of the processor 0.3 s, and one second more for every 20 MB of the file, so
  that a structure that leads round in circles is given up soon while a slow disk is waited for.
  Reading values has 10 s and one second more for every 20 MB that the array is declared to have.
- *Memory.* What the Python process has taken when it is ready, and 96 MB. While values are read,
  moreover three times the piece of rows that is read at once: 8 MB, or one row of chunks where that
  is more (see `rows_at_once`). Values are passed on piece by piece, so the size of the file and of
  the array do not matter.
- *Files.* Once the file is open, no other can be opened: not one it links to, not one where it says
  its values lie, no plug-in. None can be written.
- No core dump, which would fill the disk; no new process.

The system enforces all of it on Linux. macOS ignores the limit on memory and has the others.
Windows has none of them: there the wall time, the checks of `dllab.data.hdf5_checks` and the checks
of the answers are what holds, and a crash ends the child only.
"""

from __future__ import annotations

import math
import os
import signal
import sys
from collections.abc import Sequence

MB = 2**20
SECONDS = 10.0
CPU_SECONDS = 0.3
BYTES_PER_SECOND = 20e6
MEMORY = 96 * MB
PIECE_BYTES = 8 * MB
# An answer about the structure: 1,000 arrays with their names and shapes.
LARGEST_ANSWER = 8 * MB


def seconds_to_read(size: int) -> float:
    """How long an array of `size` bytes may take."""
    return SECONDS + size / BYTES_PER_SECOND


def cpu_seconds_to_look(file_bytes: int) -> float:
    """How long the processor may work on a question about the structure of a file."""
    return CPU_SECONDS + file_bytes / BYTES_PER_SECOND


def rows_at_once(shape: Sequence[int], itemsize: int, chunks: Sequence[int] | None) -> int:
    """How many rows are read in one piece: about 8 MB, but never part of a row of chunks.

    A chunk that is read in two pieces would be unpacked twice.
    """
    row = max(1, math.prod(shape[1:]) * itemsize)
    rows = max(1, PIECE_BYTES // row)
    band = chunks[0] if chunks else 1
    return max(band, rows // band * band)


class Limits:
    """The limits of this process, from now on: make it before anything of the file is seen."""

    def __init__(self) -> None:
        self._size = address_space()
        if os.name == "posix":
            import resource

            for what in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
                _limit(what, 0)
        self.allow(CPU_SECONDS)

    def allow(self, cpu_seconds: float, piece: int = 0) -> None:
        """Time of the processor from now on, and memory for reading `piece` bytes at once."""
        if os.name != "posix":
            return
        import resource

        if self._size:
            _limit(resource.RLIMIT_AS, self._size + MEMORY + 3 * piece, hard=False)
        # Its signal ends the process, wherever in the library that is.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)

    def shut(self) -> None:
        """From now on no file can be opened beside those that are open."""
        if os.name != "posix":
            return
        import resource

        # The lowest free number is what the next open would get.
        free = os.dup(0)
        os.close(free)
        _limit(resource.RLIMIT_NOFILE, free)


class NoLimits(Limits):
    """None at all: for trying out the child's side where no file is."""

    def __init__(self) -> None:
        """Nothing is limited."""

    def allow(self, cpu_seconds: float, piece: int = 0) -> None:
        """All is allowed."""

    def shut(self) -> None:
        """Nothing is shut."""


def address_space() -> int:
    """Bytes of address space that this process has; 0 where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return 0
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _limit(what: int, value: int, *, hard: bool = True) -> None:
    import resource

    _, most = resource.getrlimit(what)
    if most != resource.RLIM_INFINITY:
        value = min(value, most)
    resource.setrlimit(what, (value, value if hard else most))
