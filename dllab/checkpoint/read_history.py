"""Reading the pieces of curves in a checkpoint."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np

from dllab.checkpoint.fields import array, attribute, subgroup, text
from dllab.checkpoint.migrations import v1_layout
from dllab.data.hdf5_checks import member
from dllab.errors import CheckpointError
from dllab.training.history import Segment


def history_of(file: h5py.File, version: int) -> tuple[Segment, ...]:
    """All pieces, in the order of their numbers.

    Raises
    ------
    CheckpointError, DataError, KeyError, ValueError
        If one does not follow the format of that version.
    """
    if member(file, "history") is None:
        return ()
    group = subgroup(file, "history")
    return tuple(_segment(subgroup(group, name), version) for name in sorted(group, key=int))


def _segment(group: h5py.Group, version: int) -> Segment:
    stored = subgroup(group, "dense")
    dense = {name: array(stored, name, "f") for name in stored}
    if any(values.ndim != 1 for values in dense.values()):
        raise CheckpointError("a curve of the history is no row of numbers.")
    return Segment(
        branch=text(group, "branch"),
        parent=text(group, "parent"),
        first_step=int(attribute(group, "first_step")),
        dense=dense,
        sparse=v1_layout.sparse(group) if version == 1 else _sparse(group),
    )


def _sparse(piece: h5py.Group) -> dict[str, tuple[Any, Any]]:
    if member(piece, "sparse") is None:
        return {}
    group = subgroup(piece, "sparse")
    names, counts = array(group, "names", "S"), array(group, "counts", "iu")
    steps, values = array(group, "steps", "iu"), array(group, "values", "f")
    if names.ndim != 1 or names.shape != counts.shape or steps.shape != values.shape:
        raise CheckpointError("the sparse history does not fit together.")
    # In Python's numbers, which do not overflow.
    ends = np.cumsum([0, *map(int, counts.tolist())], dtype=object).tolist()
    if steps.ndim != 1 or ends[-1] != len(steps) or min(counts.tolist(), default=0) < 0:
        raise CheckpointError("the sparse history does not fit together.")
    series = {}
    for number, name in enumerate(names.tolist()):
        piece_of = slice(ends[number], ends[number + 1])
        series[name.decode()] = (steps[piece_of].astype(np.int64), values[piece_of])
    if len(series) != len(names):
        raise CheckpointError("a series of the sparse history is there twice.")
    return series
