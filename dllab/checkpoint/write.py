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
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py.h5g import GroupID

from dllab.checkpoint.contents import FORMAT, VERSION, Contents
from dllab.checkpoint.envelope import SIZE, head_for
from dllab.training.history import Segment
from dllab.training.state import State
from dllab.training.timeline import CheckpointInfo

_NUMBERS = itertools.count()
# By h5py's short ways (`group.attrs`, `create_group`, `create_dataset`) this takes three times as
# long, and the interpreter's lock is held meanwhile: training stood still for it.
_SCALAR = h5py.h5s.create(h5py.h5s.SCALAR)
_WITHOUT_TIMES = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
_WITHOUT_TIMES.set_obj_track_times(False)


def encode(contents: Contents) -> bytes:
    """The bytes of a checkpoint file, seal and all."""
    image = _image(contents)
    return head_for(image) + image


def _image(contents: Contents) -> bytes:
    # Nothing is written under this name, but HDF5 refuses two open files of one name.
    name = f"checkpoint-{next(_NUMBERS)}"
    with h5py.File(name, "w", driver="core", backing_store=False, userblock_size=SIZE) as file:
        root = h5py.h5g.open(file.id, b"/")
        _put(root, "format", np.bytes_(FORMAT))
        _put(root, "version", VERSION)
        _put(root, "complete", contents.complete)
        _put_text(root, "data_fingerprint", contents.data_fingerprint)
        _put_text(root, "session", contents.session)
        _put_info(_group(root, "info"), contents.info)
        _put_state(_group(root, "state"), contents.state)
        history = _group(root, "history")
        for number, segment in enumerate(contents.history):
            _put_segment(_group(history, str(number)), segment)
        for name in ("recipe", "journal", "tree"):
            _put_long_text(root, name, getattr(contents, name))
        facts = _group(root, "facts")
        for key, fact in contents.facts.items():
            _put_text(facts, key, fact)
        file.flush()
        image: bytes = file.id.get_file_image()
    return image


def _bytes(text: str) -> bytes:
    # A note may hold bytes of a terminal that are no text; they must not cost the checkpoint.
    return text.encode("utf-8", "replace")


@cache
def _number(dtype: np.dtype[Any]) -> Any:
    """HDF5's type for a NumPy type."""
    return h5py.h5t.py_create(dtype, logical=True)


def _kind(dtype: np.dtype[Any]) -> Any:
    # Texts have as many types as lengths, which are not worth keeping.
    return h5py.h5t.py_create(dtype, logical=True) if dtype.kind == "S" else _number(dtype)


def _group(place: GroupID, name: str) -> GroupID:
    return h5py.h5g.create(place, name.encode())


def _put(place: GroupID | h5py.h5d.DatasetID, name: str, value: Any) -> None:
    """Set an attribute that is not there yet, to a number or a text of fixed length."""
    value = np.asarray(value)
    kind = _kind(value.dtype)
    h5py.h5a.create(place, name.encode(), kind, _SCALAR).write(value, kind)


def _put_array(group: GroupID, name: str, values: npt.NDArray[Any]) -> h5py.h5d.DatasetID:
    """Make a dataset that holds an array."""
    values = np.ascontiguousarray(values)
    kind = _kind(values.dtype)
    space = h5py.h5s.create_simple(values.shape)
    made = h5py.h5d.create(group, name.encode(), kind, space, _WITHOUT_TIMES)
    made.write(h5py.h5s.ALL, h5py.h5s.ALL, values, kind)
    return made


def _put_text(place: GroupID, name: str, text: str) -> None:
    # Fixed length, since HDF5's variable-length texts are what crashes it in damaged files; an
    # empty text has no fixed-length form and is left out.
    if text:
        _put(place, name, np.bytes_(_bytes(text)))


def _put_long_text(group: GroupID, name: str, text: str) -> None:
    if text:
        _put_array(group, name, np.frombuffer(_bytes(text), np.uint8))


def _put_info(group: GroupID, info: CheckpointInfo) -> None:
    for name in ("key", "parent", "branch", "reason", "when", "note"):
        _put_text(group, name, getattr(info, name))
    _put(group, "step", info.step)
    _put(group, "epoch", info.epoch)
    for name in ("train_cost", "dev_cost"):
        value = getattr(info, name)
        if value is not None:
            _put(group, name, value)


def _put_state(group: GroupID, state: State) -> None:
    for name in ("step", "epoch", "position", "examples", "order_epoch", "members", "seconds"):
        _put(group, name, getattr(state, name))
    if state.first_cost is not None:
        _put(group, "first_cost", state.first_cost)
    small = len(state.order) <= np.iinfo(np.uint32).max
    _put_array(group, "order", state.order.astype(np.uint32 if small else np.uint64))
    _put_array(group, "theta", state.theta)
    if state.statistics.size:
        _put_array(group, "statistics", state.statistics)
    slots = _group(group, "slots")
    for name, slot in state.slots.items():
        _put(_put_array(slots, name, slot), "remaining", state.remaining[name])
    streams = _group(group, "streams")
    for name, words in state.streams.items():
        _put_array(streams, name, words)
    _put_long_text(group, "hyperparameters", json.dumps(dict(state.hyperparameters)))


def _put_segment(group: GroupID, segment: Segment) -> None:
    _put_text(group, "branch", segment.branch)
    _put_text(group, "parent", segment.parent)
    _put(group, "first_step", segment.first_step)
    dense = _group(group, "dense")
    for name, values in segment.dense.items():
        _put_array(dense, name, values)
    _put_sparse(group, segment.sparse)


def _put_sparse(piece: GroupID, sparse: Mapping[str, tuple[Any, Any]]) -> None:
    if not sparse:
        return
    # One after the other in a few datasets: a dataset for each of 50 knobs took 15 ms.
    group = _group(piece, "sparse")
    columns = list(sparse.values())
    _put_array(group, "names", np.array([name.encode() for name in sparse]))
    _put_array(group, "counts", np.array([len(steps) for steps, _ in columns], np.int64))
    _put_array(group, "steps", np.concatenate([steps for steps, _ in columns]).astype(np.int64))
    _put_array(group, "values", np.concatenate([v for _, v in columns]).astype(np.float64))


def write_atomically(path: Path, *parts: bytes) -> None:
    """Write a file of these parts, one after the other.

    At every moment ``path`` holds either what was there before or all of them.

    Raises
    ------
    OSError
        If it cannot be written; the file beside is taken away and what was there stays.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            for part in parts:
                view = memoryview(part)
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
    image = _image(contents)
    # Not put together first: a large model's bytes would be copied once more.
    write_atomically(path, head_for(image), image)
