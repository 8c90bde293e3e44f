"""Where a legend hides least of the curves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QRectF

from dllab_ui.widgets.auto_range import Range
from dllab_ui.widgets.curve import Picture

_COLUMNS = 4
_MARGIN = 3.0


def hidden_stretches(
    box: QRectF,
    size: tuple[float, float],
    view: Sequence[Range],
    pictures: Iterable[Picture],
) -> int:
    """How many stretches of drawn curves run under ``box``, pixels of a plot area of ``size``.

    ``view`` has the ranges of x and y. A picture has few points, however long the run is; the
    neighbours of a stretch count too, as the line to them runs through it.
    """
    width, height = max(1.0, size[0]), max(1.0, size[1])
    (left, right), (bottom, top) = view
    edges = [
        left + (right - left) * (box.left() + box.width() * part / _COLUMNS) / width
        for part in range(_COLUMNS + 1)
    ]
    high = top - (top - bottom) * (box.top() - _MARGIN) / height
    low = top - (top - bottom) * (box.bottom() + _MARGIN) / height
    found = 0
    for picture in pictures:
        if not picture.x.size or picture.x[-1] < edges[0] or picture.x[0] > edges[-1]:
            continue
        for first, last in pairwise(np.searchsorted(picture.x, edges)):
            y = picture.y[max(0, first - 1) : last + 1]
            y = y[np.isfinite(y)]
            found += bool(y.size and y.min() <= high and y.max() >= low)
    return found
