"""What a run left behind: a dense value per update, and sparse ones per evaluation or change.

Arrays only grow at their end, and what is written stays. So a view of the first n values can be
handed to another thread while training appends: no lock, no copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DENSE = ("train_cost", "train_error")
EVALUATED = ("dev_cost", "dev_error", "probe_cost", "probe_error")
CLOCK = ("seconds", "epoch", "examples")


class Growing:
    """A one-dimensional array that grows at its end by doubling."""

    def __init__(self, dtype: npt.DTypeLike, capacity: int = 1024) -> None:
        self._buffer: Array = np.empty(capacity, dtype)
        self.length = 0

    @property
    def last(self) -> Any:
        """The latest value; IndexError before the first."""
        if not self.length:
            raise IndexError("nothing has been added yet")
        return self._buffer[self.length - 1]

    def append(self, value: float) -> None:
        """Add one value; amortized constant time."""
        if self.length == len(self._buffer):
            self._grow(self.length + 1)
        self._buffer[self.length] = value
        self.length += 1

    def extend(self, values: Array) -> None:
        """Add many values."""
        end = self.length + len(values)
        if end > len(self._buffer):
            self._grow(end)
        self._buffer[self.length : end] = values
        self.length = end

    def _grow(self, at_least: int) -> None:
        grown = np.empty(max(at_least, 2 * len(self._buffer)), self._buffer.dtype)
        grown[: self.length] = self._buffer[: self.length]
        self._buffer = grown

    def view(self) -> Array:
        """The values so far, read-only; later appends do not touch it."""
        values = self._buffer[: self.length]
        values.flags.writeable = False
        return values


@dataclass(frozen=True)
class Segment:
    """The history of one branch since it left its parent.

    ``dense[name][i]`` belongs to update ``first_step + i``. ``sparse[name]`` is a pair
    ``(steps, values)``: costs and errors of an evaluation after update ``steps[i]``; for a knob the
    value from update ``steps[i]`` on; for the clock (``seconds``, ``epoch``, ``examples``) where
    the run stood after update ``steps[i]``.
    """

    branch: str
    parent: str
    first_step: int
    dense: Mapping[str, Array]
    sparse: Mapping[str, tuple[Array, Array]]


@dataclass(frozen=True)
class HistoryView:
    """All branches at one moment; safe to read from any thread."""

    current: str
    segments: Mapping[str, Segment]

    def lineage(self, branch: str = "") -> list[tuple[Segment, int | None]]:
        """The segments that lead to ``branch``, oldest first, each with the last step that counts.

        The limit is None for the branch itself.
        """
        chain: list[tuple[Segment, int | None]] = []
        segment, limit = self.segments[branch or self.current], None
        while True:
            chain.append((segment, limit))
            if not segment.parent:
                return chain[::-1]
            last = segment.first_step - 1
            limit = last if limit is None else min(limit, last)
            segment = self.segments[segment.parent]

    def series(self, name: str, branch: str = "") -> tuple[Array, Array]:
        """Steps and values of a curve along ``branch`` (default: the current one) and ancestors."""
        steps: list[Array] = []
        values: list[Array] = []
        for segment, limit in self.lineage(branch):
            if name in segment.dense:
                y = segment.dense[name]
                x = np.arange(segment.first_step, segment.first_step + len(y))
            elif name in segment.sparse:
                x, y = segment.sparse[name]
            else:
                continue
            if limit is not None:
                keep = int(np.searchsorted(x, limit, side="right"))
                x, y = x[:keep], y[:keep]
            steps.append(x)
            values.append(y)
        if not steps:
            return np.empty(0, np.int64), np.empty(0)
        return np.concatenate(steps), np.concatenate(values)


class BranchHistory:
    """The growing history of one branch."""

    def __init__(self, branch: str, parent: str, first_step: int, dtype: npt.DTypeLike) -> None:
        self.branch, self.parent, self.first_step = branch, parent, first_step
        self.dense = {name: Growing(dtype) for name in DENSE}
        self.sparse: dict[str, tuple[Growing, Growing]] = {}

    def record(self, name: str, step: int, value: float, *, again: bool = False) -> None:
        """Add a sparse value; a second one at the same step is left out, unless ``again``."""
        pair = self.sparse.get(name)
        if pair is None:
            pair = self.sparse[name] = (Growing(np.int64, 64), Growing(np.float64, 64))
        steps, values = pair
        if steps.length and steps.last >= step + again:
            return
        steps.append(step)
        values.append(value)

    def last(self, name: str) -> tuple[int, float] | None:
        """Step and value of the latest sparse value, or None."""
        pair = self.sparse.get(name)
        if pair is None or not pair[0].length:
            return None
        return int(pair[0].last), float(pair[1].last)

    def view(self) -> Segment:
        """The segment so far, safe to read from any thread."""
        return Segment(
            self.branch,
            self.parent,
            self.first_step,
            {name: series.view() for name, series in self.dense.items()},
            {name: (s.view(), v.view()) for name, (s, v) in self.sparse.items()},
        )


class History:
    """The histories of all branches of a session; ``history["dev_cost"]`` reads the current one."""

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self.dtype = np.dtype(dtype)
        self.branches: dict[str, BranchHistory] = {}
        self._finished: dict[str, Segment] = {}
        self.current = ""

    def begin(self, branch: str, parent: str = "", first_step: int = 1) -> BranchHistory:
        """Start the history of a new branch and make it the current one."""
        if self.current:
            self._finished[self.current] = self.branches[self.current].view()
        self.branches[branch] = BranchHistory(branch, parent, first_step, self.dtype)
        self.current = branch
        return self.branches[branch]

    def resume(self, branch: str, step: int | None = None) -> None:
        """Go on with the history of a branch that has one; the others stand still.

        What the branch has after ``step`` is dropped.
        """
        if step is not None:
            known = self.branches[branch]
            # A new one, since views of the old one may be on the screen.
            cut = BranchHistory(branch, known.parent, known.first_step, self.dtype)
            extend(cut, until(known.view(), step))
            self.branches[branch] = cut
        self.current = branch
        self._finished = {
            name: history.view() for name, history in self.branches.items() if name != branch
        }

    @property
    def now(self) -> BranchHistory:
        """The current branch's history."""
        return self.branches[self.current]

    def view(self) -> HistoryView:
        """All branches at this moment."""
        segments = dict(self._finished)
        segments[self.current] = self.now.view()
        return HistoryView(self.current, segments)

    def last(self, name: str) -> tuple[int, float] | None:
        """Latest step and value of a sparse series along the current branch, or None."""
        steps, values = self[name] if name not in self.now.sparse else self._now_arrays(name)
        return (int(steps[-1]), float(values[-1])) if len(steps) else None

    def _now_arrays(self, name: str) -> tuple[Array, Array]:
        steps, values = self.now.sparse[name]
        return steps.view(), values.view()

    def __getitem__(self, name: str) -> tuple[Array, Array]:
        """Steps and values along the current branch, ancestors included."""
        return self.view().series(name)

    def names(self) -> Iterable[str]:
        """The series that hold something on the current branch."""
        view = self.view()
        seen = {n for s, _ in view.lineage() for n in (*s.dense, *s.sparse)}
        return sorted(n for n in seen if len(view.series(n)[0]))


