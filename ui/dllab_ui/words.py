"""Numbers and times in words, the same wherever the window shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dllab.errors import HyperparameterError
from dllab.hyperparameters import split_key
from dllab.in_words import NOTHING as NOTHING
from dllab.in_words import duration as duration
from dllab.in_words import percent as percent

_REASONS = {
    "start": "start",
    "manual": "asked for",
    "automatic": "automatic",
    "safety": "before a nudge",
    "best": "best dev cost",
    "left": "branch left",
    "rule": "asked for by a rule",
    "emergency": "training stopped",
    "close": "closed",
}


def count(number: float) -> str:
    """A whole number with thousands separators."""
    return f"{round(number):,d}"


def steps(number: float) -> str:
    """A number of updates: ``1 step``, ``1,200 steps``."""
    return f"{count(number)} {'step' if round(number) == 1 else 'steps'}"


def left_behind(number: int) -> str:
    """What becomes of updates that a rollback leaves: ``20 steps stay behind``."""
    return f"{steps(number)} {'stays' if number == 1 else 'stay'} behind"


def cost(value: float | None) -> str:
    """A cost with four significant digits, or a dash where nothing has been evaluated."""
    if value is None:
        return NOTHING
    return f"{value:#.4g}" if math.isfinite(value) else str(value)


def signed(value: float) -> str:
    """A difference of costs, with its sign: ``−0.011``."""
    return f"{'−' if value < 0 else '+'}{cost(abs(value))}"


def rate(per_second: float) -> str:
    """Steps per second, with a decimal only where it matters."""
    return count(per_second) if per_second >= 10 else f"{per_second:.1f}"


def clock(when: str) -> str:
    """The local time of day of an ISO 8601 moment, with the date when it is not today."""
    try:
        moment = datetime.fromisoformat(when).astimezone()
    except ValueError:
        return when
    there = moment.replace(tzinfo=None)
    # Not by strftime, which takes longer than all the rest of a row of the journal.
    if there.date() == datetime.now().date():
        return there.time().isoformat("seconds")
    return there.isoformat(" ", "minutes")


def at_step(step: int, epoch: float) -> str:
    """Where in a run something stands."""
    return f"step {count(step)} (epoch {epoch:.2f})"


def knob_name(knob: str) -> str:
    """The full name of a knob: ``learning rate``, ``keep_prob[2]``."""
    try:
        record, layer = split_key(knob)
    except HyperparameterError:
        return knob
    return record.name if layer is None else f"{record.name}[{layer}]"


def knob_value(knob: str, value: Any) -> str:
    """A knob's value as the table shows it."""
    try:
        return split_key(knob)[0].show(value)
    except (HyperparameterError, TypeError, ValueError):
        return str(value)


def change(knob: str, old: Any, new: Any) -> str:
    """One change: ``learning rate 0.001 → 0.0005``."""
    return f"{knob_name(knob)} {knob_value(knob, old)} → {knob_value(knob, new)}"


def changes(moves: Mapping[str, tuple[Any, Any]]) -> str:
    """All changes of an entry."""
    return " · ".join(change(knob, old, new) for knob, (old, new) in moves.items())


def key(checkpoint: str) -> str:
    """A checkpoint's key without its leading zeros."""
    return checkpoint.lstrip("0") or checkpoint


def architecture(sizes: tuple[int, ...]) -> str:
    """Layer sizes as people write them: ``784-128-10``."""
    return "-".join(str(size) for size in sizes)


def checkpoint_reason(reason: str, pinned: bool = False) -> str:
    """Why a checkpoint was written, and whether it is kept for ever."""
    return _REASONS.get(reason, reason) + ", pinned" * pinned
