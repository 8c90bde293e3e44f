"""Which checkpoint leads back to before something; looks things up in a snapshot, no more."""

from __future__ import annotations

from dllab.training import way_back
from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab.training.timeline import CheckpointInfo

_INTERVENTIONS = ("nudge", "rollback", "continue")


def checkpoint_before(snapshot: Snapshot, entry: Entry) -> CheckpointInfo | None:
    """The latest checkpoint on the entry's line of branches that holds nothing of its effect."""
    return way_back.checkpoint_before(
        entry, snapshot.entries, snapshot.checkpoints, snapshot.branches
    )


def last_intervention(snapshot: Snapshot) -> Entry | None:
    """The newest nudge on the current branch, or what led onto it."""
    for entry in reversed(snapshot.entries):
        if entry.kind in _INTERVENTIONS and entry.branch == snapshot.branch:
            return entry
    return None


def steps_lost(snapshot: Snapshot, info: CheckpointInfo) -> int:
    """Updates of the current branch that a rollback to this checkpoint leaves behind."""
    if info.branch == snapshot.branch:
        return max(0, snapshot.step - info.step)
    here = snapshot.branches.get(snapshot.branch)
    # Seen from another branch, everything since the fork stays behind.
    while here is not None and here.parent:
        if here.parent == info.branch:
            return max(0, snapshot.step - min(info.step, here.fork_step))
        here = snapshot.branches.get(here.parent)
    return snapshot.step


def saved_up_to(snapshot: Snapshot) -> int | None:
    """The last step on the way to the present state that a stored checkpoint holds, or None."""
    stored = [c.step for c in snapshot.checkpoints if c.saved and c.branch == snapshot.branch]
    if stored:
        return max(stored)
    here = snapshot.branches.get(snapshot.branch)
    if here is not None and here.parent:
        return here.fork_step
    return snapshot.saved_step
