"""The last values of a curve, at a cost that does not grow with the run."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.training.history import HistoryView

Array = npt.NDArray[Any]


def tail(view: HistoryView, name: str, count: int) -> tuple[Array, Array]:
    """Steps and values of the last ``count`` points of a sparse curve of the current branch.

    What its ancestors hold before the fork counts. Fewer points if there are no more.
    """
    steps: list[Array] = []
    values: list[Array] = []
    missing = count
    for segment, limit in reversed(view.lineage()):
        if missing <= 0:
            break
        if name not in segment.sparse:
            continue
        x, y = segment.sparse[name]
        end = len(x) if limit is None else int(np.searchsorted(x, limit, side="right"))
        start = max(0, end - missing)
        steps.insert(0, x[start:end])
        values.insert(0, y[start:end])
        missing -= end - start
    if not steps:
        return np.empty(0, np.int64), np.empty(0)
    return np.concatenate(steps), np.concatenate(values)
