"""Bringing what an older dllab wrote to the present version, one frozen step after another.

A step is a module called ``vN_to_vM`` with three functions of plain values (dictionaries, lists,
texts, numbers), which return new ones: ``checkpoint``, ``session`` and ``journal``. It imports
nothing of dllab: tables and classes change, and what an old file means does not. Once released, a
step is never changed; the golden files in ``tests/golden`` hold it to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from dllab.checkpoint.migrations import v1_to_v2

# Of checkpoint files, of session.toml and of the journal beside it. What is newer is left alone.
VERSION = 2

Plain = dict[str, Any]


class Step(Protocol):
    """From one version to the next."""

    def checkpoint(self, values: Plain) -> Plain:
        """``info``, ``hyperparameters``, ``recipe`` (a table), ``journal``, ``tree`` (lists)."""

    def session(self, record: Plain) -> Plain:
        """The content of a session.toml; ``version`` is not the step's business."""

    def journal(self, records: list[Plain]) -> list[Plain]:
        """The entries of a journal from its first one on."""


STEPS: Mapping[int, Step] = {1: v1_to_v2}


def checkpoint(values: Plain, version: int) -> Plain:
    """What a checkpoint file of this version says, in the present one.

    Raises
    ------
    ValueError, KeyError, TypeError
        If no such file can have been written by that version.
    """
    for step in _steps(version):
        values = step.checkpoint(values)
    return values


def session(record: Plain, version: int) -> Plain:
    """What a session.toml of this version says, in the present one; raises like `checkpoint`."""
    for step in _steps(version):
        record = step.session(record)
    return record


def journal(records: Sequence[Plain], former: Sequence[tuple[int, int]]) -> list[Plain]:
    """A journal in the present version.

    ``former`` tells which lines are older: pairs of a version and the id of its last entry, the
    oldest version first. Raises like `checkpoint`.
    """
    done = list(records)
    for version, last in former:
        if version not in STEPS:
            raise ValueError(f"there is no version {version}")
        old = [record for record in done if record["id"] <= last]
        rest = done[len(old) :]
        # A later version may have gone on with what an earlier one began.
        for step in _steps(version, version + 1):
            old = step.journal(old)
        done = old + rest
    return done


def _steps(version: int, until: int = VERSION) -> list[Step]:
    if not 1 <= version <= VERSION:
        raise ValueError(f"there is no version {version}")
    return [STEPS[number] for number in range(version, until)]
