"""What the ledger says about its own entries, and knobs beside each other; looks up, no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dllab.hyperparameters import live_knobs
from dllab.training.history import HistoryView
from dllab.training.journal import Entry
from dllab.training.timeline import CheckpointInfo
from dllab_ui import words


def notes_about(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """The notes added later, oldest first, by the entry they are about."""
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "note" and entry.of is not None:
            found.setdefault(entry.of, []).append(entry)
    return found


def latest_notes(entries: Iterable[Entry]) -> dict[int, str]:
    """The latest note added later, by the entry it is about; an empty one takes the note away."""
    return {of: notes[-1].note for of, notes in notes_about(entries).items()}


def reasons_left(entries: Iterable[Entry]) -> dict[str, str]:
    """Why each branch was left: what the person noted at the rollback that left it."""
    entries = tuple(entries)
    later = latest_notes(entries)
    reasons: dict[str, str] = {}
    for entry in entries:
        if entry.kind in ("rollback", "continue") and "from_branch" in entry.detail:
            reasons[str(entry.detail["from_branch"])] = later.get(entry.id, entry.note)
    return reasons


def dev_cost_of(info: CheckpointInfo, history: HistoryView) -> str:
    """The dev cost that a checkpoint has: that of its own step, or ``0.1157 @ 500`` of an earlier.

    The state itself may be far worse than the last evaluation before it.
    """
    evaluated = _evaluated_at(history, info.branch, info.step)
    if info.dev_cost is None or evaluated in (None, info.step):
        return words.cost(info.dev_cost)
    return f"{words.cost(info.dev_cost)} @ {words.count(evaluated)}"


def _evaluated_at(history: HistoryView, branch: str, step: int) -> int | None:
    """The last step up to this one, on the way to it, at which dev was evaluated."""
    segment = history.segments.get(branch)
    while segment is not None:
        steps = segment.sparse["dev_cost"][0] if "dev_cost" in segment.sparse else ()
        index = int(np.searchsorted(steps, step, side="right"))
        if index:
            return int(steps[index - 1])
        step = min(step, segment.first_step - 1)
        segment = history.segments.get(segment.parent)
    return None


def knob_moves(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The knobs whose values differ, as ``{knob: (then, now)}``, in the order of the table."""
    if not then or not now:
        return {}
    old, new = live_knobs(then), live_knobs(now)
    return {knob: (old[knob], new[knob]) for knob in new if knob in old and old[knob] != new[knob]}
