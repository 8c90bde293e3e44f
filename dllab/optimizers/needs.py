"""Which hyperparameters have an effect at present, and what decides it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dllab.hyperparameters import TABLE
from dllab.optimizers.rules import RULES
from dllab.optimizers.schedules import SCHEDULES


def _by_choice(choices: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """``{key: choices that use it}``, keys that every choice uses left out."""
    pairs = list(choices)
    keys = {key: None for _, used in pairs for key in used}
    found = {key: tuple(name for name, used in pairs if key in used) for key in keys}
    return {key: names for key, names in found.items() if len(names) < len(pairs)}


NEEDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **{
        key: ("optimizer", names)
        for key, names in _by_choice((rule.name, rule.uses) for rule in RULES.values()).items()
    },
    **{
        key: ("schedule", names)
        for key, names in _by_choice((name, s.uses) for name, s in SCHEDULES.items()).items()
    },
    "batch_norm_momentum": ("batch_norm", ("on",)),
    "augment_elastic_sigma": ("augment_elastic", ()),
}
"""``{key: (deciding key, its values with which the key has an effect)}``; no values stand for all
but off, and keys that are not here always have one."""


def uses(values: Mapping[str, Any]) -> frozenset[str]:
    """Keys of the table that have an effect with the values in force."""
    return frozenset(key for key in TABLE if key not in NEEDS or _met(values, *NEEDS[key]))


def _met(values: Mapping[str, Any], decider: str, choices: tuple[str, ...]) -> bool:
    value = values[decider]
    return value in choices if choices else bool(value != TABLE[decider].off)
