"""A few threads that share the rows of a mini-batch and the pieces of θ.

BLAS itself is held to one thread: its own threads spin between calls, which starves the window, and
the rows of a mini-batch are a coarser and cheaper thing to share than each single product. The
number of members can change the last bits of a sum, so it is part of a checkpoint.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue

import numpy as np
from threadpoolctl import ThreadpoolController

MAXIMUM = 2
# Where sharing begins to pay (floating-point operations per update): below, handing work to another
# thread costs more than it saves. Measured by tests/benchmarks.
WORTH_SHARING = 60e6

_controller: ThreadpoolController | None = None


def hold_blas_to_one_thread() -> None:
    """Limit BLAS to one thread for the whole process."""
    global _controller
    if _controller is None:
        _controller = ThreadpoolController()
        _controller.limit(limits=1, user_api="blas")


def members_for(update_flops: float) -> int:
    """How many threads an update of this size is shared by on this computer."""
    cores = os.cpu_count() or 1
    return min(MAXIMUM, cores) if update_flops >= WORTH_SHARING else 1


class Team:
    """``members`` workers, of which the calling thread is one. Close it after use."""

    def __init__(self, members: int) -> None:
        self.members = members
        self._tasks: list[SimpleQueue[Callable[[], None] | None]] = []
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        for number in range(1, members):
            tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
            self._tasks.append(tasks)
            threading.Thread(
                target=self._serve, args=(tasks,), name=f"dllab-team-{number}", daemon=True
            ).start()

    def _serve(self, tasks: SimpleQueue[Callable[[], None] | None]) -> None:
        # NumPy's error state belongs to a thread; overflow is the guard's business, not a warning.
        with np.errstate(all="ignore"):
            while (task := tasks.get()) is not None:
                try:
                    task()
                except BaseException as error:
                    self._done.put(error)
                else:
                    self._done.put(None)

    def run(self, *stages: Sequence[Callable[[], None]]) -> None:
        """Run stages of at most one task per member, each when the one before is done.

        The first error is raised, and no further stage is begun.
        """
        for stage in stages:
            self._run(stage)

    def _run(self, tasks: Sequence[Callable[[], None]]) -> None:
        for queue, task in zip(self._tasks, tasks[1:], strict=False):
            queue.put(task)
        error: BaseException | None = None
        try:
            tasks[0]()
        except BaseException as own:
            error = own
        for _ in tasks[1:]:
            error = self._done.get() or error
        if error is not None:
            raise error

    def close(self) -> None:
        """End the threads."""
        for queue in self._tasks:
            queue.put(None)
        self._tasks = []
        self.members = 1


def shares(length: int, members: int) -> list[slice]:
    """``length`` items as one contiguous slice per member."""
    return [slice(i * length // members, (i + 1) * length // members) for i in range(members)]
