"""The table of hyperparameters, and what is done with their values."""

from dllab.hyperparameters.record import BESIDE_TRAINING, Group, Hyperparameter, Kind, Scale
from dllab.hyperparameters.table import TABLE
from dllab.hyperparameters.values import (
    Values,
    changed,
    check_move,
    complete,
    defaults,
    fixed_difference,
    live_knobs,
    split_key,
    with_changes,
)

__all__ = [
    "BESIDE_TRAINING",
    "TABLE",
    "Group",
    "Hyperparameter",
    "Kind",
    "Scale",
    "Values",
    "changed",
    "check_move",
    "complete",
    "defaults",
    "fixed_difference",
    "live_knobs",
    "split_key",
    "with_changes",
]
