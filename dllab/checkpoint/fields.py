"""Taking fields out of a checkpoint's HDF5 image: only what the format describes, or an error."""

from __future__ import annotations

import math
from typing import Any

import h5py
import numpy as np

from dllab.data.hdf5_checks import Rules, dataset, member
from dllab.errors import CheckpointError


def array(group: h5py.Group, name: str, kinds: str) -> Any:
    """A dataset in the machine's byte order; in a checkpoint it has no filters.

    Raises `DataError` if it is missing or of another form than `hdf5_checks.dataset` allows.
    """
    stored = dataset(group, name, Rules(kinds, filters=frozenset()))
    return np.asarray(stored[...]).astype(stored.dtype.newbyteorder("="), copy=False)


def subgroup(parent: h5py.Group, name: str) -> h5py.Group:
    """The group of this name; raises `CheckpointError` if there is none."""
    found = member(parent, name)
    if not isinstance(found, h5py.Group):
        raise CheckpointError(f"the group {name} is missing.")
    return found


def attribute(place: Any, name: str) -> Any:
    """An attribute of a type that occurs in checkpoints; raises `CheckpointError` or KeyError."""
    stored = place.attrs.get_id(name)
    dtype, shape = stored.dtype, stored.shape
    if shape is None or dtype.kind not in "iufbS" or dtype.itemsize * math.prod(shape) > 65536:
        raise CheckpointError(f"the attribute {name} has a type that does not belong there.")
    # Read from what is open: looking it up by name again took half of the time.
    value = np.empty(shape, dtype)
    stored.read(value)
    return value if shape else value[()]


def text(place: Any, name: str) -> str:
    """A text attribute; one that is missing is empty. Raises `CheckpointError`."""
    if name not in place.attrs:
        return ""
    value = attribute(place, name)
    if not isinstance(value, bytes):
        raise CheckpointError(f"the attribute {name} is not a text.")
    return value.decode()


def long_text(group: h5py.Group, name: str) -> str:
    """A text that is a dataset of bytes; one that is missing is empty."""
    if member(group, name) is None:
        return ""
    content: bytes = array(group, name, "u").tobytes()
    return content.decode()
