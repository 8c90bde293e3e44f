"""Where a field given on a grid crosses zero, as line segments (marching squares)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# The corners of a cell go around: 0 low left, 1 low right, 2 high right, 3 high left; edge e joins
# corners e and e+1. For each pattern of positive corners (bit c for corner c): the pairs of edges
# that a segment joins. The two saddles, 5 and 10, are decided by the middle of the cell.
_SEGMENTS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 6: ((0, 2),), 7: ((3, 2),),
    8: ((3, 2),), 9: ((0, 2),), 11: ((1, 2),), 12: ((3, 1),), 13: ((0, 1),), 14: ((3, 0),),
}  # fmt: skip
_JOINED, _PARTED = ((0, 1), (3, 2)), ((3, 0), (1, 2))
_CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))


def zero_lines(field: Array) -> Array:
    """Segments (n, 2, 2) along which ``field`` (h, w) is zero, as (column, row) of grid points.

    Linear between grid points. A cell with a corner that is not finite is left out.
    """
    height, width = field.shape
    if height < 2 or width < 2:
        return np.empty((0, 2, 2))
    field = np.asarray(field, np.float64)
    corners = [
        field[row : height - 1 + row, column : width - 1 + column] for row, column in _CORNERS
    ]
    sound = np.isfinite(corners).all(axis=0)
    patterns = sum((corner > 0).astype(np.int8) << bit for bit, corner in enumerate(corners))
    patterns = np.where(sound, patterns, 0)
    found = [
        _segments(corners, patterns == pattern, pair)
        for pattern, pairs in _SEGMENTS.items()
        for pair in pairs
    ]
    saddles = (patterns == 5) | (patterns == 10)
    if saddles.any():
        middle = np.where(saddles, sum(corners), 0) > 0
        joined = saddles & (middle == (patterns == 5))
        found += [_segments(corners, joined, pair) for pair in _JOINED]
        found += [_segments(corners, saddles & ~joined, pair) for pair in _PARTED]
    return np.concatenate(found)


def _segments(corners: list[Array], cells: Array, edges: tuple[int, int]) -> Array:
    rows, columns = np.nonzero(cells)
    ends = np.empty((len(rows), 2, 2))
    for end, edge in enumerate(edges):
        before, after = edge, (edge + 1) % 4
        low, high = corners[before][rows, columns], corners[after][rows, columns]
        share = low / (low - high)
        (row0, column0), (row1, column1) = _CORNERS[before], _CORNERS[after]
        ends[:, end, 0] = columns + column0 + share * (column1 - column0)
        ends[:, end, 1] = rows + row0 + share * (row1 - row0)
    return ends
