"""One curve's numbers: values at increasing steps, dense or sparse, with its extremes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dllab_ui.widgets.growing import GrowingArray
from dllab_ui.widgets.pyramid import MinMaxPyramid


class Series:
    """Append-only values over steps.

    Dense: ``dense_from`` is the step of the first value, the next ones follow one by one.
    Sparse (``dense_from`` None): every value comes with its step, strictly increasing.
    """

    def __init__(self, dense_from: int | None, dtype: Any = np.float32) -> None:
        self.dense_from = dense_from
        self.pyramid = MinMaxPyramid(dtype)
        self._steps = GrowingArray(np.int64) if dense_from is None else None

    def __len__(self) -> int:
        return len(self.pyramid)

    @property
    def values(self) -> NDArray[Any]:
        """All values, shape (n,); not a copy."""
        return self.pyramid.values

    @property
    def first_step(self) -> int | None:
        """Step of the first value, None while empty."""
        return self.step_at(0) if len(self) else None

    @property
    def last_step(self) -> int | None:
        """Step of the last value, None while empty."""
        return self.step_at(len(self) - 1) if len(self) else None

    def extend(self, steps: ArrayLike | None, values: ArrayLike) -> None:
        """Append values of shape (n,); ``steps`` of the same shape only for a sparse series."""
        values = np.atleast_1d(np.asarray(values))
        if self._steps is not None:
            if steps is None:
                raise ValueError("a sparse series needs the step of every value")
            steps = np.atleast_1d(np.asarray(steps, dtype=np.int64))
            last = self._steps.view[-1:]
            if steps.shape != values.shape or (np.diff(np.concatenate([last, steps])) <= 0).any():
                raise ValueError("steps must increase, one for every value")
            self._steps.extend(steps)
        elif steps is not None:
            raise ValueError("a dense series counts its steps itself")
        self.pyramid.append(values)

    def steps(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """Steps of the points with these indices."""
        if self._steps is None:
            return index + (self.dense_from or 0)
        return np.asarray(self._steps.view[index])

    def step_at(self, index: int) -> int:
        """Step of one point."""
        return (
            index + (self.dense_from or 0) if self._steps is None else int(self._steps.view[index])
        )

    def span(self, first_step: float, last_step: float) -> tuple[int, int]:
        """Indices start, stop of the points with first_step <= step <= last_step."""
        if self._steps is None:
            origin = self.dense_from or 0
            start = int(np.clip(np.ceil(first_step - origin), 0, len(self)))
            stop = int(np.clip(np.floor(last_step - origin) + 1, start, len(self)))
            return start, stop
        start, stop = np.searchsorted(self._steps.view, [first_step, np.floor(last_step) + 1])
        return int(start), max(int(start), int(stop))

    def nearest(self, step: float) -> int | None:
        """Index of the point nearest to a step, None while empty."""
        if not len(self):
            return None
        if self._steps is None:
            return int(np.clip(round(step - (self.dense_from or 0)), 0, len(self) - 1))
        right = int(np.searchsorted(self._steps.view, step))
        candidates = [i for i in (right - 1, right) if 0 <= i < len(self)]
        return min(candidates, key=lambda i: abs(self.step_at(i) - step))