def since(segment: Segment, step: int) -> Segment:
    """The part of a segment after update ``step``: what a checkpoint's parent does not hold.

    Knobs recorded for the very next update belong to it, evaluations at ``step`` do not.
    """
    skip = max(0, step + 1 - segment.first_step)
    sparse = {}
    for name, (steps, values) in segment.sparse.items():
        start = steps.searchsorted(step, side="right")
        sparse[name] = (steps[start:], values[start:])
    dense = {name: values[skip:] for name, values in segment.dense.items()}
    return Segment(segment.branch, segment.parent, max(segment.first_step, step + 1), dense, sparse)


def until(segment: Segment, step: int) -> Segment:
    """The part of a segment up to update ``step``, without knobs recorded for the next one."""
    sparse = {}
    for name, (steps, values) in segment.sparse.items():
        end = steps.searchsorted(step, side="right")
        sparse[name] = (steps[:end], values[:end])
    length = max(0, step + 1 - segment.first_step)
    dense = {name: values[:length] for name, values in segment.dense.items()}
    return Segment(segment.branch, segment.parent, segment.first_step, dense, sparse)


def extend(history: BranchHistory, piece: Segment) -> None:
    """Put a stored piece behind what is there; a gap is filled with NaN, an overlap left out."""
    for name, values in piece.dense.items():
        series = history.dense.setdefault(name, Growing(values.dtype))
        offset = history.first_step + series.length - piece.first_step
        if offset < 0:
            series.extend(np.full(-offset, np.nan, values.dtype))
        series.extend(values[max(0, offset) :])
    for name, (steps, values) in piece.sparse.items():
        if not len(steps):
            continue
        grown = Growing(np.int64, 64), Growing(np.float64, 64)
        if name in history.sparse:
            # The piece holds all from its first step on, a knob turned twice there included.
            old = [series.view() for series in history.sparse[name]]
            keep = int(np.searchsorted(old[0], steps[0]))
            if keep == len(old[0]):
                # Nothing of what is there gives way, so the pieces of a long run are not copied
                # once for every checkpoint.
                grown = history.sparse[name]
            for series, kept in zip(grown, old, strict=True):
                series.extend(kept[series.length : keep])
        grown[0].extend(steps)
        grown[1].extend(values)
        history.sparse[name] = grown
