"""What the timeline shows of a snapshot: lanes and marks in the units of the axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dllab.training.history import HistoryView, Segment
from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab.training.timeline import CheckpointInfo
from dllab_ui.ledger import latest_notes, reasons_left
from dllab_ui.timeline.glyphs import GLYPHS, PINNED_WEIGHT
from dllab_ui.timeline.lanes import lane_order, lineage
from dllab_ui.timeline.places import Places, present
from dllab_ui.widgets.axis_knots import AxisMode


@dataclass(frozen=True)
class Lane:
    """One branch from its fork to its end.

    Up to ``leads_to`` it is the way to the present; what lies beyond is a ghost on the curves. Of
    the current branch all is, and ``leads_to`` is None as for a branch that leads nowhere else.
    ``reason`` says why it was left.
    """

    branch: str
    label: str
    row: int
    start: float
    end: float
    parent_row: int | None
    leads_to: float | None
    current: bool
    last_step: int
    reason: str = ""

    @property
    def has_ghost(self) -> bool:
        """Whether something of it is not on the way to the present."""
        return not self.current and (self.leads_to is None or self.end > self.leads_to)


class Mark(NamedTuple):
    """A checkpoint (``key``) or a nudge (no key) on a lane; ``entry`` is its row in the ledger."""

    glyph: str
    row: int
    x: float
    step: int
    branch: str
    key: str = ""
    entry: int = 0
    pinned: bool = False

    @property
    def id(self) -> str | int:
        """The key of a checkpoint, the ledger's number of a nudge."""
        return self.key or self.entry

    @property
    def weight(self) -> int:
        """How important it is."""
        return GLYPHS[self.glyph].weight + PINNED_WEIGHT * self.pinned


@dataclass(frozen=True)
class Content:
    """Everything there is to draw but the present position."""

    lanes: tuple[Lane, ...] = ()
    marks: tuple[Mark, ...] = ()
    checkpoints: Mapping[str, CheckpointInfo] = field(default_factory=dict)
    nudges: Mapping[int, Entry] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    end: float = 0.0
    history: HistoryView = field(default_factory=lambda: HistoryView("", {}))

    marks_by_id: Mapping[str | int, Mark] = field(default_factory=dict)

    def lane_of(self, branch: str) -> Lane | None:
        """The lane of a branch."""
        return next((lane for lane in self.lanes if lane.branch == branch), None)

    def mark(self, identity: str | int) -> Mark | None:
        """The mark of a checkpoint's key or a nudge's number."""
        return self.marks_by_id.get(identity)

    def note_of(self, mark: Mark) -> str:
        """What a person wrote about it, the latest word."""
        if mark.entry in self.notes:
            return self.notes[mark.entry]
        return self.checkpoints[mark.key].note if mark.key else self.nudges[mark.entry].note


def content_of(snapshot: Snapshot, mode: AxisMode) -> Content:
    """Lanes and marks of a snapshot on an axis."""
    places = Places(snapshot.history, mode)
    order = lane_order(snapshot.branches)
    rows = {branch: row for row, branch in enumerate(order)}
    lanes = _lanes(snapshot, order, rows, places, present(snapshot, mode))
    entries = {e.checkpoint: e.id for e in snapshot.entries if e.kind == "checkpoint"}
    checkpoints = [c for c in snapshot.checkpoints if c.branch in rows]
    nudges = [e for e in snapshot.entries if e.kind == "nudge" and e.branch in rows]
    at = _places_of([*checkpoints, *nudges], places)
    marks = [
        Mark(c.reason if c.reason in GLYPHS else "automatic", rows[c.branch], x, c.step, c.branch,
             c.key, entries.get(c.key, 0), c.pinned)
        for c, x in zip(checkpoints, at, strict=False)
    ]  # fmt: skip
    marks += [
        Mark("nudge", rows[e.branch], x, e.step, e.branch, entry=e.id)
        for e, x in zip(nudges, at[len(checkpoints) :], strict=True)
    ]
    marks.sort(key=lambda mark: (mark.weight, mark.step), reverse=True)
    return Content(
        lanes=lanes,
        marks=tuple(marks),
        checkpoints={c.key: c for c in checkpoints},
        nudges={e.id: e for e in nudges},
        notes=latest_notes(snapshot.entries),
        history=snapshot.history,
        marks_by_id={mark.id: mark for mark in marks},
        end=max((lane.end for lane in lanes), default=0.0),
    )


def _lanes(
    snapshot: Snapshot, order: Sequence[str], rows: Mapping[str, int], places: Places, now: float
) -> tuple[Lane, ...]:
    limits = lineage(snapshot.branches, snapshot.branch)
    reasons = reasons_left(snapshot.entries)
    farthest: dict[str, int] = {}
    for info in snapshot.checkpoints:
        farthest[info.branch] = max(info.step, farthest.get(info.branch, 0))
    lanes = []
    for row, name in enumerate(order):
        branch = snapshot.branches[name]
        current = name == snapshot.branch
        last = _last_step(snapshot.history.segments.get(name), branch.fork_step)
        last = max(last, farthest.get(name, 0))
        start, end = places.of(name, [branch.fork_step, last])
        limit = limits.get(name)
        leads_to = None if limit is None else float(places.of(name, [limit])[0])
        lanes.append(
            Lane(
                branch=name,
                label=branch.label,
                row=row,
                start=float(start),
                end=now if current else float(end),
                parent_row=rows.get(branch.parent),
                leads_to=leads_to,
                current=current,
                last_step=snapshot.step if current else last,
                reason="" if current else reasons.get(name, ""),
            )
        )
    return tuple(lanes)


def _last_step(segment: Segment | None, fork_step: int) -> int:
    if segment is None:
        return fork_step
    return segment.first_step - 1 + max((len(v) for v in segment.dense.values()), default=0)


def _places_of(things: Sequence[CheckpointInfo | Entry], places: Places) -> list[float]:
    """Where each stands on the axis; branch by branch, since each has its own clock."""
    steps = np.array([thing.step for thing in things], np.int64)
    found = np.zeros(len(things))
    members: dict[str, list[int]] = {}
    for number, thing in enumerate(things):
        members.setdefault(thing.branch, []).append(number)
    for branch, numbers in members.items():
        found[numbers] = places.of(branch, steps[numbers])
    return [float(x) for x in found]
