"""Waiting for another thread without letting the processor core fall asleep.

Within an update a member of a team waits for some 100 µs at a time. A core that falls asleep
meanwhile takes as long to wake, and in a virtual machine it is given to somebody else. With numba
(the extra ``fast``) a member looks again and again instead, without the interpreter's lock, and
lets any other thread that wants the core go first.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.fast import version
from dllab.network.arrays import LINE, zeros

Counter = npt.NDArray[np.int64]
Wait = Callable[[Counter, int], object]

# Some 0.5 to 1 ms: longer than a part of an update that has only work for one, and short enough
# that a pause, or a helper that was held up, does not keep a core busy.
_LOOKS = 2000


def counter() -> Counter:
    """A number on a cache line of its own."""
    return zeros((LINE // 8,), np.int64)


def looking() -> Wait:
    """A wait until the counter has reached a number, or a moment has passed.

    It is a courtesy alone: whoever waits must ask after it by means of a lock. Without numba, or
    where threads cannot yield, it returns at once.
    """
    return (_compiled() if version("numba") is not None else None) or _not_at_all


def _not_at_all(_counter: Counter, _value: int) -> None:
    pass


@cache
def _compiled() -> Wait | None:
    try:
        import numba

        # The call hides from the compiler what memory it changes: the counter is read each time.
        let_others_go_first = ctypes.CDLL(None).sched_yield
    except (ImportError, TypeError, AttributeError):  # an old NumPy; Windows
        return None
    let_others_go_first.argtypes, let_others_go_first.restype = (), ctypes.c_int

    def look(counter: Any, value: int) -> bool:
        for _ in range(_LOOKS):
            if counter[0] >= value:
                return True
            let_others_go_first()
        return False

    wait: Wait = numba.njit(nogil=True)(look)
    wait(counter(), 0)
    return wait
