"""How the learning rate follows from α₀, the epoch and the step.

Epochs and updates done so far are whole numbers from 0. The schedules that divide by a root count
from 1, as the formulas need: the first epoch has k/√1, and so has the first update.

The staircase holds a schedule still for some epochs at a time, at what it was in the first of
them: it is given ⌊epoch/interval⌋·interval. The schedule by updates is held at the first update of
that epoch, which is found as if every epoch so far had had as many updates as one has now.

Warm-up multiplies whatever the schedule gives by 1/N, 2/N … 1 in the first N updates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Schedule:
    """``alpha(values, epoch, t)`` gives the learning rate of update t (from 1) in this epoch.

    ``uses`` names the hyperparameters that shape it, α₀ and warm-up left out.
    """

    uses: tuple[str, ...]
    alpha: Callable[[Values, int, int], float]


def _constant(values: Values, epoch: int, t: int) -> float:
    return float(values["learning_rate"])


def _inverse_epoch(values: Values, epoch: int, t: int) -> float:
    return float(values["learning_rate"] / (1 + values["decay_rate"] * epoch))


def _exponential(values: Values, epoch: int, t: int) -> float:
    return float(values["learning_rate"] * values["decay_base"] ** epoch)


def _sqrt_epoch(values: Values, epoch: int, t: int) -> float:
    return float(values["decay_k"] / math.sqrt(epoch + 1) * values["learning_rate"])


def _sqrt_step(values: Values, epoch: int, t: int) -> float:
    return float(values["decay_k"] / math.sqrt(t) * values["learning_rate"])


def _halving(values: Values, epoch: int, t: int) -> float:
    return float(values["learning_rate"] * 0.5 ** (epoch // (values["staircase"] or 1)))


SCHEDULES: Mapping[str, Schedule] = {
    "constant": Schedule((), _constant),
    "inverse_epoch": Schedule(("decay_rate", "staircase"), _inverse_epoch),
    "exponential": Schedule(("decay_base", "staircase"), _exponential),
    "sqrt_epoch": Schedule(("decay_k", "staircase"), _sqrt_epoch),
    "sqrt_step": Schedule(("decay_k", "staircase"), _sqrt_step),
    "halving": Schedule(("staircase",), _halving),
}


def learning_rate_at(values: Values, epoch: int, step: int = 0, steps_per_epoch: int = 1) -> float:
    """The learning rate of the update that comes after ``step`` updates and ``epoch`` whole epochs.

    Parameters
    ----------
    values:
        Hyperparameters of the table; α₀ is ``learning_rate``.
    epoch, step:
        Whole epochs and updates done, from 0.
    steps_per_epoch:
        Updates in an epoch with the mini-batch size in force; only ``sqrt_step`` with a staircase
        asks for it.

    Returns
    -------
    float
        Finite and not negative; above α₀ only where ``decay_k`` lifts it there.
    """
    t = step + 1
    if values["staircase"]:
        epoch -= epoch % values["staircase"]
        stair = epoch * steps_per_epoch + 1
    else:
        stair = t
    alpha = SCHEDULES[values["schedule"]].alpha(values, epoch, stair)
    warm_up = values["warm_up"]
    return alpha * t / warm_up if t < warm_up else alpha
