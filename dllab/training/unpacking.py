"""What is taken out of a self-contained file, checked before anything of it is written down.

The file is unpacked into a folder that has to open again later on. So what opening a folder asks of
its journal and its curves is asked here, and what the file says twice has to agree.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from dllab.checkpoint.contents import Contents
from dllab.errors import SessionError
from dllab.hyperparameters import fixed_difference
from dllab.recipe import Recipe
from dllab.training.history import DENSE
from dllab.training.journal import Entry, Journal
from dllab.training.links import branches_of, broken_link
from dllab.training.timeline import Branch


class Unpacked(NamedTuple):
    """What a self-contained file holds besides its state; its fork checkpoints stayed behind."""

    recipe: Recipe
    journal: Journal
    branches: dict[str, Branch]


def unpack(contents: Contents, path: Path) -> Unpacked:
    """Recipe, ledger and tree of a self-contained file.

    Raises
    ------
    RecipeError, SessionError
        If they cannot be those of a session, or recipe, state and curves do not fit each other.
    """
    recipe = Recipe.from_toml(contents.recipe, str(path))
    try:
        other = fixed_difference(recipe.values, contents.state.hyperparameters)
        if other:
            raise ValueError(f"its state is not of its recipe, {other}")
        journal = unpack_journal(contents)
        branches = _branches(contents, journal)
        _check_curves(contents, branches)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SessionError(
            f"{path} does not follow the format: {error}. It was left as it is; use another copy "
            f"of it, or have it saved again."
        ) from None
    return Unpacked(recipe, journal, branches)


def unpack_journal(contents: Contents) -> Journal:
    """The ledger of a self-contained file.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, RecursionError
        If it cannot be one.
    """
    # A note may hold what splitlines() takes for the end of a line.
    lines = [line for line in contents.journal.split("\n") if line]
    entries: list[Entry] = []
    for number, line in enumerate(lines, start=1):
        entry = _entry(line, number)
        if entries and entry.id <= entries[-1].id:
            raise ValueError(f"the journal repeats entry {entry.id} in line {number}")
        entries.append(entry)
    journal = Journal(entries)
    broken = broken_link(journal)
    if broken:
        raise ValueError(f"the journal's {broken}")
    return journal


def _entry(line: str, number: int) -> Entry:
    try:
        return Entry.from_json(line)
    except KeyError as error:
        raise ValueError(f"line {number} of the journal lacks {error}") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"line {number} of the journal cannot be read: {error}") from None


def _branches(contents: Contents, journal: Journal) -> dict[str, Branch]:
    """The branches as the ledger has them, by the titles of the tree."""
    records: list[dict[str, Any]] = json.loads(contents.tree)
    told = branches_of(journal)
    branches: dict[str, Branch] = {}
    for record in records:
        branch = Branch(**{**record, "fork_checkpoint": ""})
        if not isinstance(branch.title, str):
            raise ValueError(f"the title of a branch is no text but {branch.title!r}")
        # A folder that is opened again has its tree from the journal alone.
        one = told.get(branch.name, Branch(""))
        one = replace(one, fork_checkpoint="", title=branch.title)
        if one != branch or one.name in branches:
            raise ValueError(f"the tree has a branch {branch.name!r} that the journal has not")
        branches[one.name] = one
    missing = set(told) - set(branches)
    if missing:
        raise ValueError(f"the tree lacks the branch {min(missing)!r}, which the journal has")
    return branches


def _check_curves(contents: Contents, branches: dict[str, Branch]) -> None:
    """Refuse steps that the curves do not hold: a later piece would have to bridge what is not."""
    info = contents.info
    if info.branch not in branches:
        raise ValueError(f"it stands on a branch {info.branch!r} that is not there")
    reached = {name: branch.fork_step for name, branch in branches.items()}
    seen: set[str] = set()
    for piece in contents.history:
        branch = branches.get(piece.branch)
        if branch is None or piece.branch in seen:
            raise ValueError(f"it has curves of {piece.branch!r} that belong to no branch")
        if (piece.parent, piece.first_step) != (branch.parent, branch.fork_step + 1):
            raise ValueError(f"the curves of {piece.branch} do not begin where the branch does")
        seen.add(piece.branch)
        reached[piece.branch] += min(len(piece.dense.get(name, ())) for name in DENSE)
    if not branches[info.branch].fork_step <= info.step <= reached[info.branch]:
        raise ValueError(
            f"it stands at step {info.step:,}, and the curves of {info.branch} go from "
            f"{branches[info.branch].fork_step:,} to {reached[info.branch]:,}"
        )


def first_checkpoint(contents: Contents, key: str) -> Contents:
    """The file's state as the first checkpoint of a new folder."""
    info = replace(contents.info, key=key)
    return replace(contents, info=info, complete=False, journal="", tree="")
