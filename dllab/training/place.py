"""Where a session goes on: the rule of FORMAT.md, for whoever opens it and whoever lists it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dllab.training.journal import Entry, Journal

# Entries at which the run stands at the checkpoint they name.
STANDS = ("checkpoint", "rollback", "continue", "open")
# Entries whose changes are put on top again.
_MOVES = ("nudge", "rollback", "open")


class Stored(NamedTuple):
    """What the rule has to know of a checkpoint that can be read."""

    branch: str
    step: int
    reason: str


class Place(NamedTuple):
    """The checkpoint a session goes on from, its branch, and the entries to put on top of it."""

    key: str
    branch: str
    moves: list[Entry]


def last_place(journal: Journal, stored: Mapping[str, Stored]) -> Place:
    """Where a session was left; ``stored`` has every checkpoint that can be read, at least one."""
    entries = list(journal)
    place, branch, index = _last_left(entries, stored)
    moves = [e for e in entries[index:] if e.kind in _MOVES]
    # The best point is kept beside, some time after its moment. Where a process ended just then,
    # it is the latest there is of the run.
    named = {e.checkpoint: n for n, e in enumerate(entries) if e.kind == "checkpoint"}
    for key, one in stored.items():
        ahead = one.branch == branch and one.step > stored[place].step
        if one.reason == "best" and ahead and named.get(key, len(entries)) > index:
            # What was turned before its moment is in it.
            place, moves = key, [e for e in moves if e.step > one.step]
    return Place(place, branch, moves)


def goes_on_after(journal: Journal, key: str) -> bool:
    """Whether a ledger tells of training after the run last stood at a checkpoint."""
    goes_on = False
    for entry in journal:
        if entry.kind in STANDS and entry.checkpoint == key:
            goes_on = False
        elif entry.kind in STANDS or entry.kind in _MOVES:
            goes_on = True
    return goes_on


def _last_left(entries: list[Entry], stored: Mapping[str, Stored]) -> tuple[str, str, int]:
    """Where the run was last known to stand: key, branch, and the index of that entry."""
    without_best = [key for key, one in stored.items() if one.reason != "best"]
    newest = max(without_best or stored, key=int)
    named = [int(e.checkpoint) for e in entries if e.kind == "checkpoint"]
    if int(newest) > max(named, default=0):
        # Its file was written and the process ended before the line that names it.
        return newest, stored[newest].branch, len(entries)
    for index in range(len(entries) - 1, -1, -1):
        entry = entries[index]
        # The run did not stand at its best point when that was stored; it may have gone back to it.
        beside = entry.kind == "checkpoint" and entry.checkpoint not in without_best
        if entry.kind in STANDS and entry.checkpoint in stored and not beside:
            return entry.checkpoint, entry.branch, index
    return newest, stored[newest].branch, len(entries)
