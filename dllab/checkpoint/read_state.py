"""Reading the part of a checkpoint that decides the future."""

from __future__ import annotations

import json
import math
from typing import Any

import h5py
import numpy as np

from dllab.checkpoint.fields import array, attribute, long_text, subgroup
from dllab.checkpoint.migrations import v1_layout
from dllab.data.hdf5_checks import member
from dllab.errors import CheckpointError
from dllab.hyperparameters import TABLE, complete
from dllab.training.state import State
from dllab.training.timeline import MOST_STEPS


def state_of(group: h5py.Group, hyperparameters: dict[str, Any]) -> State:
    """The state in the group ``state``, whose hyperparameters have been read before.

    Raises
    ------
    CheckpointError, DataError, KeyError
        If a part is missing, or does not fit the others.
    """
    theta = array(group, "theta", "f")
    slots_group, streams_group = subgroup(group, "slots"), subgroup(group, "streams")
    slots = {name: array(slots_group, name, "f") for name in slots_group}
    streams = {name: array(streams_group, name, "u") for name in streams_group}
    order = array(group, "order", "u").astype(np.intp)
    statistics = theta[:0]
    if member(group, "statistics") is not None:
        statistics = array(group, "statistics", "f")
    _check_shapes(theta, slots, streams, order)
    _check_statistics(statistics, theta)
    remaining = {name: float(attribute(slots_group[name], "remaining")) for name in slots}
    _check_slots(slots, remaining)
    first = float(attribute(group, "first_cost")) if "first_cost" in group.attrs else None
    seconds = float(attribute(group, "seconds"))
    if not math.isfinite(seconds) or not math.isfinite(first or 0.0):
        raise CheckpointError("the time or the first cost is not finite.")
    return State(
        **_counters(group, len(order)),
        order=order,
        theta=theta,
        statistics=statistics,
        slots=slots,
        remaining=remaining,
        streams=streams,
        hyperparameters=hyperparameters,
        first_cost=first,
        seconds=seconds,
    )


def _counters(group: h5py.Group, examples: int) -> dict[str, int]:
    whole = {
        name: int(attribute(group, name))
        for name in ("step", "epoch", "position", "examples", "order_epoch", "members")
    }
    if any(value < 0 for name, value in whole.items() if name != "order_epoch"):
        raise CheckpointError("a counter is negative.")
    within = 1 <= whole["members"] <= 256 and whole["position"] <= examples
    if not within or max(whole.values()) > MOST_STEPS or whole["order_epoch"] < -1:
        raise CheckpointError("a counter is out of range.")
    return whole


def _check_shapes(theta: Any, slots: Any, streams: Any, order: Any) -> None:
    if theta.ndim != 1 or any(slot.shape != theta.shape for slot in slots.values()):
        raise CheckpointError("θ and the optimizer's slots differ in shape.")
    if any(slot.dtype != theta.dtype for slot in slots.values()) or set(slots) - {"v", "s"}:
        raise CheckpointError("the optimizer's slots do not fit θ.")
    if not all(np.isfinite(vector).all() for vector in (theta, *slots.values())):
        raise CheckpointError("θ or a slot holds values that are not finite.")
    if set(streams) != {"shuffle", "dropout"} or any(w.shape != (6,) for w in streams.values()):
        raise CheckpointError("the random streams are not complete.")
    if order.ndim != 1 or not len(order):
        raise CheckpointError("the order of examples is empty.")
    if not np.array_equal(np.sort(order), np.arange(len(order))):
        raise CheckpointError("the order of examples is no permutation.")


def _check_slots(slots: Any, remaining: dict[str, float]) -> None:
    # A rule divides by 1 − ∏β and takes the root of s: the trainer would fail, or θ be lost.
    if not all(0.0 <= weight <= 1.0 for weight in remaining.values()):
        raise CheckpointError("what remains of a slot's start is not between 0 and 1.")
    if "s" in slots and not (slots["s"] >= 0).all():
        raise CheckpointError("the average of the squared gradient is negative.")


def _check_statistics(statistics: Any, theta: Any) -> None:
    if statistics.ndim != 1 or statistics.dtype != theta.dtype:
        raise CheckpointError("the running statistics do not fit θ.")
    if not np.isfinite(statistics).all():
        raise CheckpointError("a running statistic is not finite.")


def values_of(state: h5py.Group, version: int) -> dict[str, Any]:
    """The hyperparameters in the group ``state`` as they are stored, known or not.

    Raises
    ------
    CheckpointError, DataError, ValueError
        If they do not follow the format of that version.
    """
    if version == 1:
        return v1_layout.hyperparameters(state)
    given = json.loads(long_text(state, "hyperparameters"))
    if not isinstance(given, dict):
        raise CheckpointError("the hyperparameters are no table.")
    return given


def known(given: dict[str, Any]) -> dict[str, Any]:
    """A value for every hyperparameter of the table.

    Raises
    ------
    CheckpointError
        If one is not in the table: training on without it would give other numbers.
    HyperparameterError
        If a value is out of range.
    """
    unknown = set(given) - set(TABLE)
    if unknown:
        raise CheckpointError(f"the hyperparameter {sorted(unknown)[0]} is unknown.")
    return complete(given)
