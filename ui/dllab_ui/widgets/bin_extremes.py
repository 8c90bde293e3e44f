"""Extremes of the bins of a pyramid: which kinds there are, and finding them in plain values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab_ui.widgets.growing import GrowingArray

BASE = 16
"""Points in a bin of the lowest level."""
NONE = np.uint32(0xFFFFFFFF)
"""Index of an extreme that is not there: the bin has no usable value."""
SMALLEST, LARGEST, POSITIVE = 0, 1, 2
"""Kinds of extremes; POSITIVE is the smallest value above 0."""
WORST = (np.inf, -np.inf, np.inf)
"""What loses against every value when an extreme of each kind is sought."""


class Level(list[GrowingArray]):
    """Three index arrays: of the smallest, the largest and the smallest positive value."""

    def __init__(self) -> None:
        super().__init__(GrowingArray(np.uint32, BASE) for _ in WORST)


def block_extremes(block: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Column of the smallest, largest and smallest positive value per row, -1 where none."""
    finite = np.isfinite(block)
    results = []
    for kind in (SMALLEST, LARGEST, POSITIVE):
        usable = finite & (block > 0) if kind == POSITIVE else finite
        masked = block if usable.all() else np.where(usable, block, block.dtype.type(WORST[kind]))
        column = masked.argmax(axis=1) if kind == LARGEST else masked.argmin(axis=1)
        results.append(np.where(usable.any(axis=1), column, -1))
    return results
