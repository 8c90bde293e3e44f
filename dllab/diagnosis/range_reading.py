"""Reading a range test: where the cost falls fastest, where it blows up, and what that suggests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# A slope counts as one where it is so many standard errors steep: with a hundred windows to choose
# from, chance alone makes two or three.
_CLEAR = 3.5
# A line through fewer costs says nothing.
_NARROWEST = 9


@dataclass(frozen=True)
class Reading:
    """``suggestion`` is a learning rate, or None; ``reason`` one sentence about it."""

    suggestion: float | None
    reason: str


def read(learning_rates: Array, costs: Array, blown_up_at: float | None) -> Reading:
    """Suggest a learning rate: the steepest descent, but at most a tenth of where it blows up.

    Where the cost rises clearly before it blows up, or without, that place stands for it.

    Parameters
    ----------
    learning_rates:
        (n,), growing.
    costs:
        (n,) mini-batch costs, not smoothed: a moving average would be late.
    blown_up_at:
        The learning rate at which the cost blew up, or None.
    """
    fastest, rise = _slopes(np.log10(learning_rates), costs)
    limit, what = blown_up_at, "it blows up"
    if rise is not None and (limit is None or rise < limit):
        limit, what = rise, "it rises"
    if limit is None:
        ends = f"{learning_rates[0]:.2g} and {learning_rates[-1]:.2g}"
        if fastest is None:
            return Reading(
                None,
                f"The cost neither fell nor rose clearly between {ends}; try a wider range or more "
                f"updates.",
            )
        return Reading(
            fastest,
            f"The cost falls fastest near α = {fastest:.2g} and rises nowhere between {ends}.",
        )
    tenth = limit / 10
    if fastest is not None and fastest <= tenth:
        return Reading(
            fastest,
            f"The cost falls fastest near α = {fastest:.2g}, well below {limit:.2g}, where {what}.",
        )
    if not len(costs) or tenth < learning_rates[0]:
        return Reading(
            None,
            f"The cost is too high already at α = {limit:.2g}, where {what}; start at a much lower "
            f"learning rate.",
        )
    why = "it fell nowhere more clearly than its noise"
    if fastest is not None:
        why = f"its steepest fall, at {fastest:.2g}, is too close to that"
    return Reading(tenth, f"A tenth of α = {limit:.2g}, where the cost {what[3:]}; {why}.")


def _slopes(x: Array, costs: Array) -> tuple[float | None, float | None]:
    """Learning rates of the steepest fall and by which a rise has shown; None where not clear.

    The slope over a window that is centred where it is asked for is not late, as that of a moving
    average is.
    """
    per_decade = len(x) / max(1e-9, x[-1] - x[0]) if len(x) else 0
    width = max(_NARROWEST, round(min(per_decade, len(x) / 4))) | 1
    if len(x) < width:
        return None, None
    starts = range(len(x) - width + 1)
    lines = [_line(x[start : start + width], costs[start : start + width]) for start in starts]
    # The costs of a few mini-batches may happen to lie close to a line, so that a window's own
    # error is no better than the usual one.
    usual = float(np.median([error for _, error in lines]))
    far = [slope / (_CLEAR * max(error, usual)) for slope, error in lines]
    falls = [start for start in starts if far[start] < -1]
    rises = [start for start in starts if far[start] > 1]
    fall = rise = None
    if falls:
        steepest = min(falls, key=lambda start: lines[start])
        fall = float(10 ** x[steepest + width // 2])
    if rises:
        first = max(rises, key=lambda start: lines[start])
        while first - 1 in rises:
            first -= 1
        rise = float(10 ** x[first + width - 1])
    return fall, rise


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Slope of the least-squares line through (x, y), and its standard error."""
    dx, dy = x - x.mean(), y - y.mean()
    spread = float(dx @ dx)
    slope = float(dx @ dy) / spread
    left = dy - slope * dx
    return slope, math.sqrt(float(left @ left) / ((len(x) - 2) * spread))
