"""One self-contained file of a session: present state, every branch's curves, the journal."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dllab.checkpoint import write_checkpoint
from dllab.checkpoint.contents import Contents
from dllab.errors import CheckpointError
from dllab.training.facts import facts
from dllab.training.journal import Entry, Journal, now
from dllab.training.timeline import Branch, CheckpointInfo

if TYPE_CHECKING:
    from dllab.training.session import Session


def write_archive(session: Session, path: Path) -> None:
    """Write the file; see `Session.save_as`.

    Raises
    ------
    CheckpointError
        If it cannot be written.
    """
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
    contents = Contents(
        info=info,
        state=session.capture(),
        history=tuple(session.history.view().segments.values()),
        recipe=session.recipe.to_toml(),
        data_fingerprint=session.prepared.dataset.fingerprint,
        complete=True,
        journal="\n".join(entry.to_json() for entry in session.journal),
        tree=json.dumps([asdict(branch) for branch in session.timeline.branches.values()]),
        facts=facts(),
    )
    try:
        write_checkpoint(path, contents)
    except OSError as error:
        raise CheckpointError(
            f"Cannot write {path}: {error.strerror}. The session is as it was."
        ) from None


def unpack_journal(contents: Contents) -> Journal:
    """The journal of a self-contained file."""
    lines = contents.journal.splitlines()
    return Journal(tuple(Entry.from_json(line) for line in lines))


def unpack_branches(contents: Contents) -> dict[str, Branch]:
    """The branches of a self-contained file; their fork checkpoints stayed behind."""
    records: list[dict[str, Any]] = json.loads(contents.tree)
    branches = [Branch(**{**record, "fork_checkpoint": ""}) for record in records]
    return {branch.name: branch for branch in branches}


def first_checkpoint(contents: Contents, key: str) -> Contents:
    """The archive's state as the first checkpoint of a new folder."""
    info = replace(contents.info, key=key)
    return replace(contents, info=info, complete=False, journal="", tree="")
