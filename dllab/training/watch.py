"""What is written down while a run goes on: curves, evaluations, the clock, the best dev point."""

from __future__ import annotations

import math
import time

import numpy as np

from dllab.diagnosis.alarms import Alarms
from dllab.diagnosis.layer_health import curves_of
from dllab.hyperparameters import live_knobs
from dllab.training.evaluation import Evaluation, Evaluator, automatic_interval, probe_of
from dllab.training.history import EVALUATED, History
from dllab.training.prepare import Prepared
from dllab.training.snapshot import BestDev
from dllab.training.trainer import Trainer

_RECENT = 100
_WARM_UP_POINTS = 64
# Before the first regular evaluation there is one at each power of two from here on: the dev curve
# begins within a second, where most happens, at the price of a handful of evaluations once.
_FIRST_EVALUATION = 32


def is_turn(step: int, interval: int) -> bool:
    """Whether there is an evaluation after update ``step``, with so many steps between two."""
    early = _FIRST_EVALUATION <= step < interval and step & (step - 1) == 0
    return early or step % interval == 0


class Watch:
    """Follows a trainer; changes nothing of it but its clock.

    Attributes
    ----------
    history:
        The curves of every branch.
    best_dev:
        The lowest dev cost along the current branch.
    interval:
        Steps between two evaluations of dev set and probe, which read the layers' health as well.
    alarms:
        What is wrong with the layers.
    evaluated:
        The latest evaluation of training probe and dev set, None before the first.
    """

    def __init__(self, trainer: Trainer, prepared: Prepared, probe_examples: int) -> None:
        self.trainer, self.dev = trainer, prepared.dev
        self.probe = probe_of(prepared.train, probe_examples)
        self.history = History(trainer.network.dtype)
        self.best_dev: BestDev | None = None
        self.alarms = Alarms()
        self.evaluated: tuple[Evaluation, Evaluation] | None = None
        trainer.is_watched = self.is_turn
        self.evaluator = Evaluator(trainer.network, trainer.team)
        self.interval = 1
        self._since: float | None = None
        self.adopt_values()

    def adopt_values(self) -> None:
        """Follow a change of the hyperparameters in force, whatever made it."""
        trainer = self.trainer
        self.interval = trainer.values["evaluate_every"] or automatic_interval(
            trainer.network, trainer.mini_batch, self.dev.m + self.probe.m
        )
        if self.evaluator.team is not trainer.team:
            self.evaluator = Evaluator(trainer.network, trainer.team)

    def is_turn(self, step: int) -> bool:
        """Whether there is an evaluation after update ``step``."""
        return is_turn(step, self.interval)

    def after_update(self, cost: float, error: float) -> bool:
        """Write an update down; True if it was the turn of an evaluation."""
        trainer, curves = self.trainer, self.history.now
        curves.dense["train_cost"].append(cost)
        curves.dense["train_error"].append(error)
        evaluated = self.is_turn(trainer.step)
        if evaluated or trainer.position == 0 or self._warms_up(trainer.step):
            self.record_learning_rate()
        if not evaluated:
            return False
        self._evaluate()
        return True

    def _warms_up(self, step: int) -> bool:
        """Whether the learning rate after ``step`` updates is a point of the warm-up's curve."""
        warm_up, coming = self.trainer.values["warm_up"], step + 1
        if coming > warm_up:
            return False
        return bool(coming == warm_up or coming % max(1, warm_up // _WARM_UP_POINTS) == 0)

    def _evaluate(self) -> None:
        dev, probe = self.evaluator(self.dev), self.evaluator(self.probe)
        self.evaluated = probe, dev
        step = self.trainer.step
        values = (dev.cost, dev.error, probe.cost, probe.error)
        for name, value in zip(EVALUATED, values, strict=True):
            self.history.now.record(name, step, value)
        health = self.trainer.health
        for name, value in curves_of(health).items():
            self.history.now.record(name, step, value)
        self.alarms.hear(health, self.trainer.values)
        self.record_clock()
        if dev.cost < (self.best_dev.cost if self.best_dev else math.inf):
            self.best_dev = BestDev(step, dev.cost, dev.error)

    def forget_model(self) -> None:
        """The model is another one now: what was seen of it no longer holds."""
        self.evaluated = None
        self.trainer.health = ()
        self.alarms.forget()

    def find_best(self) -> None:
        """Look the best dev point up again, after the branch has changed."""
        steps, costs = self.history["dev_cost"]
        _, errors = self.history["dev_error"]
        self.best_dev = None
        if np.isfinite(costs).any():
            best = int(np.nanargmin(costs))
            self.best_dev = BestDev(int(steps[best]), float(costs[best]), float(errors[best]))

    def recent_train_cost(self) -> float | None:
        """Mean cost of the last 100 mini-batches of this branch, or None before the first."""
        recent = self.history.now.dense["train_cost"].view()[-_RECENT:]
        return float(recent.mean()) if len(recent) else None

    def last_dev_cost(self) -> float | None:
        """The latest evaluated dev cost along this branch."""
        last = self.history.last("dev_cost")
        return last[1] if last else None

    def record_knobs(self) -> None:
        """Write every knob down as it stands for the next update: a branch begins."""
        for knob, value in live_knobs(self.trainer.values).items():
            self.record_knob(knob, value)
        self.record_learning_rate()

    def record_moved_knobs(self) -> None:
        """Write those knobs down that stand elsewhere than the curves say."""
        for knob, value in live_knobs(self.trainer.values).items():
            last = self.history.last(knob)
            if last is None or last[1] != value:
                self.record_knob(knob, value)
        self.record_learning_rate()

    def record_knob(self, knob: str, value: float | str) -> None:
        """Write a knob down as it stands from the next update on; names have no curve."""
        if not isinstance(value, str):
            self.history.now.record(knob, self.trainer.step + 1, value, again=True)

    def record_learning_rate(self) -> None:
        """Write the learning rate of the next update down, if it has changed."""
        used = self.trainer.learning_rate
        last = self.history.now.last("learning_rate_used")
        if last is None or last[1] != used:
            self.record_knob("learning_rate_used", used)

    def start_clock(self) -> None:
        """Training time runs from here."""
        self._since = time.perf_counter()

    def stop_clock(self) -> None:
        """Training time stands still."""
        self.tick()
        self._since = None

    def tick(self) -> None:
        """Bring the trainer's seconds up to this moment."""
        if self._since is not None:
            moment = time.perf_counter()
            self.trainer.seconds += moment - self._since
            self._since = moment

    def record_clock(self) -> None:
        """Note where the run stands in seconds, epochs and examples."""
        self.tick()
        trainer, curves = self.trainer, self.history.now
        curves.record("seconds", trainer.step, trainer.seconds)
        curves.record("epoch", trainer.step, trainer.progress)
        curves.record("examples", trainer.step, trainer.examples)
