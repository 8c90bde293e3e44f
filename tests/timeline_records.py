"""Checkpoints, nudges and branches of a session that never ran, for tests of what shows them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dllab.training.history import Segment
from dllab.training.journal import Entry
from dllab.training.timeline import CheckpointInfo

WHEN = "2026-01-02T03:04:05.000+00:00"


def segment(branch: str, parent: str, first: int, length: int, **clocks: Any) -> Segment:
    costs = np.linspace(1, 0, length).astype(np.float32)
    return Segment(branch, parent, first, {"train_cost": costs}, clocks)


def checkpoint(key: str, branch: str, step: int, reason: Any = "manual", **more: Any) -> Any:
    return CheckpointInfo(key, "", branch, step, step / 10, reason, WHEN, **more)


def nudge(number: int, branch: str, step: int, **more: Any) -> Entry:
    return Entry(number, "nudge", step, step / 10, branch, WHEN, **more)
