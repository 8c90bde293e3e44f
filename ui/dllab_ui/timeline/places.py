"""Where a step of a branch stands on the x axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dllab.training.history import HistoryView, Segment
from dllab.training.snapshot import Snapshot
from dllab_ui.widgets.axis_knots import AxisMode

CLOCKS: dict[AxisMode, str] = {"epoch": "epoch", "examples": "examples", "time": "seconds"}
"""The series of the history that an axis shows; steps need none."""
_NONE = (np.empty(0, np.int64), np.empty(0))


class Places:
    """Steps of any branch as places on the axis.

    Each branch has its own clock from its fork on: after a nudge of the mini-batch size the same
    step is another epoch.
    """

    def __init__(self, history: HistoryView, mode: AxisMode) -> None:
        self._history = history
        self._series = CLOCKS.get(mode)
        # Of a branch of a branch of …: asked from each, the whole line would be gone up again.
        self._beginnings: dict[str, float] = {}

    def of(self, branch: str, steps: ArrayLike) -> NDArray[np.float64]:
        """Places of steps of a branch, same shape; never beyond where it has been."""
        wanted = np.asarray(steps, np.int64)
        segment = self._history.segments.get(branch)
        if self._series is None or segment is None or not wanted.size:
            return wanted.astype(np.float64)
        known, values = segment.sparse.get(self._series, _NONE)
        begins = segment.first_step - 1
        if not len(known):
            return np.full(wanted.shape, self._begins_at(segment))
        # By hand, and in whole numbers: np.interp would copy the whole clock for a few places.
        right = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        left = np.maximum(right - 1, 0)
        at_fork = self._begins_at(segment) if known[0] > begins else values[0]
        from_step = np.where(right == 0, begins, known[left])
        from_value = np.where(right == 0, at_fork, values[left])
        width = np.maximum(known[right] - from_step, 1)
        share = np.clip((wanted - from_step) / width, 0.0, 1.0)
        return np.asarray(from_value + share * (values[right] - from_value), np.float64)

    def _begins_at(self, segment: Segment) -> float:
        """Where the parent was when this branch left it."""
        if segment.parent not in self._history.segments:
            return 0.0
        if segment.branch not in self._beginnings:
            place = self.of(segment.parent, [segment.first_step - 1])[0]
            self._beginnings[segment.branch] = float(place)
        return self._beginnings[segment.branch]


def present(snapshot: Snapshot, mode: AxisMode) -> float:
    """Where the run stands on the axis."""
    places = {
        "step": snapshot.step,
        "epoch": snapshot.epoch,
        "examples": snapshot.examples,
        "time": snapshot.seconds,
    }
    return float(places[mode])
