"""A run's course in few points, for a thumbnail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.training.history import Segment
from dllab.training.journal import Entry, Journal

MOST_POINTS = 64
_BINS = MOST_POINTS // 2

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class SmallCurve:
    """At most 64 points: ``name`` is ``dev_cost``, or ``train_cost`` where dev has too few."""

    name: str = ""
    steps: tuple[int, ...] = ()
    values: tuple[float, ...] = ()


def dev_points(pieces: Sequence[Segment], branch: str, journal: Journal) -> tuple[Array, Array]:
    """Steps and values of the dev cost on the way to a checkpoint, as far as cheaply known.

    ``pieces`` are those of the checkpoint and of some before it, latest first. What lies before
    them is known from the journal, which notes the dev cost with every checkpoint and nudge.
    """
    steps, values = _joined(pieces, "dev_cost")
    first = float(steps[0]) if len(steps) else float("inf")
    # A nudge has the first update it concerns, and the dev cost of before.
    said = {
        e.step - (e.kind == "nudge"): e.dev_cost
        for e in _on_the_way(journal, branch)
        if e.dev_cost is not None
    }
    early = sorted(step for step in said if step < first)
    early_values = np.array([said[step] for step in early], np.float64)
    return np.concatenate([np.array(early, np.int64), steps]), np.concatenate(
        [early_values, values]
    )


def small_curve(pieces: Sequence[Segment], dev: tuple[Array, Array]) -> SmallCurve:
    """The dev cost, else the mini-batches' cost, in at most 64 points."""
    if np.isfinite(dev[1]).sum() >= 2:
        return _thinned("dev_cost", *dev)
    train = _joined(pieces, "train_cost")
    return _thinned("train_cost", *train) if np.isfinite(train[1]).sum() >= 2 else SmallCurve()


def _joined(pieces: Sequence[Segment], name: str) -> tuple[Array, Array]:
    """A curve over pieces that come latest first; where two overlap the later one holds."""
    steps, values = np.empty(0, np.int64), np.empty(0)
    for piece in pieces:
        if name in piece.dense:
            y = piece.dense[name].astype(np.float64)
            x = np.arange(piece.first_step, piece.first_step + len(y))
        elif name in piece.sparse:
            x, y = piece.sparse[name]
        else:
            continue
        before = x < steps[0] if len(steps) else np.ones(len(x), bool)
        steps, values = np.concatenate([x[before], steps]), np.concatenate([y[before], values])
    return steps, values


def _thinned(name: str, steps: Array, values: Array) -> SmallCurve:
    """Lowest and highest of each bin, so that no spike is lost."""
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite) > MOST_POINTS:
        chosen: list[int] = []
        for part in np.array_split(finite, _BINS):
            ends = {int(part[values[part].argmin()]), int(part[values[part].argmax()])}
            chosen.extend(sorted(ends))
        finite = np.array(chosen)
    return SmallCurve(name, tuple(steps[finite].tolist()), tuple(values[finite].tolist()))


def _on_the_way(journal: Journal, branch: str) -> Sequence[Entry]:
    """Checkpoints and nudges that lie on the way to the end of a branch."""
    forks = {
        e.branch: (str(e.detail.get("parent_branch", "main")), e.step - 1)
        for e in journal
        if e.kind == "rollback"
    }
    limits: dict[str, float] = {}
    limit = float("inf")
    while branch not in limits:
        limits[branch] = limit
        if branch not in forks:
            break
        branch, fork = forks[branch]
        limit = min(limit, fork)
    return [
        e
        for e in journal
        if e.kind in ("checkpoint", "nudge") and e.step <= limits.get(e.branch, -1)
    ]
