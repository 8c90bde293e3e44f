"""What lay elsewhere in the HDF5 image of version 1: read from there. Frozen: do not change it.

Version 1 had a group ``state/hyperparameters`` with an attribute for each hyperparameter, and in a
piece of history a group ``sparse`` with a dataset (2, k) for each series: steps, never falling, and
values, both float64. Version 2 has them in a few datasets, which are read ten times as fast.
"""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np

from dllab.checkpoint.fields import array, attribute, subgroup
from dllab.errors import CheckpointError


def hyperparameters(state: h5py.Group) -> dict[str, Any]:
    """The values in the group ``state``, as they are stored."""
    group = subgroup(state, "hyperparameters")
    given: dict[str, Any] = {}
    for name in group.attrs:
        value = attribute(group, name)
        if isinstance(value, bytes):
            given[name] = value.decode()
        elif isinstance(value, np.ndarray):
            given[name] = [v.item() for v in value]
        else:
            given[name] = value.item() if hasattr(value, "item") else value
    return given


def sparse(piece: h5py.Group) -> dict[str, tuple[Any, Any]]:
    """The sparse series of a piece of history: steps (k,) int64 and values (k,) float64 of each."""
    group = subgroup(piece, "sparse")
    series = {}
    for name in group:
        pair = array(group, name, "f")
        if pair.ndim != 2 or len(pair) != 2:
            raise CheckpointError(f"the history of {name} has shape {pair.shape}.")
        series[name] = (pair[0].astype(np.int64), pair[1])
    return series
