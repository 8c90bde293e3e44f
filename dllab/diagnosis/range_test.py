"""α range test (Smith 2017, arXiv:1506.01186): where does the learning rate work?

On a clone at the run's weights the learning rate grows from very small to very large, a little at
each update. The cost stays, falls, and in the end blows up; where it falls fastest the learning
rate is good.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.diagnosis.progress import Progress
from dllab.diagnosis.range_reading import Reading, read
from dllab.errors import DiagnosisError
from dllab.hyperparameters import TABLE
from dllab.optimizers import learning_rate_at
from dllab.training.guard import GuardError
from dllab.training.replica import Replica
from dllab.training.smoothing import MovingAverage
from dllab.training.trainer import Trainer

Array = npt.NDArray[Any]

STEPS_LEAST, STEPS_MOST = 20, 5000
BLOWN_UP = 4.0
"""The test ends once the smoothed cost is this many times its best."""

_TELLS = 100


@dataclass(frozen=True)
class RangeTest:
    """Settings of a range test.

    Parameters
    ----------
    low, high:
        Learning rates of the first and of the last update, low < high, within the range of the
        learning rate.
    steps:
        Updates, 20 to 5,000; one mini-batch each.
    beta:
        Moving average of the cost, [0, 0.999].

    Raises
    ------
    DiagnosisError
        If a setting is out of range.
    """

    low: float = 1e-6
    high: float = 10.0
    steps: int = 400
    beta: float = 0.9

    def __post_init__(self) -> None:
        record = TABLE["learning_rate"]
        if not record.low <= self.low < self.high <= record.high:
            raise DiagnosisError(
                f"A range test needs a lower and a higher learning rate between {record.low:g} "
                f"and {record.high:g}; got {self.low:g} and {self.high:g}."
            )
        if not STEPS_LEAST <= self.steps <= STEPS_MOST:
            raise DiagnosisError(
                f"A range test takes {STEPS_LEAST} to {STEPS_MOST:,} updates; got {self.steps}."
            )
        if not 0 <= self.beta <= 0.999:
            raise DiagnosisError(f"The smoothing must lie between 0 and 0.999; got {self.beta}.")

    @property
    def learning_rates(self) -> Array:
        """The learning rate of each update (steps,), equally far apart on a log axis."""
        return np.geomspace(self.low, self.high, self.steps)


@dataclass(frozen=True, eq=False)
class RangeResult:
    """What the test saw, one place per update made: learning rates, mini-batch costs, smoothed.

    ``suggestion`` is the learning rate to use, or None, and ``reason`` one sentence about it.
    ``alpha0`` is the value of the knob that makes the schedule give the suggestion now.
    ``ended`` says what stopped the test early, empty if it went to its end.
    """

    step: int
    learning_rates: Array
    costs: Array
    smoothed: Array
    suggestion: float | None
    reason: str
    alpha0: float | None
    ended: str = ""


def range_test(
    replica: Replica, progress: Progress, settings: RangeTest | None = None
) -> RangeResult:
    """Train a clone with a growing learning rate; the run itself is not touched.

    The clone uses the run's optimizer and its averages, its knobs, random streams and mini-batches;
    only the schedule is put aside, so that each α is the one that is used.

    Raises
    ------
    Cancelled
        If the person has cancelled it.
    """
    settings = settings or RangeTest()
    trainer = replica.trainer()
    try:
        factor = _schedule_factor(trainer)
        climb = _Climb(trainer, settings)
        climb.run(progress)
    finally:
        trainer.close()
    costs = np.array(climb.costs)
    rates = settings.learning_rates[: len(costs)]
    reading = read(rates, costs, climb.blown_up_at)
    return RangeResult(
        step=replica.state.step,
        learning_rates=rates,
        costs=costs,
        smoothed=np.array(climb.smoothed),
        suggestion=reading.suggestion,
        reason=reading.reason,
        alpha0=_knob(reading, factor),
        ended=climb.ended,
    )


class _Climb:
    """Updates with a growing learning rate, up to the end or until the cost blows up."""

    def __init__(self, trainer: Trainer, settings: RangeTest) -> None:
        self._trainer, self._settings = trainer, settings
        self.costs: list[float] = []
        self.smoothed: list[float] = []
        self.blown_up_at: float | None = None
        self.ended = ""

    def run(self, progress: Progress) -> None:
        settings = self._settings
        average = MovingAverage(settings.beta)
        every = max(1, settings.steps // _TELLS)
        # Before that the average is one of few costs, and may be low by chance.
        trusted = 1 / (1 - settings.beta)
        best = math.inf
        for index, rate in enumerate(settings.learning_rates.tolist()):
            if index % every == 0 or progress.cancelled:
                progress.report(index / settings.steps, f"α = {rate:.2g}")
            try:
                cost = self._update(rate)
            except GuardError as error:
                self._stop(rate, str(error))
                return
            self.costs.append(cost)
            self.smoothed.append(float(average.extend([cost])[0]))
            if index + 1 < trusted:
                continue
            best = min(best, self.smoothed[-1])
            if self.smoothed[-1] > BLOWN_UP * best:
                self._stop(rate, f"The cost was more than {BLOWN_UP:g} times its best.")
                return

    def _update(self, rate: float) -> float:
        trainer = self._trainer
        own = {"learning_rate": rate, "schedule": "constant", "warm_up": 0}
        trainer.set_values({**trainer.values, **own})
        return trainer.update()[0]

    def _stop(self, rate: float, why: str) -> None:
        self.blown_up_at, self.ended = rate, f"Stopped at α = {rate:.2g}. {why}"


def _schedule_factor(trainer: Trainer) -> float:
    """α over α₀ as the schedule has it now, warm-up left out since it ends by itself."""
    values = trainer.values | {"warm_up": 0}
    alpha = learning_rate_at(values, trainer.epoch, trainer.step, trainer.steps_per_epoch)
    return alpha / float(values["learning_rate"])


def _knob(reading: Reading, factor: float) -> float | None:
    """α₀ for the suggestion, within the knob's range; three digits, as one would type it."""
    if reading.suggestion is None or not factor:
        return None
    record = TABLE["learning_rate"]
    return float(f"{min(max(reading.suggestion / factor, record.low), record.high):.3g}")
