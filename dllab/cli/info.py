"""``dllab info``: what a session's folder or a checkpoint file holds. Reads only."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dllab.checkpoint import Contents, read_checkpoint
from dllab.errors import CheckpointError, SessionError
from dllab.hyperparameters import TABLE
from dllab.in_words import duration
from dllab.recipe import Recipe
from dllab.training.home import read_description
from dllab.training.journal import read_journal


def show_info(options: argparse.Namespace) -> int:
    """Print what is inside a session's folder or a checkpoint file; 2 if a part is damaged.

    Raises
    ------
    DllabError
        If it is neither, or damaged.
    """
    path = Path(options.path)
    if path.name == "session.toml":
        path = path.parent
    if not path.exists():
        raise SessionError(f"There is no file or folder {path}.")
    return _show_folder(path) if path.is_dir() else _show_file(path)


def _show_file(path: Path) -> int:
    contents = read_checkpoint(path)
    kind = "a session in one file" if contents.complete else "one checkpoint of a session's folder"
    _line("file", f"{path}, {_size(path)}, {kind}")
    _line("checksum", f"SHA-256 holds; format version {contents.version}")
    _show_contents(contents)
    if contents.complete:
        entries = [line for line in contents.journal.split("\n") if line]
        _line("journal", f"{len(entries):,} entries")
        _line("branches", ", ".join(segment.branch for segment in contents.history))
    return 0


def _show_folder(folder: Path) -> int:
    record, owner = _description(folder), read_description(folder).owner
    files = sorted((folder / "checkpoints").glob("*.h5"))
    read: dict[Path, Contents] = {}
    damaged: list[str] = []
    for path in files:
        try:
            read[path] = owner.read(path)
        except CheckpointError as error:
            # A session that trains takes old autosaves away while they are read here.
            if path.exists():
                damaged.append(str(error))
    _line("session", f"{folder}, {_size(*files)} of checkpoints")
    _line("created", f"{record.get('created', '?')} by dllab {_of(record, 'facts').get('dllab')}")
    entries = read_journal(folder / "journal.jsonl").entries
    nudges = sum(entry.kind == "nudge" for entry in entries)
    _line("journal", f"{len(entries):,} entries, {nudges:,} of them nudges")
    if read:
        newest = max(read.values(), key=lambda contents: contents.info.key)
        _line("newest", f"checkpoint {newest.info.key}")
        _show_contents(newest)
        _show_table(read)
    for message in damaged:
        print(message, file=sys.stderr)
    if not read and not damaged:
        raise SessionError(f"{folder} holds no checkpoint.")
    return 2 if damaged else 0


def _description(folder: Path) -> dict[str, Any]:
    path = folder / "session.toml"
    try:
        record = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SessionError(f"{folder} is not a session: it has no session.toml.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SessionError(f"{path} is damaged: {error}.") from None
    if record.get("format") != "dllab-session":
        raise SessionError(f"{path} does not describe a dllab session.")
    return record


def _of(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = record.get(key)
    return part if isinstance(part, Mapping) else {}


def _show_contents(contents: Contents) -> None:
    info, state = contents.info, contents.state
    recipe = Recipe.from_toml(contents.recipe)
    _line("recipe", f"{recipe.name}, data {recipe.source} ({contents.data_fingerprint[:12]}…)")
    _line("stands at", f"step {info.step:,}, epoch {info.epoch:.2f}, branch {info.branch}")
    _line("stored", f"{info.when}, {info.reason}" + (f", “{info.note}”" if info.note else ""))
    _line("training", f"{duration(state.seconds)}, {state.examples:,} examples seen")
    _line("costs", f"train {_cost(info.train_cost)}, dev {_cost(info.dev_cost)}")
    slots = f" and {len(state.slots)} of the optimizer" if state.slots else ""
    _line("parameters", f"{state.theta.size:,}, one vector of {state.theta.dtype}{slots}")
    _line("fingerprint", state.fingerprint())
    _line("made by", ", ".join(f"{name} {fact}" for name, fact in contents.facts.items()))
    print("hyperparameters")
    width = max(map(len, TABLE))
    for key, value in state.hyperparameters.items():
        print(f"  {key:<{width}}  {TABLE[key].show(value) or 'none'}")


def _show_table(read: Mapping[Path, Contents]) -> None:
    print("checkpoints (every checksum holds)")
    for path, contents in read.items():
        info = contents.info
        text = (
            f"  {info.key}  step {info.step:>9,}  epoch {info.epoch:>7.2f}  {info.branch:<9}  "
            f"{info.reason:<9}  dev cost {_cost(info.dev_cost):>8}  {_size(path):>9}"
        )
        print(f"{text}  {info.note}".rstrip())


def _line(name: str, text: str) -> None:
    print(f"{name:<12} {text}")


def _cost(value: float | None) -> str:
    return "–" if value is None else f"{value:#.4g}"


def _size(*paths: Path) -> str:
    size = 0.0
    for path in paths:
        try:
            size += path.stat().st_size
        except FileNotFoundError:
            continue
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
