"""What parent and child tell each other: a line and the sealed state in, lines of JSON out."""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from dllab.diagnosis.example_costs import Costs
from dllab.errors import SessionError
from dllab.training.watch import is_turn

VERSION = 1
# Costs of all dev examples cross at no more evaluations than this: 10,000 of them are 107 kB.
_MOST_COMPARED = 50


class TwinError(SessionError):
    """A twin that cannot be started, or ended before its time."""


@dataclass(frozen=True)
class Task:
    """``steps`` updates from update ``first_step`` on, evaluated where the run is.

    ``interval`` are the run's steps between two evaluations.
    """

    first_step: int
    steps: int
    interval: int

    @property
    def goal(self) -> int:
        """The last update."""
        return self.first_step + self.steps - 1

    def is_turn(self, step: int) -> bool:
        """Whether the twin is evaluated after this update: as the run is, and at the goal."""
        return step == self.goal or is_turn(step, self.interval)

    def is_compared(self, step: int) -> bool:
        """Whether an evaluation tells the cost of every example, not only their mean."""
        every = math.ceil(self.steps / self.interval / _MOST_COMPARED)
        if every <= 1:
            return self.is_turn(step)
        return step == self.goal or step % (every * self.interval) == 0

    def header(self, size: int) -> bytes:
        """The first line for the child; ``size`` bytes of sealed state follow."""
        record = {
            "twin": VERSION,
            "first_step": self.first_step,
            "steps": self.steps,
            "interval": self.interval,
            "bytes": size,
        }
        return json.dumps(record).encode() + b"\n"


def read_header(line: bytes) -> tuple[Task, int]:
    """The task behind a first line, and how many bytes follow.

    Raises
    ------
    TwinError
        If it is none.
    """
    record = _record(line)
    names = ("first_step", "steps", "interval", "bytes")
    numbers = [record[name] for name in names if type(record.get(name)) is int]
    if record.get("twin") != VERSION or len(numbers) != len(names) or min(numbers) < 1:
        raise TwinError("The twin was given a task that it does not understand.")
    first_step, steps, interval, size = numbers
    return Task(first_step, steps, interval), size


@dataclass(frozen=True, eq=False)
class Evaluated:
    """Cost and error of the dev set after update ``step``; ``costs`` (m,) if they are compared."""

    step: int
    dev_cost: float
    dev_error: float
    costs: Costs | None = None

    def to_line(self) -> bytes:
        """As one line."""
        record: dict[str, Any] = {
            "step": self.step,
            "dev_cost": self.dev_cost.hex(),
            "dev_error": self.dev_error.hex(),
        }
        if self.costs is not None:
            record["costs"] = base64.b64encode(self.costs.astype("<f8").tobytes()).decode()
        return json.dumps(record).encode() + b"\n"


@dataclass(frozen=True)
class Said:
    """A sentence of the child's: why it ends early. Empty: it is alive, at update ``step``."""

    message: str
    step: int = 0

    def to_line(self) -> bytes:
        """As one line."""
        return json.dumps({"message": self.message, "step": self.step}).encode() + b"\n"


def read_line(line: bytes) -> Evaluated | Said:
    """What the child says in a line.

    Raises
    ------
    TwinError
        If it cannot be understood.
    """
    record = _record(line)
    step = record.get("step")
    try:
        if type(step) is not int:
            raise TypeError
        if "message" in record:
            return Said(str(record["message"]), step)
        costs = None
        if "costs" in record:
            raw = base64.b64decode(record["costs"], validate=True)
            costs = np.frombuffer(raw, "<f8").astype(np.float64)
        dev_cost, dev_error = (float.fromhex(record[key]) for key in ("dev_cost", "dev_error"))
    except (KeyError, TypeError, ValueError, OverflowError, binascii.Error):
        raise TwinError("The twin's answer cannot be read.") from None
    return Evaluated(step, dev_cost, dev_error, costs)


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise TwinError("The twin's answer cannot be read.")
    return record
