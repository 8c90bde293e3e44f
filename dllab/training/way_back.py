"""Which checkpoint leads back to before something that the ledger tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dllab.training.journal import Entry
from dllab.training.timeline import Branch, CheckpointInfo


def checkpoint_before(
    entry: Entry,
    entries: Sequence[Entry],
    checkpoints: Sequence[CheckpointInfo],
    branches: Mapping[str, Branch],
) -> CheckpointInfo | None:
    """The latest checkpoint on the entry's line of branches that holds nothing of its effect.

    Parameters
    ----------
    entry, entries:
        An entry of the ledger, and the whole ledger, oldest first.
    checkpoints, branches:
        All there are, the checkpoints in order of creation.
    """
    earlier = {e.checkpoint for e in entries if e.kind == "checkpoint" and e.id <= entry.id}
    if entry.kind in ("rollback", "continue"):
        # Before going elsewhere one stood at the end of the branch that was left.
        there = (entry.detail.get("from_branch"), entry.detail.get("from_step"))
        for info in reversed(checkpoints):
            if (info.branch, info.step) == there and info.key in earlier:
                return info
    # A nudge's step is the first update that uses it.
    last = entry.step - (entry.kind == "nudge")
    for branch, limit in _line(entry.branch, last, branches):
        # Of those of the very step some may be later: asked for, or at closing, while it waited.
        before = [
            c
            for c in checkpoints
            if c.branch == branch and (c.step < last or c.key in earlier) and c.step <= limit
        ]
        if before:
            return max(before, key=lambda c: c.order)
        fork = branches[branch].fork_checkpoint if branch in branches else ""
        for info in checkpoints:
            if fork and info.key == fork and info.step <= limit:
                return info
    return None


def _line(branch: str, limit: int, branches: Mapping[str, Branch]) -> Iterator[tuple[str, int]]:
    """A branch and its ancestors, each with the last step that belongs to the line."""
    while True:
        yield branch, limit
        here = branches.get(branch)
        if here is None or not here.parent:
            return
        branch, limit = here.parent, min(limit, here.fork_step)
