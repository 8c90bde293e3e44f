"""What a thread takes from training, read off the updates that its work fell into.

The speed of a whole turn differs by a tenth and more from one turn to the next on a shared
computer, which would need hundreds of turns to show a loss of a hundredth. Updates a moment apart
are alike, so those with the thread at work are compared with those without it in the same turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

# Before and after its work the thread counts as at work, too: training makes a snapshot for it, and
# finds its caches cold.
MARGIN = 0.02
_IDLE = 20e-6


@dataclass(frozen=True)
class HeldUp:
    """Of one turn: seconds in all, and of the thread's processor time ``worked``.

    ``excess`` is by how many seconds the updates took longer in which it worked for ``seen``.
    """

    seconds: float
    worked: float
    excess: float
    seen: float


def held_up(ends: npt.NDArray[Any], worked: npt.NDArray[Any], other: npt.NDArray[Any]) -> HeldUp:
    """Compare the updates of a turn.

    Parameters
    ----------
    ends:
        When each update ended, n + 1 moments in seconds.
    worked:
        The thread's processor time up to then, n + 1 values in seconds.
    other:
        Which of the n updates have something else in them, an evaluation: they are left out.
    """
    durations, work = np.diff(ends), np.diff(worked)
    busy = np.zeros(len(durations) + 1, np.int64)
    for index in np.flatnonzero(work > _IDLE):
        first = max(0, min(index - 1, int(ends.searchsorted(ends[index] - MARGIN)) - 1))
        after = max(index + 1, int(ends.searchsorted(ends[index + 1] + MARGIN)) - 1)
        busy[first] += 1
        busy[min(after + 1, len(durations))] -= 1
    near = np.cumsum(busy)[:-1] > 0
    counted, alone = near & ~other, ~near & ~other
    excess = 0.0
    if alone.any():
        excess = float(durations[counted].sum() - counted.sum() * durations[alone].mean())
    return HeldUp(float(ends[-1] - ends[0]), float(work.sum()), excess, float(work[counted].sum()))


def share_lost(turns: Sequence[HeldUp]) -> tuple[float, float]:
    """The share of the time that training loses to the thread, and its standard error.

    What a second of its work costs, seen where it could be seen, times all of its work.
    """
    seen, worked = sum(t.seen for t in turns), sum(t.worked for t in turns)
    seconds = sum(t.seconds for t in turns)
    if not seen:
        return 0.0, math.nan
    price = sum(t.excess for t in turns) / seen
    # Of a ratio of sums over turns.
    scatter = sum((t.excess - price * t.seen) ** 2 for t in turns) * len(turns)
    error = math.sqrt(scatter / max(1, len(turns) - 1)) / seen
    return price * worked / seconds, error * worked / seconds
