"""An axis that writes the coordinates of a search's scales as values."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from dllab_ui.search.quantities import Quantity
from dllab_ui.widgets.axes import PlotAxis

_SETS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))
# Pixels from one tick to the next: small learning rates are long words.
_ACROSS, _UP = 44, 22


class ScaleAxis(PlotAxis):
    """Like `PlotAxis`, with 1 − 10⁻ˣ, powers of two, names of choices, and percent."""

    def __init__(self, orientation: str) -> None:
        self._names: tuple[str, ...] = ()
        super().__init__(orientation)

    def show_quantity(self, quantity: Quantity) -> None:
        """Write the coordinates of this quantity."""
        self._names = quantity.names
        self.set_kind("number" if quantity.kind == "linear" else quantity.kind)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Any:
        """Places of ticks; pyqtgraph's hook."""
        low, high = sorted((minVal, maxVal))
        apart = (_ACROSS if self.orientation == "bottom" else _UP) * (high - low) / max(size, 1)
        if self.kind in ("power-of-two", "choice"):
            whole = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
            return [(1, [float(place) for place in whole[:: max(1, math.ceil(apart))]])]
        if self.kind == "log":
            return [(1, _log_ticks(low, high, apart))]
        if self.kind == "one-minus-log":
            return [(1, [-place for place in reversed(_log_ticks(-high, -low, apart))])]
        return super().tickValues(minVal, maxVal, size)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Texts of ticks; pyqtgraph's hook."""
        match self.kind:
            case "power-of-two":
                return [f"{2**value:,.0f}" for value in values]
            case "choice":
                count = len(self._names)
                return [self._names[int(v)] if 0 <= v < count else "" for v in values]
            case "one-minus-log":
                return [f"{1 - 10**-value:.6g}" for value in values]
            case "percent":
                return [f"{value:g} %" for value in values]
            case _:
                return super().tickStrings(values, scale, spacing)


def _log_ticks(low: float, high: float, apart: float) -> list[float]:
    """Logarithms of round numbers between two logarithms, at least ``apart`` from each other."""
    ticks: list[float] = []
    for mantissas in _SETS:
        more = [
            decade + math.log10(mantissa)
            for decade in range(math.floor(low), math.floor(high) + 1)
            for mantissa in mantissas
            if low - 1e-9 <= decade + math.log10(mantissa) <= high + 1e-9
        ]
        if any(after - before < apart for before, after in pairwise(more)):
            break
        ticks = more
    if len(ticks) >= 2 or high <= low:
        return ticks
    if high - low > 2:
        every = math.ceil(apart)
        return [float(d) for d in range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1, every)]
    # Less than two round numbers: equal steps of the values themselves.
    start, end = 10.0**low, 10.0**high
    unit = 10.0 ** math.floor(math.log10((end - start) / 2))
    every = max(1, math.ceil(apart / (high - low) * (end - start) / unit))
    return [
        math.log10(n * unit) for n in range(math.ceil(start / unit), int(end / unit) + 1, every)
    ]
