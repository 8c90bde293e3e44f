"""Steps per second over the last moments."""

from __future__ import annotations

import time
from collections import deque

WINDOW_SECONDS = 2.0


class Speed:
    """A sliding window of (time, step)."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def reset(self) -> None:
        """Forget what was: training starts anew, or stands elsewhere."""
        self._points.clear()

    def note(self, step: int) -> None:
        """The run stands at ``step`` now."""
        moment = time.perf_counter()
        points = self._points
        points.append((moment, step))
        while len(points) > 2 and moment - points[0][0] > WINDOW_SECONDS:
            points.popleft()

    @property
    def steps_per_second(self) -> float:
        """Mean rate over the window, 0 before there are two points."""
        if len(self._points) < 2:
            return 0.0
        (t0, s0), (t1, s1) = self._points[0], self._points[-1]
        return (s1 - s0) / (t1 - t0) if t1 > t0 else 0.0
