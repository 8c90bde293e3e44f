"""Minimum and maximum of any stretch of a growing series, at the cost of what is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dllab_ui.widgets.bin_extremes import (
    BASE,
    LARGEST,
    NONE,
    POSITIVE,
    SMALLEST,
    WORST,
    Level,
    block_extremes,
)
from dllab_ui.widgets.growing import GrowingArray

_PIECE = 1 << 14
_WORST = np.array(WORST)[:, None]
# So many values are looked at one by one in less time than bins of them are put together.
_SHORT = 2048


class MinMaxPyramid:
    """Append-only series with an incremental pyramid of its extremes.

    Level k holds, for every complete bin of 16 * 2**k points, the index of the smallest, of the
    largest and of the smallest positive finite value. So an extreme is always a real point at its
    real place, bins are aligned to multiples of their width (a drawn curve does not shimmer while
    it grows), and a logarithmic axis gets its own minimum. NaN and Inf are left out.

    The levels grow when they are asked for, which a short series never does: amortised O(1) per
    point; ``bins`` costs O(bins + log n). About 1.5 bytes per point are needed beside the values
    themselves (float32 or float64).
    """

    def __init__(self, dtype: Any = np.float32) -> None:
        self._values = GrowingArray(dtype)
        self._levels: list[Level] = []

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> NDArray[Any]:
        """All values so far, shape (n,); not a copy."""
        return self._values.view

    def append(self, values: ArrayLike) -> None:
        """Append values of shape (n,)."""
        self._values.extend(values)

    def _catch_up(self) -> None:
        level = 0
        while self._grow(level):
            level += 1

    def stride(self, start: int, stop: int, max_bins: int) -> int:
        """Points per bin that ``bins`` uses for this stretch; 1 means every point is given."""
        if stop - start <= 2 * max_bins:
            return 1
        self._catch_up()
        level = 0
        while (stop - start) > max_bins * self._width(level):
            level += 1
        if level >= len(self._levels):
            return 1 if not self._levels else self._width(len(self._levels) - 1)
        return self._width(level)

    def bins(
        self, start: int, stop: int, max_bins: int, positive: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Draw the stretch start … stop - 1 with at most about ``max_bins`` bins.

        Returns (index positions, values), each of shape (m,): per bin the smallest and the
        largest point in the order in which they occur; a bin with nothing finite gives one NaN.
        A stretch with at most two points per bin comes back whole. With ``positive`` only values
        above 0 count.
        """
        start, stop = max(0, start), min(len(self), stop)
        if stop <= start:
            return np.empty(0, np.int64), np.empty(0, self._values.view.dtype)
        width = self.stride(start, stop, max_bins)
        if width == 1:
            index = np.arange(start, stop)
            values = self.values[start:stop]
            if positive:
                values = np.where(values > 0, values, np.nan)
            return index, values
        level = (width // BASE).bit_length() - 1
        first, last = -(-start // width), stop // width
        low, high = (POSITIVE if positive else SMALLEST), LARGEST
        lows = [self._levels[level][low].view[first:last]]
        highs = [self._levels[level][high].view[first:last]]
        if start < first * width:
            head = self._extremes(start, first * width)
            lows.insert(0, np.array([head[low]], np.uint32))
            highs.insert(0, np.array([head[high]], np.uint32))
        if last * width < stop:
            tail = self._extremes(last * width, stop)
            lows.append(np.array([tail[low]], np.uint32))
            highs.append(np.array([tail[high]], np.uint32))
        return self._interleaved(np.concatenate(lows), np.concatenate(highs), start, stop)

    def extremes(self, start: int = 0, stop: int | None = None) -> tuple[float, float, float]:
        """Smallest, largest and smallest positive finite value of a stretch, NaN where none."""
        start, stop = max(0, start), len(self) if stop is None else min(stop, len(self))
        if stop - start <= _SHORT:
            finite = self.values[start:stop]
            finite = finite[np.isfinite(finite)]
            return _least(finite), -_least(-finite), _least(finite[finite > 0])
        self._catch_up()
        found = self._extremes(start, stop)
        low, high, positive = (
            float("nan") if index == NONE else float(self.values[index]) for index in found
        )
        return low, high, positive

    def _interleaved(
        self, low: NDArray[np.uint32], high: NDArray[np.uint32], start: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[Any]]:
        index = np.empty(2 * low.size, np.int64)
        np.minimum(low, high, out=index[0::2], casting="unsafe")
        np.maximum(low, high, out=index[1::2], casting="unsafe")
        # A bin without any value above 0 still may have a largest value: leave it out as well.
        missing = np.repeat((low == NONE) | (high == NONE), 2)
        if not missing.any():
            return index, self.values[index]
        values = np.where(missing, np.nan, self.values[np.where(missing, 0, index)])
        # A hole takes the place of the point before it, so that positions never go back.
        return np.maximum.accumulate(np.where(missing, start, index)), values

    @staticmethod
    def _width(level: int) -> int:
        return int(BASE << level)

    def _grow(self, number: int) -> bool:
        """Complete level ``number`` from what is below; False when there was nothing to do."""
        complete = (len(self._levels[number - 1][0]) // 2) if number else len(self) // BASE
        if number == len(self._levels) and complete:
            self._levels.append(Level())
        if not complete or complete <= len(self._levels[number][0]):
            return False
        if number == 0:
            self._grow_from_values(complete)
        else:
            self._grow_from_below(number, complete)
        return True

    def _grow_from_values(self, complete: int) -> None:
        level = self._levels[0]
        for first in range(len(level[0]), complete, _PIECE):
            last = min(complete, first + _PIECE)
            block = self.values[first * BASE : last * BASE].reshape(-1, BASE)
            offset = np.arange(first, last, dtype=np.uint32) * np.uint32(BASE)
            for kind, index in enumerate(block_extremes(block)):
                level[kind].extend(np.where(index < 0, NONE, offset + index.astype(np.uint32)))

    def _grow_from_below(self, number: int, complete: int) -> None:
        below, level = self._levels[number - 1], self._levels[number]
        start = 2 * len(level[SMALLEST])
        # All kinds at one go: a piece is short, and each call of NumPy costs more than its work.
        index = np.stack([one.view[start : 2 * complete] for one in below])
        missing = index == NONE
        values = np.where(missing, _WORST, self.values[np.where(missing, 0, index)])
        first, second = values[:, 0::2], values[:, 1::2]
        take_second = second < first
        take_second[LARGEST] = second[LARGEST] > first[LARGEST]
        for kind, best in enumerate(np.where(take_second, index[:, 1::2], index[:, 0::2])):
            level[kind].extend(best)

    def _gather(self, index: NDArray[np.uint32], kind: int) -> NDArray[Any]:
        missing = index == NONE
        return np.where(missing, WORST[kind], self.values[np.where(missing, 0, index)])

    def _extremes(self, start: int, stop: int) -> tuple[int, int, int]:
        """Indices of the three extremes of start … stop - 1, from O(log n) bins and points."""
        found: tuple[list[int], list[int], list[int]] = ([], [], [])
        raw: list[NDArray[np.int64]] = []
        while start < stop:
            level = self._largest_level(start, stop)
            if level < 0:
                edge = min(stop, (start // BASE + 1) * BASE)
                raw.append(np.arange(start, edge))
                start = edge
                continue
            for kind in (SMALLEST, LARGEST, POSITIVE):
                found[kind].append(int(self._levels[level][kind].view[start // self._width(level)]))
            start += self._width(level)
        plain = np.concatenate(raw).astype(np.uint32) if raw else np.empty(0, np.uint32)
        best = []
        for kind in (SMALLEST, LARGEST, POSITIVE):
            index = np.concatenate([np.array(found[kind], np.uint32), plain])
            values = self._gather(index, kind).astype(np.float64)
            usable = np.isfinite(values) & ((values > 0) if kind == POSITIVE else True)
            values = np.where(usable, values, WORST[kind])
            if not usable.any():
                best.append(int(NONE))
                continue
            best.append(int(index[values.argmax() if kind == LARGEST else values.argmin()]))
        return best[0], best[1], best[2]

    def _largest_level(self, start: int, stop: int) -> int:
        level = -1
        while level + 1 < len(self._levels):
            width = self._width(level + 1)
            if start % width or start + width > stop:
                break
            if start // width >= len(self._levels[level + 1][0]):
                break
            level += 1
        return level


def _least(values: NDArray[Any]) -> float:
    return float(values.min()) if values.size else float("nan")
