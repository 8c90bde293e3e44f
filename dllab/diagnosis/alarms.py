"""Alarms about layers: which layer, what is wrong with it, what to do.

A rule measures how bad a layer is. Its alarm goes up when the measure has been beyond one limit in
two readings one after the other, and down when it has been within a milder limit as often: an alarm
that comes and goes with every mini-batch helps nobody.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dllab.diagnosis.alarm_words import Kind, sentence, what_to_do
from dllab.diagnosis.layer_health import LayerHealth

Health = Sequence[LayerHealth]

_READINGS = 2
# Of a healthy ReLU unit that is active for three examples of ten, 32 tell nearly always.
_FEWEST_EXAMPLES = 32


@dataclass(frozen=True)
class Alarm:
    """``layer`` is the one where it is worst, ``layers`` are all that have it, 1-based."""

    layer: int
    kind: Kind
    layers: tuple[int, ...]
    sentence: str
    what_to_do: str


@dataclass(frozen=True)
class Rule:
    """``measure(health, layer's index)`` is larger the worse, None where the rule says nothing."""

    kind: Kind
    measure: Callable[[Health, int], float | None]
    raise_above: float
    lower_below: float


def _decades_lost(health: Health, index: int) -> float | None:
    """Powers of ten between what comes back to a layer and what the last one sends out."""
    last = health[-1].signal_rms
    if index == len(health) - 1 or not last:
        return None
    signal = health[index].signal_rms
    return math.log10(last / signal) if signal else math.inf


def _decades_won(health: Health, index: int) -> float | None:
    lost = _decades_lost(health, index)
    return None if lost is None else -lost


def _activation(health: Health, index: int) -> float | None:
    return health[index].activation_rms


def _dead(health: Health, index: int) -> float | None:
    return health[index].dead if health[index].m >= _FEWEST_EXAMPLES else None


def _saturated(health: Health, index: int) -> float | None:
    return health[index].saturated


def _speed(health: Health, index: int) -> float | None:
    return health[index].update_ratio


def _slowness(health: Health, index: int) -> float | None:
    ratio = health[index].update_ratio
    return 1 / ratio if ratio else math.inf


RULES = (
    Rule("vanishing", _decades_lost, 4.0, 3.5),
    Rule("exploding", _decades_won, 3.0, 2.5),
    Rule("growing", _activation, 100.0, 50.0),
    Rule("dead", _dead, 0.5, 0.4),
    Rule("saturated", _saturated, 0.5, 0.4),
    Rule("large updates", _speed, 1e-1, 5e-2),
    Rule("small updates", _slowness, 1e5, 5e4),
)


class Alarms:
    """Hears one reading after the other and knows which alarms stand.

    Attributes
    ----------
    standing:
        The alarms that are up, at most one of a kind, in the order of `RULES`.
    """

    def __init__(self) -> None:
        self.standing: tuple[Alarm, ...] = ()
        self._runs: dict[tuple[Kind, int], int] = {}
        self._up: set[tuple[Kind, int]] = set()

    def forget(self) -> None:
        """Start afresh: the run has gone back to another model."""
        self.standing, self._runs, self._up = (), {}, set()

    def hear(self, health: Health, values: Mapping[str, Any]) -> tuple[Alarm, ...]:
        """Take a reading in and return the alarms that stand.

        Parameters
        ----------
        health:
            As `layer_health` returns it; an empty one changes nothing.
        values:
            Hyperparameters in force: what to do depends on them.
        """
        if not health:
            return self.standing
        earlier = {alarm.kind: alarm for alarm in self.standing}
        standing = []
        for rule in RULES:
            measures = [rule.measure(health, index) for index in range(len(health))]
            up = [i for i, measured in enumerate(measures) if self._follow(rule, i, measured)]
            told = [
                (value, -i)
                for i in up
                if (value := measures[i]) is not None and value >= rule.lower_below
            ]
            if told:
                layers = tuple(index + 1 for index in up)
                worst = health[-max(told)[1]]
                words = sentence(rule.kind, layers, worst, health[-1])
                advice = what_to_do(rule.kind, values)
                standing.append(Alarm(worst.layer, rule.kind, layers, words, advice))
            elif up:
                # This reading says nothing about it (a last, small mini-batch of an epoch), or
                # that it is over, which only the next one confirms.
                standing.append(earlier[rule.kind])
        self.standing = tuple(standing)
        return self.standing

    def _follow(self, rule: Rule, index: int, measured: float | None) -> bool:
        """Count readings that speak against how the alarm stands; whether it is up after this."""
        key = rule.kind, index
        is_up = key in self._up
        if measured is None:
            return is_up
        against = measured < rule.lower_below if is_up else measured > rule.raise_above
        run = self._runs.pop(key, 0) + 1
        if not against:
            return is_up
        if run < _READINGS:
            self._runs[key] = run
            return is_up
        self._up ^= {key}
        return not is_up
