"""Reading checkpoints: the seal first, then only what the format describes."""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import h5py
import tomli_w

from dllab.checkpoint import migrations
from dllab.checkpoint.contents import FORMAT, VERSION, Contents, Outline
from dllab.checkpoint.envelope import unseal
from dllab.checkpoint.fields import attribute, long_text, subgroup, text
from dllab.checkpoint.read_history import history_of
from dllab.checkpoint.read_state import known, state_of, values_of
from dllab.data.hdf5_checks import Rules, dataset, load_no_plugins
from dllab.errors import CheckpointError, DataError, DllabError
from dllab.training.timeline import CheckpointInfo, Reason, is_key

_REASONS = get_args(Reason)
_TEXTS = ("recipe", "journal", "tree")


_Read = TypeVar("_Read")


def read_checkpoint(path: Path) -> Contents:
    """Read a checkpoint file.

    Raises
    ------
    CheckpointError
        If it is not one, is damaged, is from a newer version, or holds anything that the format
        does not describe. The file is left as it is.
    """
    return _opened(path, _read)


def read_outline(path: Path) -> Outline:
    """Read what a checkpoint file holds besides the state, its checksum checked all the same.

    Raises
    ------
    CheckpointError
        As `read_checkpoint` does, but for the state.
    """
    return _opened(path, _read_outline)


def _opened(path: Path, read: Callable[[h5py.File], _Read]) -> _Read:
    whole = unseal(path)
    load_no_plugins()
    try:
        with h5py.File(io.BytesIO(whole), "r") as file:
            return read(file)
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}") from None
    except DataError as error:
        raise CheckpointError(f"{path} does not follow the checkpoint format: {error}.") from None
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, DllabError) as error:
        raise CheckpointError(
            f"{path} does not follow the checkpoint format ({error}). Use another checkpoint."
        ) from None


def _version(file: h5py.File) -> int:
    if text(file, "format") != FORMAT:
        raise CheckpointError("it is not a checkpoint.")
    version = int(attribute(file, "version"))
    if version > VERSION:
        raise CheckpointError(
            f"it has format version {version}, this dllab reads up to {VERSION}; update dllab. "
            "The file was left as it is."
        )
    return version


def _read_outline(file: h5py.File) -> Outline:
    version = _version(file)
    state = subgroup(file, "state")
    values: dict[str, Any] = {
        "info": _info_values(subgroup(file, "info"), state),
        "hyperparameters": values_of(state, version),
    }
    values = _brought_up(values | dict.fromkeys(_TEXTS, ""), version)
    return Outline(
        info=_info(values["info"], known(values["hyperparameters"])),
        history=history_of(file, version),
        data_fingerprint=text(file, "data_fingerprint"),
        parameters=dataset(state, "theta", Rules("f", filters=frozenset())).size,
        complete=bool(attribute(file, "complete")),
        session=text(file, "session"),
    )


def _read(file: h5py.File) -> Contents:
    version = _version(file)
    facts, stored = subgroup(file, "facts"), subgroup(file, "state")
    values: dict[str, Any] = {
        "info": _info_values(subgroup(file, "info"), stored),
        "hyperparameters": values_of(stored, version),
    }
    values = _brought_up(values | {name: long_text(file, name) for name in _TEXTS}, version)
    state = state_of(stored, known(values["hyperparameters"]))
    return Contents(
        info=_info(values["info"], state.hyperparameters),
        state=state,
        history=history_of(file, version),
        recipe=values["recipe"],
        data_fingerprint=text(file, "data_fingerprint"),
        complete=bool(attribute(file, "complete")),
        journal=values["journal"],
        tree=values["tree"],
        facts={name: text(facts, name) for name in facts.attrs},
        version=version,
        session=text(file, "session"),
    )


def _brought_up(values: dict[str, Any], version: int) -> dict[str, Any]:
    """The values of an older file as the present version would have written them."""
    if version == VERSION:
        return values
    texts = {name: values[name] for name in _TEXTS}
    plain = migrations.checkpoint(
        values
        | {
            "recipe": tomllib.loads(texts["recipe"]),
            "journal": [json.loads(line) for line in texts["journal"].split("\n") if line],
            "tree": json.loads(texts["tree"]) if texts["tree"] else [],
        },
        version,
    )
    lines = [json.dumps(entry, ensure_ascii=False) for entry in plain["journal"]]
    now = {
        "recipe": tomli_w.dumps(plain["recipe"]),
        "journal": "\n".join(lines),
        "tree": json.dumps(plain["tree"], ensure_ascii=False),
    }
    return plain | {name: now[name] if texts[name] else "" for name in now}


def _info_values(group: h5py.Group, state: h5py.Group) -> dict[str, Any]:
    texts = ("key", "parent", "branch", "reason", "when", "note")
    values: dict[str, Any] = {name: text(group, name) for name in texts}
    values |= {"step": int(attribute(group, "step")), "epoch": float(attribute(group, "epoch"))}
    for name in ("train_cost", "dev_cost"):
        values[name] = float(attribute(group, name)) if name in group.attrs else None
    if values["step"] != int(attribute(state, "step")):
        raise CheckpointError("it says another step than its state has.")
    return values


def _info(values: dict[str, Any], hyperparameters: Mapping[str, Any]) -> CheckpointInfo:
    reason, key = values["reason"], values["key"]
    if reason not in _REASONS:
        raise CheckpointError(f"its reason {reason!r} is unknown.")
    if not is_key(key):
        raise CheckpointError(f"its key {key[:20]!r} is not a number.")
    return CheckpointInfo(**values, hyperparameters=hyperparameters, saved=True)
