"""What a thread takes from training, read off the updates that its work fell into.

The speed of a whole turn differs by a tenth and more from one turn to the next on a shared
computer, which would need hundreds of turns to show a loss of a hundredth. Moments of one turn are
more alike: those in which the thread worked much are compared with those in which it worked little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

# Of one length by the clock: a stretch of so many updates would, when the computer is slow for
# another reason, also hold more of the thread's work. Long enough for what comes with the work: a
# snapshot made for it, caches that are cold after it.
STRETCH = 0.1

Turn = list[tuple[float, float]]
"""Of each stretch of a turn: training done, as a share of the turn's mean, and work per second."""


def stretches(ends: npt.NDArray[Any], worked: npt.NDArray[Any], other: npt.NDArray[Any]) -> Turn:
    """Cut a turn into stretches of `STRETCH` seconds.

    Parameters
    ----------
    ends:
        When each update ended, n + 1 moments in seconds.
    worked:
        The thread's processor time up to then, n + 1 values in seconds.
    other:
        Which of the n updates have something else in them, an evaluation: they count for more.
    """
    durations = np.diff(ends)
    due = np.empty_like(durations)
    for kind in (other, ~other):
        if kind.any():
            due[kind] = durations[kind].mean()
    edges = np.arange(ends[0], ends[-1], STRETCH)
    done = np.interp(edges, ends, np.concatenate([[0.0], np.cumsum(due)]))
    work = np.interp(edges, ends, worked)
    return list(zip((np.diff(done) / STRETCH).tolist(), (np.diff(work) / STRETCH).tolist(),
                    strict=True))  # fmt: skip


def share_lost(turns: Sequence[Turn]) -> tuple[float, float]:
    """The share of the time that training loses to the thread, and its standard error.

    A line through the stretches says what a second of work costs; that times all of the work. The
    error is found by leaving out one turn after the other. NaN where nothing can be seen: fewer
    than two turns, or no work in any.
    """
    if len(turns) < 2:
        return math.nan, math.nan
    parts = [_sums(turn) for turn in turns]
    found = _lost(parts)
    without = [_lost(parts[:i] + parts[i + 1 :]) for i in range(len(parts))]
    mean = sum(without) / len(without)
    error = math.sqrt(sum((x - mean) ** 2 for x in without) * (len(parts) - 1) / len(parts))
    return found, error


def _sums(turn: Turn) -> tuple[float, float, float, float]:
    done, work = np.array(turn).T
    x, y = work - work.mean(), done - done.mean()
    return float(x @ y), float(x @ x), float(work.sum()), float(len(work))


def _lost(parts: Sequence[tuple[float, float, float, float]]) -> float:
    together, alone, work, count = map(sum, zip(*parts, strict=True))
    if not alone > 0:
        return math.nan
    lost = -together / alone * work / count
    # A turn's mean, 1, is what is left of the speed without the work.
    return lost / (1 + lost)
