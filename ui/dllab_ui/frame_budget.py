"""How often the window may show something new, so that watching costs training next to nothing.

While Qt paints it holds Python's interpreter lock and the training thread stands still. What a
frame costs depends on the machine, the screen and the size of the window, so it is measured.
"""

from __future__ import annotations

import time
from typing import Any

from dllab.training.snapshot import Snapshot

NUMBERS_SHARE = 0.008
CURVES_SHARE = 0.02
INTERACTING_SHARE = 0.3
INTERACTING_SECONDS = 0.6
_SHORTEST = 0.016


class Pace:
    """Spaces one kind of work so that it takes at most ``share`` of the time."""

    def __init__(self, share: float, shortest: float, longest: float) -> None:
        self.share, self.shortest, self.longest = share, shortest, longest
        self.cost = 0.0
        self._last = -longest

    def interval(self, share: float | None = None) -> float:
        """Seconds between two pieces of work at the cost measured so far."""
        shortest = self.shortest if share is None else _SHORTEST
        return min(max(self.cost / (share or self.share), shortest), self.longest)

    def due(self, now: float, share: float | None = None) -> bool:
        """Whether it is time for the next piece."""
        return now - self._last >= self.interval(share)

    def began(self, now: float) -> None:
        """A piece of work begins."""
        self._last = now

    def spent(self, seconds: float) -> None:
        """Take the cost of a piece of work into account."""
        # One slow frame (a resize, a first paint) must not freeze the picture for long.
        self.cost = seconds if self.cost == 0 else 0.7 * self.cost + 0.3 * seconds


class FrameBudget:
    """Measures frames in processor time of the window's thread, painting included.

    Processor time, because waiting for the interpreter lock costs training nothing. What a frame
    has cost is known when the next one begins: Qt paints some time after the widgets were changed.
    """

    def __init__(self) -> None:
        self.numbers = Pace(NUMBERS_SHARE, shortest=0.1, longest=1.0)
        self.curves = Pace(CURVES_SHARE, shortest=0.033, longest=3.0)
        self.frames = 0
        self._began: float | None = None
        self._with_curves = False
        self._interacted = -INTERACTING_SECONDS

    def interacted(self) -> None:
        """Note that the person is doing something and should see its effect at once."""
        self._interacted = time.monotonic()

    @property
    def interacting(self) -> bool:
        """Whether the person has done something just now."""
        return time.monotonic() - self._interacted < INTERACTING_SECONDS

    def numbers_interval(self) -> float:
        """Seconds until the next snapshot is worth fetching."""
        return self.numbers.interval(INTERACTING_SHARE if self.interacting else None)

    def curves_due(self) -> bool:
        """Whether the curves may be drawn again."""
        share = INTERACTING_SHARE if self.interacting else None
        return self.curves.due(time.monotonic(), share)

    def begin(self, with_curves: bool) -> None:
        """A frame begins; what was spent since the last one began is that one's cost."""
        moment = time.thread_time()
        if self._began is not None:
            pace = self.curves if self._with_curves else self.numbers
            pace.spent(moment - self._began)
        self._began, self._with_curves = moment, with_curves
        self.frames += 1
        if with_curves:
            self.curves.began(time.monotonic())


def drawable(snapshot: Snapshot) -> tuple[Any, ...]:
    """What a drawing of the curves depends on."""
    twin = snapshot.twin
    return (
        snapshot.name,
        snapshot.branch,
        snapshot.step,
        len(snapshot.entries),
        snapshot.running,
        (twin.of, len(twin.steps)) if twin is not None else None,
    )
