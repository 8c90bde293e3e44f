"""How the learning rate follows from α₀ and the epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

SCHEDULES: Mapping[str, Callable[[Mapping[str, Any], int], float]] = {
    "constant": lambda values, epoch: values["learning_rate"],
    "inverse_epoch": lambda values, epoch: (
        values["learning_rate"] / (1 + values["decay_rate"] * epoch)
    ),
}


def learning_rate_at(values: Mapping[str, Any], epoch: int) -> float:
    """The learning rate in force after ``epoch`` whole epochs, α₀ = ``values["learning_rate"]``."""
    return float(SCHEDULES[values["schedule"]](values, epoch))
