"""What a ledger says of the time up to a stored state, and what was said of that time later on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dllab.training.journal import Entry
from dllab.training.timeline import CheckpointInfo

_JUMPS = ("rollback", "continue")
# What is known of the run's place at an entry: these have the last update made, those the next one.
_AFTER = ("checkpoint", "rule", "stop", "outcome", "twin", "test", "rename")
_BEFORE = ("nudge", "guard")


def up_to(entries: Sequence[Entry], info: CheckpointInfo) -> tuple[Entry, ...]:
    """The entries up to the moment of a checkpoint, oldest first, its own one included.

    A best point is stored some time after its moment: its own entry, and what was done in between,
    came later.
    """
    made = [i for i, e in enumerate(entries) if e.kind == "checkpoint" and e.checkpoint == info.key]
    if not made:
        # Its file was there, and its line did not get there: it is the newest.
        return tuple(entries)
    if info.reason != "best":
        return tuple(entries[: made[-1] + 1])
    return tuple(entries[: _moment(entries[: made[-1]], info)])


def _moment(before: Sequence[Entry], info: CheckpointInfo) -> int:
    """The index of the first entry that came after a best point, the run being on its branch."""
    moment = len(before)
    for index in range(len(before) - 1, -1, -1):
        entry = before[index]
        if entry.kind in _JUMPS or entry.kind == "open":
            start = entry.step - (entry.kind in _JUMPS)
            if entry.branch == info.branch and start < info.step:
                return moment
            # It led away from the branch, or to a place further on.
            moment = index
        elif entry.branch == info.branch and _place(entry) >= info.step:
            moment = index
    return moment


def _place(entry: Entry) -> int:
    """How many updates the run had made; −1 if the entry does not tell."""
    if entry.kind in _BEFORE:
        return entry.step - 1
    beside = entry.detail.get("reason") == "best"
    return entry.step if entry.kind in _AFTER and not beside else -1


def with_later_words(
    past: Sequence[Entry], entries: Sequence[Entry], info: CheckpointInfo
) -> tuple[Entry, ...]:
    """The past, and what a person has said of it since: notes, names of branches, the pin.

    Later entries get new numbers, so that none is missing.
    """
    kept, numbers = list(past), {entry.id: entry.id for entry in past}
    branches = branches_in(past, info)
    for entry in entries[len(past) :]:
        if not _is_about(entry, numbers, branches, info):
            continue
        numbers[entry.id] = kept[-1].id + 1 if kept else 1
        kept.append(
            replace(
                entry,
                id=numbers[entry.id],
                of=None if entry.of is None else numbers[entry.of],
                # It may have been said from a branch that was not there yet.
                branch=entry.branch if entry.branch in branches else info.branch,
            )
        )
    return tuple(kept)


def _is_about(
    entry: Entry, numbers: dict[int, int], branches: set[str], info: CheckpointInfo
) -> bool:
    if entry.kind == "note":
        return entry.of in numbers
    if entry.kind == "rename":
        return entry.detail.get("branch") in branches
    return entry.kind == "pin" and entry.checkpoint == info.key


def branches_in(past: Sequence[Entry], info: CheckpointInfo) -> set[str]:
    """The branches that had begun."""
    return {e.branch for e in past if e.kind == "rollback"} | {"main", info.branch}


def ends_in(past: Sequence[Entry], info: CheckpointInfo) -> dict[str, int]:
    """How many updates had been made on each branch, as far as the ledger tells."""
    ends: dict[str, int] = {}
    for entry in past:
        if entry.kind in _JUMPS and "from_branch" in entry.detail:
            ends[str(entry.detail["from_branch"])] = int(entry.detail["from_step"])
    return ends | {info.branch: info.step}
