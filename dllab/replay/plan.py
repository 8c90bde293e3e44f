"""From a ledger to what has to be done to run it again: stretches of training and their events.

A stretch is training without a jump. It begins at the untrained model, or at a checkpoint that a
rollback, *continue*, or opening after a crash went back to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dllab.training.journal import Entry

Moves = Mapping[str, tuple[Any, Any]]

JUMPS = ("rollback", "continue", "open")
_PLACES = ("checkpoint", "rollback", "continue")
# The key under which the end of a recording stands, where it is not a checkpoint.
END = "end"


@dataclass(frozen=True)
class Look:
    """After update ``step`` the state is the one that checkpoint ``key`` holds."""

    step: int
    key: str


@dataclass(frozen=True)
class Turn:
    """After update ``step`` knobs are turned, for the next update."""

    step: int
    moves: Moves
    entry: int


Event = Look | Turn


@dataclass
class Stretch:
    """Training on ``branch`` from the checkpoint ``key`` ("": the untrained model) at ``step``.

    ``moves`` are put on top of that checkpoint's knobs, with ``adopts`` even if there are none.
    ``reach`` is the last step that the ledger knows of.
    """

    branch: str
    key: str = ""
    step: int = 0
    moves: Moves = field(default_factory=dict)
    adopts: bool = False
    entry: int = 0
    events: list[Event] = field(default_factory=list)
    reach: int = 0

    @property
    def end(self) -> int:
        """The last step at which something happens."""
        return self.events[-1].step if self.events else self.step


def plan_of(entries: Iterable[Entry]) -> list[Stretch]:
    """The stretches of a ledger, in the order in which they were trained."""
    return _Planner().plan(entries)


def until_last(stretches: list[Stretch], wanted: Callable[[str], bool]) -> list[Stretch]:
    """The stretches up to the last look at a checkpoint that is wanted."""
    kept = list(stretches)
    while kept:
        events = list(kept[-1].events)
        while events and not (isinstance(events[-1], Look) and wanted(events[-1].key)):
            events.pop()
        if events:
            kept[-1] = replace(kept[-1], events=events)
            return kept
        kept.pop()
    return kept


class _Planner:
    def __init__(self) -> None:
        self._stretches = [Stretch("main")]
        self._parents: dict[str, tuple[str, int]] = {}
        self._keys: list[tuple[int, str]] = []
        self._seen: list[Entry] = []

    def plan(self, entries: Iterable[Entry]) -> list[Stretch]:
        for entry in entries:
            if entry.kind == "nudge":
                self._add(Turn(entry.step - 1, entry.changes, entry.id))
            elif entry.kind == "checkpoint":
                self._look(entry)
            elif entry.kind in JUMPS:
                self._jump(entry)
            self._seen.append(entry)
        return self._stretches

    def _add(self, event: Event) -> None:
        now = self._stretches[-1]
        now.events.append(event)
        now.reach = max(now.reach, event.step)

    def _look(self, entry: Entry) -> None:
        reason, look = entry.detail.get("reason"), Look(entry.step, entry.checkpoint)
        if reason == "best":
            self._look_back(entry.branch, look)
        elif reason == "start" and self._keys:
            self._opened_from_file(entry)
        else:
            self._add(look)
        self._keys.append((entry.step, entry.checkpoint))

    def _look_back(self, branch: str, look: Look) -> None:
        """A best point is stored some time after the update that reached it."""
        while branch in self._parents and look.step <= self._parents[branch][1]:
            branch = self._parents[branch][0]
        for stretch in reversed(self._stretches):
            open_end = stretch is self._stretches[-1]
            reached = stretch.step < look.step and (open_end or look.step <= stretch.reach)
            if stretch.branch == branch and reached:
                # What else happened at that step came after the evaluation.
                later = [i for i, e in enumerate(stretch.events) if e.step >= look.step]
                stretch.events.insert(later[0] if later else len(stretch.events), look)
                stretch.reach = max(stretch.reach, look.step)
                return

    def _opened_from_file(self, entry: Entry) -> None:
        """A self-contained file was unpacked: its state is the first checkpoint of a new folder."""
        if entry.step < self._stretches[-1].reach:
            # It was saved from a best point, which is stored some time after it was reached.
            origins = [key for step, key in self._keys if step == entry.step]
            if origins:
                self._begin(Stretch(entry.branch, origins[-1], entry.step, entry=entry.id))
        self._add(Look(entry.step, entry.checkpoint))

    def _jump(self, entry: Entry) -> None:
        step = entry.step if entry.kind == "open" else entry.step - 1
        if entry.kind == "rollback":
            parent = str(entry.detail.get("parent_branch", "main"))
            self._parents[entry.branch] = parent, step
        last = self._stretches[-1]
        last.reach = max(last.reach, int(entry.detail.get("from_step", 0)))
        if not entry.checkpoint:
            return
        adopts = entry.kind == "rollback"
        branch, moves = entry.branch, entry.changes
        if entry.kind == "open" and not moves:
            moves = self._turned_since(entry.checkpoint)
        self._begin(Stretch(branch, entry.checkpoint, step, moves, adopts, entry.id))

    def _turned_since(self, key: str) -> Moves:
        """Knobs that opening puts back on top; version 0.1 did not write them into the ledger."""
        moves: dict[str, tuple[Any, Any]] = {}
        for entry in reversed(self._seen):
            if entry.kind in ("nudge", "rollback"):
                moves = {**entry.changes, **moves}
            if entry.kind in _PLACES and entry.checkpoint == key:
                return moves
        return {}

    def _begin(self, stretch: Stretch) -> None:
        stretch.reach = stretch.step
        self._stretches.append(stretch)
