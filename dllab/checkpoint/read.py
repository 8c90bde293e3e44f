"""Reading checkpoints: the seal first, then only what the format describes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, get_args

import h5py
import numpy as np

from dllab.checkpoint.contents import FORMAT, VERSION, Contents
from dllab.checkpoint.envelope import unseal
from dllab.data.hdf5_checks import array, member
from dllab.errors import CheckpointError, DataError, DllabError
from dllab.hyperparameters import TABLE, complete
from dllab.training.history import Segment
from dllab.training.state import State
from dllab.training.timeline import CheckpointInfo, Reason

_REASONS = get_args(Reason)


def read_checkpoint(path: Path) -> Contents:
    """Read a checkpoint file.

    Raises
    ------
    CheckpointError
        If it is not one, is damaged, is from a newer version, or holds anything that the format
        does not describe. The file is left as it is.
    """
    whole = unseal(path)
    try:
        with h5py.File(io.BytesIO(whole), "r") as file:
            return _read(file)
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}") from None
    except DataError as error:
        raise CheckpointError(f"{path} does not follow the checkpoint format: {error}.") from None
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, DllabError) as error:
        raise CheckpointError(
            f"{path} does not follow the checkpoint format ({error}). Use another checkpoint."
        ) from None


def _group(parent: h5py.Group, name: str) -> h5py.Group:
    found = member(parent, name)
    if not isinstance(found, h5py.Group):
        raise CheckpointError(f"the group {name} is missing.")
    return found


def _attribute(place: Any, name: str) -> Any:
    stored = place.attrs.get_id(name)
    if stored.dtype.kind not in "iufbS" or stored.dtype.itemsize > 65536:
        raise CheckpointError(f"the attribute {name} has a type that does not belong there.")
    return place.attrs[name]


def _text(place: Any, name: str) -> str:
    if name not in place.attrs:
        return ""
    value = _attribute(place, name)
    if not isinstance(value, bytes):
        raise CheckpointError(f"the attribute {name} is not a text.")
    return value.decode()


def _long_text(file: h5py.File, name: str) -> str:
    if member(file, name) is None:
        return ""
    return array(file, name, "u").tobytes().decode()


def _read(file: h5py.File) -> Contents:
    if _text(file, "format") != FORMAT:
        raise CheckpointError("it is not a checkpoint.")
    version = int(_attribute(file, "version"))
    if version > VERSION:
        raise CheckpointError(
            f"it has format version {version}, this dllab reads up to {VERSION}; update dllab."
        )
    state = _state(_group(file, "state"))
    history = _group(file, "history") if member(file, "history") is not None else {}
    segments = tuple(_segment(_group(history, name)) for name in sorted(history, key=int))
    facts = _group(file, "facts")
    return Contents(
        info=_info(_group(file, "info"), state),
        state=state,
        history=segments,
        recipe=_long_text(file, "recipe"),
        data_fingerprint=_text(file, "data_fingerprint"),
        complete=bool(_attribute(file, "complete")),
        journal=_long_text(file, "journal"),
        tree=_long_text(file, "tree"),
        facts={name: _text(facts, name) for name in facts.attrs},
    )


def _info(group: h5py.Group, state: State) -> CheckpointInfo:
    reason = _text(group, "reason")
    if reason not in _REASONS:
        raise CheckpointError(f"its reason {reason!r} is unknown.")
    key = _text(group, "key")
    if not (key.isascii() and key.isdecimal()):
        raise CheckpointError(f"its key {key!r} is not a number.")
    costs = {
        name: float(_attribute(group, name)) if name in group.attrs else None
        for name in ("train_cost", "dev_cost")
    }
    return CheckpointInfo(
        key=key,
        parent=_text(group, "parent"),
        branch=_text(group, "branch"),
        step=int(_attribute(group, "step")),
        epoch=float(_attribute(group, "epoch")),
        reason=reason,  # type: ignore[arg-type]
        when=_text(group, "when"),
        note=_text(group, "note"),
        hyperparameters=state.hyperparameters,
        saved=True,
        **costs,
    )


def _state(group: h5py.Group) -> State:
    theta = array(group, "theta", "f")
    slots_group, streams_group = _group(group, "slots"), _group(group, "streams")
    slots = {name: array(slots_group, name, "f") for name in slots_group}
    streams = {name: array(streams_group, name, "u") for name in streams_group}
    order = array(group, "order", "u").astype(np.intp)
    statistics = theta[:0]
    if member(group, "statistics") is not None:
        statistics = array(group, "statistics", "f")
    _check_shapes(theta, slots, streams, order)
    _check_statistics(statistics, theta)
    first = float(_attribute(group, "first_cost")) if "first_cost" in group.attrs else None
    whole = {
        name: int(_attribute(group, name))
        for name in ("step", "epoch", "position", "examples", "order_epoch", "members")
    }
    if any(value < 0 for name, value in whole.items() if name != "order_epoch"):
        raise CheckpointError("a counter is negative.")
    if not 1 <= whole["members"] <= 256 or whole["position"] > len(order):
        raise CheckpointError("a counter is out of range.")
    return State(
        **whole,
        order=order,
        theta=theta,
        statistics=statistics,
        slots=slots,
        remaining={name: float(_attribute(slots_group[name], "remaining")) for name in slots},
        streams=streams,
        hyperparameters=_values(_group(group, "hyperparameters")),
        first_cost=first,
        seconds=float(_attribute(group, "seconds")),
    )


def _check_shapes(theta: Any, slots: Any, streams: Any, order: Any) -> None:
    if theta.ndim != 1 or any(slot.shape != theta.shape for slot in slots.values()):
        raise CheckpointError("θ and the optimizer's slots differ in shape.")
    if any(slot.dtype != theta.dtype for slot in slots.values()) or set(slots) - {"v", "s"}:
        raise CheckpointError("the optimizer's slots do not fit θ.")
    if not all(np.isfinite(vector).all() for vector in (theta, *slots.values())):
        raise CheckpointError("θ or a slot holds values that are not finite.")
    if set(streams) != {"shuffle", "dropout"} or any(w.shape != (6,) for w in streams.values()):
        raise CheckpointError("the random streams are not complete.")
    if order.ndim != 1 or not len(order):
        raise CheckpointError("the order of examples is empty.")
    if not np.array_equal(np.sort(order), np.arange(len(order))):
        raise CheckpointError("the order of examples is no permutation.")


def _check_statistics(statistics: Any, theta: Any) -> None:
    if statistics.ndim != 1 or statistics.dtype != theta.dtype:
        raise CheckpointError("the running statistics do not fit θ.")
    if not np.isfinite(statistics).all():
        raise CheckpointError("a running statistic is not finite.")


def _values(group: h5py.Group) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name in group.attrs:
        value = _attribute(group, name)
        if isinstance(value, bytes):
            given[name] = value.decode()
        elif isinstance(value, np.ndarray):
            given[name] = [v.item() for v in value]
        else:
            given[name] = value.item() if hasattr(value, "item") else value
    unknown = set(given) - set(TABLE)
    if unknown:
        raise CheckpointError(f"the hyperparameter {sorted(unknown)[0]} is unknown.")
    return complete(given)


def _segment(group: h5py.Group) -> Segment:
    dense_group, sparse_group = _group(group, "dense"), _group(group, "sparse")
    sparse = {}
    for name in sparse_group:
        pair = array(sparse_group, name, "f")
        if pair.ndim != 2 or len(pair) != 2:
            raise CheckpointError(f"the history of {name} has shape {pair.shape}.")
        sparse[name] = (pair[0].astype(np.int64), pair[1])
    return Segment(
        branch=_text(group, "branch"),
        parent=_text(group, "parent"),
        first_step=int(_attribute(group, "first_step")),
        dense={name: array(dense_group, name, "f") for name in dense_group},
        sparse=sparse,
    )
