"""An immutable picture of a session, handed from the worker to whoever looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dllab.diagnosis.alarms import Alarm
from dllab.diagnosis.layer_health import LayerHealth
from dllab.recipe import Recipe
from dllab.training.evaluation import Evaluation
from dllab.training.history import HistoryView
from dllab.training.journal import Entry
from dllab.training.timeline import Branch, CheckpointInfo
from dllab.twin.view import TwinView


@dataclass(frozen=True)
class BestDev:
    """The lowest dev cost on this branch and its ancestors."""

    step: int
    cost: float
    error: float


@dataclass(frozen=True)
class Guard:
    """Why training stands still: what was not finite or exploded, and the offered way back."""

    message: str
    way_back: str
    suggestion: Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """The session after ``step`` updates. All times are seconds of training, pauses left out.

    ``evaluated`` is the latest evaluation of training probe and dev set, ``health`` that of the
    layers at the same step; both are missing until the first one after a start or a rollback.
    """

    name: str
    folder: Path | None
    layer_sizes: tuple[int, ...]
    output: str
    branch: str
    step: int
    epoch: float
    epochs_goal: int
    steps_per_epoch: int
    examples: int
    train_examples: int
    dev_examples: int
    seconds: float
    running: bool
    steps_per_second: float
    eta_seconds: float | None
    hyperparameters: Mapping[str, Any]
    learning_rate_used: float
    train_cost: float | None
    dev_cost: float | None
    dev_error: float | None
    best_dev: BestDev | None
    history: HistoryView
    entries: tuple[Entry, ...]
    checkpoints: tuple[CheckpointInfo, ...]
    branches: Mapping[str, Branch]
    saving: int
    saved_step: int | None
    not_saved: str
    guard: Guard | None
    handled: int
    recipe: Recipe
    image_shape: tuple[int, ...] | None
    evaluated: tuple[Evaluation, Evaluation] | None
    health: tuple[LayerHealth, ...]
    alarms: tuple[Alarm, ...]
    read_only: bool
    disk_bytes: int
    twin: TwinView | None
    facts: Mapping[str, str] = field(default_factory=dict)
