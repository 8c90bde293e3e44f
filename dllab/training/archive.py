"""One self-contained file of a session: a state, every branch's curves, the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dllab.checkpoint import write_checkpoint
from dllab.checkpoint.contents import Contents
from dllab.errors import CheckpointError
from dllab.training.facts import facts
from dllab.training.history import until
from dllab.training.journal import Entry, Journal, now
from dllab.training.past import branches_in, ends_in, up_to, with_later_words
from dllab.training.timeline import Branch, CheckpointInfo

if TYPE_CHECKING:
    from dllab.training.session import Session


def write_archive(session: Session, path: Path, key: str = "") -> None:
    """Write the file; see `Session.save_as`.

    Raises
    ------
    DllabError
        If it cannot be written, or there is no such checkpoint.
    """
    contents = _as_it_was(session, key) if key else _as_it_is(session)
    try:
        write_checkpoint(path, contents)
    except OSError as error:
        raise CheckpointError(
            f"Cannot write {path}: {error.strerror}. The session is as it was."
        ) from None


def _as_it_is(session: Session) -> Contents:
    session.watch.record_clock()
    info = CheckpointInfo(
        key=session.timeline.next_key(),
        parent="",
        branch=session.branch,
        step=session.step,
        epoch=session.trainer.progress,
        reason="manual",
        when=now(),
        note="saved as one file",
        train_cost=session.watch.recent_train_cost(),
        dev_cost=session.watch.last_dev_cost(),
    )
    return Contents(
        info=info,
        state=session.capture(),
        history=tuple(session.history.view().segments.values()),
        recipe=session.recipe.to_toml(),
        data_fingerprint=session.prepared.dataset.fingerprint,
        complete=True,
        journal=_lines(session.way_here),
        tree=_branches(session.timeline.branches.values()),
        facts=facts(),
    )


def _as_it_was(session: Session, key: str) -> Contents:
    """The session when a checkpoint was made: nothing that was done later is in it.

    What a person has called its branches since, and noted on its entries, is.
    """
    stored = session.store.load(key)
    info = session.timeline[key]
    entries = session.journal.entries
    past = up_to(entries, info)
    branches, ends = branches_in(past, info), ends_in(past, info)
    history = [
        until(segment, ends[name]) if name in ends else segment
        for name, segment in session.history.view().segments.items()
        if name in branches
    ]
    return replace(
        stored,
        info=replace(info, parent=""),
        history=tuple(history),
        complete=True,
        journal=_lines(with_later_words(past, entries, info)),
        tree=_branches(b for b in session.timeline.branches.values() if b.name in branches),
        session="",
    )


def _lines(entries: Iterable[Entry]) -> str:
    return "\n".join(entry.to_json() for entry in entries)


def _branches(branches: Iterable[Branch]) -> str:
    return json.dumps([asdict(branch) for branch in branches])


def unpack_journal(contents: Contents) -> Journal:
    """The journal of a self-contained file."""
    # A note may hold what splitlines() takes for the end of a line.
    lines = contents.journal.split("\n")
    return Journal(tuple(Entry.from_json(line) for line in lines if line))


def unpack_branches(contents: Contents) -> dict[str, Branch]:
    """The branches of a self-contained file; their fork checkpoints stayed behind.

    Raises
    ------
    ValueError, TypeError
        If the tree is none: a branch hangs on itself or on one that comes later.
    """
    records: list[dict[str, Any]] = json.loads(contents.tree)
    branches: dict[str, Branch] = {}
    for record in records:
        branch = Branch(**{**record, "fork_checkpoint": ""})
        if branch.name in branches or (branch.parent and branch.parent not in branches):
            raise ValueError(f"the branch {branch.name} does not hang on one before it")
        branches[branch.name] = branch
    return branches


def first_checkpoint(contents: Contents, key: str) -> Contents:
    """The archive's state as the first checkpoint of a new folder."""
    info = replace(contents.info, key=key)
    return replace(contents, info=info, complete=False, journal="", tree="")
