"""Writing checkpoints: the image in memory, then one file beside, fsync, rename, fsync.

HDF5 itself never touches the disk. On a full disk it may crash the interpreter, and a file that is
open for writing when the process dies can later open cleanly with wrong weights.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from dllab.checkpoint.contents import FORMAT, VERSION, Contents
from dllab.checkpoint.envelope import SIZE, seal
from dllab.training.history import Segment

_NUMBERS = itertools.count()
# h5py's short ways of setting attributes and datasets take twice as long, and hold the
# interpreter's lock meanwhile: training stood still for it.
_SCALAR = h5py.h5s.create(h5py.h5s.SCALAR)
_WITHOUT_TIMES = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
_WITHOUT_TIMES.set_obj_track_times(False)


def encode(contents: Contents) -> bytes:
    """The sealed bytes of a checkpoint file."""
    # Nothing is written under this name, but HDF5 refuses two open files of one name.
    name = f"checkpoint-{next(_NUMBERS)}"
    with h5py.File(name, "w", driver="core", backing_store=False, userblock_size=SIZE) as file:
        _put(file, "format", np.bytes_(FORMAT))
        _put(file, "version", VERSION)
        _put(file, "complete", contents.complete)
        _put_text(file, "data_fingerprint", contents.data_fingerprint)
        _put_text(file, "session", contents.session)
        _put_info(file, contents)
        _put_state(file, contents)
        for number, segment in enumerate(contents.history):
            _put_segment(file.create_group(f"history/{number}"), segment)
        for name in ("recipe", "journal", "tree"):
            _put_long_text(file, name, getattr(contents, name))
        facts = file.create_group("facts")
        for key, fact in contents.facts.items():
            _put_text(facts, key, fact)
        file.flush()
        image: bytes = file.id.get_file_image()
    return seal(image)


def _bytes(text: str) -> bytes:
    # A note may hold bytes of a terminal that are no text; they must not cost the checkpoint.
    return text.encode("utf-8", "replace")


def _put(place: h5py.Group, name: str, value: Any) -> None:
    """Set an attribute that is not there yet, to a number or a text of fixed length."""
    _put_at(place.id, name, value)


def _put_at(place: h5py.h5g.GroupID | h5py.h5d.DatasetID, name: str, value: Any) -> None:
    value = np.asarray(value)
    kind = h5py.h5t.py_create(value.dtype, logical=True)
    h5py.h5a.create(place, name.encode(), kind, _SCALAR).write(value)


def _put_array(group: h5py.Group, name: str, values: npt.NDArray[Any]) -> h5py.h5d.DatasetID:
    """Make a dataset that holds an array."""
    values = np.ascontiguousarray(values)
    kind = h5py.h5t.py_create(values.dtype, logical=True)
    space = h5py.h5s.create_simple(values.shape)
    made = h5py.h5d.create(group.id, name.encode(), kind, space, _WITHOUT_TIMES)
    made.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
    return made


def _put_text(place: h5py.Group, name: str, text: str) -> None:
    # Fixed length, since HDF5's variable-length texts are what crashes it in damaged files; an
    # empty text has no fixed-length form and is left out.
    if text:
        _put(place, name, np.bytes_(_bytes(text)))


def _put_long_text(group: h5py.Group, name: str, text: str) -> None:
    if text:
        _put_array(group, name, np.frombuffer(_bytes(text), np.uint8))


def _put_info(file: h5py.File, contents: Contents) -> None:
    info, group = contents.info, file.create_group("info")
    for name in ("key", "parent", "branch", "reason", "when", "note"):
        _put_text(group, name, getattr(info, name))
    _put(group, "step", info.step)
    _put(group, "epoch", info.epoch)
    for name in ("train_cost", "dev_cost"):
        value = getattr(info, name)
        if value is not None:
            _put(group, name, value)


def _put_state(file: h5py.File, contents: Contents) -> None:
    state, group = contents.state, file.create_group("state")
    for name in ("step", "epoch", "position", "examples", "order_epoch", "members", "seconds"):
        _put(group, name, getattr(state, name))
    if state.first_cost is not None:
        _put(group, "first_cost", state.first_cost)
    small = len(state.order) <= np.iinfo(np.uint32).max
    _put_array(group, "order", state.order.astype(np.uint32 if small else np.uint64))
    _put_array(group, "theta", state.theta)
    if state.statistics.size:
        _put_array(group, "statistics", state.statistics)
    slots = group.create_group("slots")
    for name, slot in state.slots.items():
        _put_at(_put_array(slots, name, slot), "remaining", state.remaining[name])
    streams = group.create_group("streams")
    for name, words in state.streams.items():
        _put_array(streams, name, words)
    _put_long_text(group, "hyperparameters", json.dumps(dict(state.hyperparameters)))


def _put_segment(group: h5py.Group, segment: Segment) -> None:
    _put_text(group, "branch", segment.branch)
    _put_text(group, "parent", segment.parent)
    _put(group, "first_step", segment.first_step)
    dense = group.create_group("dense")
    for name, values in segment.dense.items():
        _put_array(dense, name, values)
    _put_sparse(group, segment.sparse)


def _put_sparse(piece: h5py.Group, sparse: Mapping[str, tuple[Any, Any]]) -> None:
    if not sparse:
        return
    # One after the other in a few datasets: a dataset for each of 50 knobs took 15 ms.
    group = piece.create_group("sparse")
    columns = list(sparse.values())
    _put_array(group, "names", np.array([name.encode() for name in sparse]))
    _put_array(group, "counts", np.array([len(steps) for steps, _ in columns], np.int64))
    _put_array(group, "steps", np.concatenate([steps for steps, _ in columns]).astype(np.int64))
    _put_array(group, "values", np.concatenate([v for _, v in columns]).astype(np.float64))


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that ``path`` holds, at every moment, either what was there or all of it.

    Raises
    ------
    OSError
        If it cannot be written; the file beside is taken away and what was there stays.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(beside, path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` last through a power cut, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_checkpoint(path: Path, contents: Contents) -> None:
    """Write a checkpoint file; ``path`` appears whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    write_atomically(path, encode(contents))
