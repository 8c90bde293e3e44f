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

from dllab.training.waiting import counter, looking

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
        self._helpers = [_Helper(number) for number in range(1, members)]

    def run(self, *stages: Sequence[Callable[[], None]]) -> None:
        """Run stages of at most one task per member, each when the one before is done.

        The first error is raised, and no further stage is begun.
        """
        for stage in stages:
            self._run(stage)

    def _run(self, tasks: Sequence[Callable[[], None]]) -> None:
        busy = list(zip(self._helpers, tasks[1:], strict=False))
        for helper, task in busy:
            helper.begin(task)
        error: BaseException | None = None
        try:
            tasks[0]()
        except BaseException as own:
            error = own
        for helper, _ in busy:
            error = helper.outcome() or error
        if error is not None:
            raise error

    def close(self) -> None:
        """End the threads."""
        for helper in self._helpers:
            helper.end()
        self._helpers = []
        self.members = 1


class _Helper:
    """A member's own thread. The queues are what counts; the counters say when to look there."""

    def __init__(self, number: int) -> None:
        self._wait = looking()
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._outcomes: SimpleQueue[BaseException | None] = SimpleQueue()
        self._begun, self._done = counter(), counter()
        name = f"dllab-team-{number}"
        threading.Thread(target=self._serve, name=name, daemon=True).start()

    def begin(self, task: Callable[[], None]) -> None:
        self._tasks.put(task)
        self._begun[0] += 1

    def outcome(self) -> BaseException | None:
        self._wait(self._done, int(self._begun[0]))
        return self._outcomes.get()

    def end(self) -> None:
        self._tasks.put(None)
        self._begun[0] += 1

    def _serve(self) -> None:
        number = 1
        # NumPy's error state belongs to a thread; overflow is the guard's business, not a warning.
        with np.errstate(all="ignore"):
            while (task := self._next(number)) is not None:
                try:
                    task()
                except BaseException as error:
                    self._outcomes.put(error)
                else:
                    self._outcomes.put(None)
                self._done[0] = number
                number += 1

    def _next(self, number: int) -> Callable[[], None] | None:
        self._wait(self._begun, number)
        return self._tasks.get()


def shares(length: int, members: int) -> list[slice]:
    """``length`` items as one contiguous slice per member."""
    return [slice(i * length // members, (i + 1) * length // members) for i in range(members)]
