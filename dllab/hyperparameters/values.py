"""What is done with values of the table: completing, changing, and listing the live ones."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from dllab.errors import HyperparameterError
from dllab.hyperparameters.record import Hyperparameter
from dllab.hyperparameters.table import TABLE

Values = dict[str, Any]

_LAYER_KEY = re.compile(r"^(?P<key>\w+)\[(?P<layer>\d+)\]$")


@lru_cache(1024)
def split_key(knob: str) -> tuple[Hyperparameter, int | None]:
    """The record behind a knob's name and its hidden layer, 1-based (``keep_prob[2]``), or None.

    Raises
    ------
    HyperparameterError
        If no hyperparameter is called so; the message names the nearest ones.
    """
    match = _LAYER_KEY.match(knob)
    key, layer = (match["key"], int(match["layer"])) if match else (knob, None)
    record = TABLE.get(key)
    if record is None:
        near = difflib.get_close_matches(key, TABLE, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(TABLE)}."
        raise HyperparameterError(f"There is no hyperparameter called {key!r}; {hint}")
    if layer is not None and not record.per_layer:
        raise HyperparameterError(
            f"{key} has one value for the whole network; leave out [{layer}]."
        )
    return record, layer


def defaults() -> Values:
    """A value for every hyperparameter of the table."""
    return {key: record.default for key, record in TABLE.items()}


def complete(given: Mapping[str, Any]) -> Values:
    """Check ``given`` against the table and fill the rest with defaults.

    ``keep_prob`` may be one number for every hidden layer or a list with one per layer.

    Raises
    ------
    HyperparameterError
        On an unknown key, a value out of range, or a list of the wrong length.
    """
    values = defaults()
    for knob, value in given.items():
        record, layer = split_key(knob)
        if layer is not None:
            raise HyperparameterError(f"Give {record.key} as a list, not as {knob}.")
        values[record.key] = record.check(value)
    _spread_layers(values)
    return values


def _spread_layers(values: Values) -> None:
    layers = len(values["hidden_layers"])
    for record in TABLE.values():
        if not record.per_layer:
            continue
        value = values[record.key]
        if not isinstance(value, tuple):
            values[record.key] = (value,) * layers
        elif len(value) != layers:
            raise HyperparameterError(
                f"{record.key} has {len(value)} values for {layers} hidden layers; "
                f"give one number, or one per hidden layer."
            )


def changed(current: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Check live changes and return ``{knob: (old, new)}``, one item per knob that really moves.

    ``keep_prob`` sets every hidden layer, ``keep_prob[2]`` the second one.

    Raises
    ------
    HyperparameterError
        On an unknown or fixed hyperparameter, a value out of range, a layer that does not exist.
    """
    moves: dict[str, tuple[Any, Any]] = {}
    for knob, value in changes.items():
        record, layer = split_key(knob)
        if not record.live:
            raise HyperparameterError(
                f"{record.name} ({record.key}) is fixed once a run has started; "
                f"start a new session to change it."
            )
        checked = record.check(value)
        if not record.per_layer:
            moves[record.key] = (current[record.key], checked)
            continue
        old = current[record.key]
        if layer is None:
            new = checked if isinstance(checked, tuple) else (checked,) * len(old)
            if len(new) != len(old):
                raise HyperparameterError(f"{record.key} needs {len(old)} values; got {len(new)}.")
            pairs: Iterable[tuple[int, Any]] = enumerate(new, start=1)
        elif 1 <= layer <= len(old) and not isinstance(checked, tuple):
            pairs = ((layer, checked),)
        else:
            raise HyperparameterError(
                f"{knob}: hidden layers are numbered 1 to {len(old)}, with one value each."
            )
        for index, one in pairs:
            moves[f"{record.key}[{index}]"] = (old[index - 1], one)
    return {knob: (old, new) for knob, (old, new) in moves.items() if old != new}


def with_changes(current: Mapping[str, Any], moves: Mapping[str, tuple[Any, Any]]) -> Values:
    """A copy of ``current`` with the new values of ``moves`` (as made by `changed`) put in.

    Raises
    ------
    HyperparameterError
        If a knob is unknown, or of a layer that does not exist.
    """
    values = dict(current)
    for knob, (_, new) in moves.items():
        record, layer = split_key(knob)
        if layer is None:
            values[record.key] = new
        else:
            per_layer = list(values[record.key])
            if not 1 <= layer <= len(per_layer):
                raise HyperparameterError(
                    f"{knob}: hidden layers are numbered 1 to {len(per_layer)}."
                )
            per_layer[layer - 1] = new
            values[record.key] = tuple(per_layer)
    return values


def check_move(knob: str, value: Any) -> None:
    """Refuse what no knob of a run can have been turned from or to; an unknown one is let by.

    Raises
    ------
    HyperparameterError
        If the knob is fixed in a run, or its value out of range.
    """
    match = _LAYER_KEY.match(knob)
    record = TABLE.get(match["key"] if match else knob)
    if record is None:
        return
    if not record.live or record.per_layer != bool(match) or isinstance(value, list | tuple):
        raise HyperparameterError(f"{knob} is nothing that is turned to {value!r} in a run.")
    record.check(value)


def live_knobs(values: Mapping[str, Any]) -> dict[str, Any]:
    """Every knob that can move in a run, per-layer ones as ``keep_prob[1]`` …, with its value."""
    knobs: dict[str, Any] = {}
    for key, record in TABLE.items():
        if not record.live:
            continue
        if record.per_layer:
            knobs.update({f"{key}[{i}]": v for i, v in enumerate(values[key], start=1)})
        else:
            knobs[key] = values[key]
    return knobs


def fixed_difference(here: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    """The first hyperparameter that is fixed in a run and differs, in words; "" if none does."""
    for key, record in TABLE.items():
        if not record.live and here[key] != there[key]:
            return f"{record.name} ({key}) is {there[key]!r} and not {here[key]!r}"
    return ""
