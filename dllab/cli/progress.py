"""How far a run is: a bar in a terminal, plain lines where nobody watches."""

from __future__ import annotations

import math
import shutil
import sys
import time

from dllab.in_words import NOTHING, duration, percent
from dllab.training.snapshot import Snapshot

_PLAIN_SECONDS = 60.0
_TENTHS = 10


class Progress:
    """Draws snapshots of one run on standard output.

    ``start`` and ``target`` are steps or epochs, as ``unit`` says (``"step"`` or ``"epoch"``).
    """

    def __init__(self, unit: str, start: float, target: float) -> None:
        self._unit, self._start, self._target = unit, start, target
        self._live = sys.stdout.isatty()
        self._full, self._empty, self._between = bar_letters()
        self._tenth = -1
        self._printed = -math.inf
        self._width = 0

    def show(self, snapshot: Snapshot) -> None:
        """Draw where the run stands; without a terminal, once per tenth or minute."""
        share = self._share(snapshot)
        if self._live:
            self._redraw(f"{self._bar(share)} {self._figures(snapshot)}")
            return
        tenth, moment = int(_TENTHS * share), time.monotonic()
        if tenth != self._tenth or moment - self._printed > _PLAIN_SECONDS:
            self._tenth, self._printed = tenth, moment
            print(f"{100 * share:3.0f} % {self._figures(snapshot)}", flush=True)

    def say(self, text: str) -> None:
        """Print a line of its own."""
        if self._live:
            self._redraw("")
            print("\r", end="")
        print(text, flush=True)

    def end(self) -> None:
        """Leave the bar standing and begin a new line."""
        if self._live and self._width:
            print(flush=True)

    def _share(self, snapshot: Snapshot) -> float:
        place = snapshot.step if self._unit == "step" else snapshot.epoch
        length = self._target - self._start
        return min(1.0, max(0.0, (place - self._start) / length)) if length > 0 else 1.0

    def _redraw(self, line: str) -> None:
        columns = shutil.get_terminal_size().columns - 1
        line = line[:columns]
        print(f"\r{line:<{min(columns, self._width)}}", end="", flush=True)
        self._width = len(line)

    def _bar(self, share: float) -> str:
        length = 20 if shutil.get_terminal_size().columns >= 110 else 10
        full = round(length * share)
        return self._full * full + self._empty * (length - full)

    def _figures(self, s: Snapshot) -> str:
        epoch = f"epoch {s.epoch:.2f}"
        step = f"step {s.step:,}"
        if self._unit == "epoch":
            epoch += f"/{self._target:g}"
        else:
            step += f"/{self._target:,.0f}"
        parts = [
            epoch,
            step,
            f"cost {_number(s.train_cost)}",
            f"dev error {percent(s.dev_error)}",
            f"{s.steps_per_second:,.0f} steps/s",
        ]
        if s.running:
            parts.append(f"ETA {duration(s.eta_seconds)}")
        text = self._between.join(parts)
        return text if self._between == " · " else text.replace(NOTHING, "-")


def bar_letters() -> tuple[str, str, str]:
    """What a bar is made of, full and empty, and what stands between its words."""
    try:
        f"█░·{NOTHING}".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "#", ".", " | "
    return "█", "░", " · "


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:#.4g}"
