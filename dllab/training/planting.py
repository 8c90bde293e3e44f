"""The tree of a session grows again from its ledger and its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from dllab.checkpoint import Contents, Outline
from dllab.errors import SessionError
from dllab.training.history import extend
from dllab.training.journal import Journal
from dllab.training.links import branches_of, check_links
from dllab.training.session import Session
from dllab.training.timeline import Timeline


def leave_out_strangers(session: Session, files: dict[str, Outline], folder: Path) -> None:
    """Take no file for this session's that another session has written."""
    told = {e.checkpoint: e for e in session.journal if e.kind == "checkpoint"}
    for key, contents in list(files.items()):
        info, entry = contents.info, told.get(key)
        moved = entry is not None and entry.step != info.step
        data = contents.data_fingerprint != session.prepared.dataset.fingerprint
        if moved or data or contents.parameters != len(session.network.theta):
            del files[key]
            session.notices.append(
                f"{folder / 'checkpoints'} has a checkpoint {int(key)} of another session; it was "
                f"left out."
            )
    if not files:
        raise SessionError(f"{folder} holds no checkpoint of this session.")


def plant(timeline: Timeline, journal: Journal, files: dict[str, Outline]) -> None:
    """Put branches and checkpoints into the timeline; the journal knows every file.

    Raises
    ------
    SessionError
        If the ledger names what cannot be.
    """
    titles, pinned = _said_of_the_tree(journal)
    check_links(journal)
    timeline.branches = branches_of(journal)
    for entry in journal:
        if entry.kind == "checkpoint":
            timeline.reserve(entry.checkpoint)
    for branch, title in titles.items():
        if branch in timeline.branches:
            timeline.rename(branch, title)
    for contents in files.values():
        timeline.add(replace(contents.info, pinned=contents.info.key in pinned))


def _said_of_the_tree(journal: Journal) -> tuple[dict[str, str], set[str]]:
    """The titles of branches and the keys of pinned checkpoints, as the ledger has them last."""
    titles: dict[str, str] = {}
    pinned: dict[str, bool] = {}
    for entry in journal:
        if entry.kind == "rename":
            titles[str(entry.detail.get("branch"))] = str(entry.detail.get("title", ""))
        elif entry.kind == "pin":
            pinned[entry.checkpoint] = bool(entry.detail.get("pinned"))
    return titles, {key for key, is_pinned in pinned.items() if is_pinned}


def regrow(session: Session, contents: Iterable[Contents | Outline]) -> None:
    """Put the curves of every branch together from the pieces that the files hold."""
    for branch in session.timeline.branches.values():
        session.history.begin(branch.name, branch.parent, branch.fork_step + 1)
    for stored in contents:
        for piece in stored.history:
            if piece.branch in session.history.branches:
                extend(session.history.branches[piece.branch], piece)
