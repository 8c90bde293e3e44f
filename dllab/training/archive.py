"""One self-contained file of a session: a state, every branch's curves, the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dllab.checkpoint import write_checkpoint
from dllab.checkpoint.contents import Contents
from dllab.errors import CheckpointError
from dllab.training.facts import facts
from dllab.training.history import Segment, until
from dllab.training.journal import Entry, now
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
        history=_curves(session.history.view().segments, info),
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
    history = {
        name: until(segment, ends[name]) if name in ends else segment
        for name, segment in session.history.view().segments.items()
        if name in branches
    }
    return replace(
        stored,
        info=replace(info, parent=""),
        history=_curves(history, info),
        complete=True,
        journal=_lines(with_later_words(past, entries, info)),
        tree=_branches(b for b in session.timeline.branches.values() if b.name in branches),
        session="",
    )


def _curves(segments: Mapping[str, Segment], info: CheckpointInfo) -> tuple[Segment, ...]:
    """The curves of every branch; that of the state reaches up to it, NaN where nothing is known.

    A state that was put in place by `Session.restore` may lie further on than the curves.
    """
    segment = segments[info.branch]
    length = info.step + 1 - segment.first_step
    dense = {
        name: np.pad(values, (0, length - len(values)), constant_values=np.nan)
        if len(values) < length
        else values
        for name, values in segment.dense.items()
    }
    return tuple((dict(segments) | {info.branch: replace(segment, dense=dense)}).values())


def _lines(entries: Iterable[Entry]) -> str:
    return "\n".join(entry.to_json() for entry in entries)


def _branches(branches: Iterable[Branch]) -> str:
    return json.dumps([asdict(branch) for branch in branches])
