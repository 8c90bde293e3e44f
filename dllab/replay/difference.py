"""In which parts two states differ, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from dllab.hyperparameters import TABLE
from dllab.training.state import State

OWN_MINI_BATCHES = (
    "the place in the epoch is another one, as after updates on a caller's own mini-batches "
    "(session.update), which the ledger does not hold"
)


def differences(ours: State, theirs: State) -> tuple[str, ...]:
    """The parts of two states that differ; nothing where their fingerprints are the same."""
    return (
        *_counters(ours, theirs),
        *_hyperparameters(ours, theirs),
        *_vectors(ours, theirs),
        *_surroundings(ours, theirs),
    )


def _counters(ours: State, theirs: State) -> list[str]:
    found = []
    if ours.step != theirs.step:
        found.append(f"the step ({ours.step:,}, not {theirs.step:,})")
    place = [(s.epoch, s.position, s.examples) for s in (ours, theirs)]
    if place[0] != place[1]:
        found.append(OWN_MINI_BATCHES if ours.step == theirs.step else "the place in the epoch")
    if ours.order_epoch != theirs.order_epoch or not np.array_equal(ours.order, theirs.order):
        found.append("the order of mini-batches")
    return found


def _hyperparameters(ours: State, theirs: State) -> list[str]:
    first, second = ours.hyperparameters, theirs.hyperparameters
    return [
        f"{key} ({_shown(key, first)}, not {_shown(key, second)})"
        for key in TABLE
        if first.get(key) != second.get(key)
    ]


def _shown(key: str, values: Mapping[str, object]) -> str:
    return TABLE[key].show(values[key]) if key in values else "unknown"


def _vectors(ours: State, theirs: State) -> list[str]:
    found = []
    if not _same(ours.theta, theirs.theta):
        found.append(f"θ ({_distance(ours.theta, theirs.theta)})")
    if not _same(ours.statistics, theirs.statistics):
        found.append("batch norm's running μ and σ²")
    for name in sorted({*ours.slots, *theirs.slots}):
        one, other = ours.slots.get(name), theirs.slots.get(name)
        if one is None or other is None or not _same(one, other):
            found.append(f"the optimizer's {name}")
    if dict(ours.remaining) != dict(theirs.remaining):
        found.append("the optimizer's bias correction")
    for name in sorted({*ours.streams, *theirs.streams}):
        one, other = ours.streams.get(name), theirs.streams.get(name)
        if one is None or other is None or not _same(one, other):
            found.append(f"the random stream of {name}")
    return found


def _same(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> bool:
    same_form = one.shape == other.shape and one.dtype == other.dtype
    return same_form and one.tobytes() == other.tobytes()


def _distance(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> str:
    if one.shape != other.shape or one.dtype != other.dtype:
        return "another network"
    gap = np.abs(one.astype(np.float64) - other.astype(np.float64))
    return f"{np.count_nonzero(gap):,} of {one.size:,} entries, by up to {gap.max():.2g}"


def _surroundings(ours: State, theirs: State) -> list[str]:
    found = []
    if ours.first_cost != theirs.first_cost:
        found.append("the cost of the first mini-batch")
    if ours.members != theirs.members:
        found.append(f"the number of threads ({ours.members}, not {theirs.members})")
    return found


def fact_differences(recorded: Mapping[str, str], here: Mapping[str, str]) -> tuple[str, ...]:
    """What made the recording and is different here: ``"numpy 2.1.0 then, 2.2.1 now"``."""
    return tuple(
        f"{name} {recorded[name]} then, {here[name]} now"
        for name in recorded
        if name in here and name != "threads" and recorded[name] != here[name]
    )
