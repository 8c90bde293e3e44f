"""Round numbers along the axis of the timeline."""

from __future__ import annotations

import math

from dllab_ui.widgets.auto_range import Range
from dllab_ui.widgets.axes import clock, short_count
from dllab_ui.widgets.axis_knots import AxisMode

_ROOM = 76
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)


def ticks(mode: AxisMode, shown: Range, width: float) -> list[tuple[float, str]]:
    """Places of round numbers in view and how they are written, as on the curves."""
    low, high = shown
    if not (high > low and math.isfinite(high - low)):
        return []
    apart = _spacing(mode, (high - low) * _ROOM / max(width, _ROOM))
    first, last = math.ceil(low / apart - 1e-9), math.floor(high / apart + 1e-9)
    values = [number * apart for number in range(first, last + 1)]
    return [(value, _text(mode, value, apart, high)) for value in values]


def _spacing(mode: AxisMode, wanted: float) -> float:
    if mode == "time" and wanted > 0.5:
        found = next((s for s in _MINUTES if s >= wanted), None)
        if found is not None:
            return float(found)
    unit = 10.0 ** math.floor(math.log10(wanted))
    apart = next(f * unit for f in (1, 2, 5, 10) if f * unit >= wanted * (1 - 1e-9))
    return max(1.0, apart) if mode in ("step", "examples") else apart


def _text(mode: AxisMode, value: float, apart: float, largest: float) -> str:
    if mode == "time":
        return clock(value, apart < 1)
    if mode == "epoch":
        return f"{value:.{max(0, -math.floor(math.log10(apart) + 1e-9))}f}"
    return short_count(value, apart, largest)
