"""From steps to what stands on the x axis, and back."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dllab_ui.widgets.growing import GrowingArray

AxisMode = Literal["step", "epoch", "examples", "time"]

AXIS_MODES: tuple[AxisMode, ...] = get_args(AxisMode)
AXIS_LABELS: dict[AxisMode, str] = {
    "step": "step",
    "epoch": "epoch",
    "examples": "examples seen",
    "time": "training time (h:min:s, pauses left out)",
}
AXIS_COLUMNS: dict[AxisMode, str] = {
    "step": "step",
    "epoch": "epoch",
    "examples": "examples_seen",
    "time": "training_time_s",
}
"""Names of the columns in a table."""
AXIS_KINDS: dict[AxisMode, str] = {
    "step": "count",
    "epoch": "number",
    "examples": "count",
    "time": "time",
}


class AxisKnots:
    """Piecewise linear map from steps to x, from knots that only grow.

    Outside the knots the first and the last piece are continued; with fewer than two knots x is
    the step. Both steps and x values must increase from knot to knot for the way back to be one.
    """

    def __init__(self) -> None:
        # float64 for both, since np.interp would convert (copy) anything else at every call.
        self._steps = GrowingArray()
        self._values = GrowingArray()

    def __len__(self) -> int:
        return len(self._steps)

    def extend(self, steps: ArrayLike, values: ArrayLike) -> None:
        """Append knots, each shape (n,); those not beyond the last known step are passed over."""
        steps = np.atleast_1d(np.asarray(steps, dtype=np.float64))
        values = np.atleast_1d(np.asarray(values, dtype=np.float64))
        if steps.shape != values.shape or (np.diff(steps) <= 0).any():
            raise ValueError("knots need increasing steps, one for every value")
        last = self._steps.view[-1] if len(self) else -np.inf
        new = (steps > last) & np.isfinite(values)
        self._steps.extend(steps[new])
        self._values.extend(values[new])

    def to_x(self, steps: ArrayLike) -> NDArray[np.float64]:
        """x of steps, same shape."""
        return _continued(np.asarray(steps, np.float64), self._steps.view, self._values.view)

    def to_step(self, x: ArrayLike) -> NDArray[np.float64]:
        """Steps (with fractions) of x values, same shape."""
        return _continued(np.asarray(x, np.float64), self._values.view, self._steps.view)


def _continued(
    at: NDArray[np.float64], known: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    if known.size < 2:
        return at
    result = np.asarray(np.interp(at, known, values))
    for outside, inner, edge in ((at < known[0], 1, 0), (at > known[-1], -2, -1)):
        if outside.any():
            width = known[edge] - known[inner]
            slope = (values[edge] - values[inner]) / width if width else 0.0
            result = np.where(outside, values[edge] + (at - known[edge]) * slope, result)
    return result
