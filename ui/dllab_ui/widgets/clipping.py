"""Cuts a line at the edges of a rectangle, for files whose painter cannot clip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def clipped_segments(
    x: NDArray[np.float64], y: NDArray[np.float64], rect: tuple[float, float, float, float]
) -> NDArray[np.float64]:
    """Segments of the line x, y, each shape (n,), inside ``rect`` (left, right, bottom, top).

    Returns shape (m, 4): x and y of the start, x and y of the end (Liang and Barsky). A NaN
    point takes the segments at its sides with it.
    """
    left, right, bottom, top = rect
    start, end = np.column_stack([x[:-1], y[:-1]]), np.column_stack([x[1:], y[1:]])
    usable = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    start, end = start[usable], end[usable]
    along = end - start
    enter, leave = np.zeros(len(start)), np.ones(len(start))
    inside = np.ones(len(start), dtype=bool)
    for axis, low, high in ((0, left, right), (1, bottom, top)):
        moving = along[:, axis] != 0
        speed = np.where(moving, along[:, axis], 1.0)
        at_low = (low - start[:, axis]) / speed
        at_high = (high - start[:, axis]) / speed
        enter = np.where(moving, np.maximum(enter, np.minimum(at_low, at_high)), enter)
        leave = np.where(moving, np.minimum(leave, np.maximum(at_low, at_high)), leave)
        inside &= moving | ((start[:, axis] >= low) & (start[:, axis] <= high))
    kept = inside & (enter <= leave)
    cut_start = start[kept] + enter[kept, None] * along[kept]
    cut_end = start[kept] + leave[kept, None] * along[kept]
    return np.concatenate([cut_start, cut_end], axis=1)
