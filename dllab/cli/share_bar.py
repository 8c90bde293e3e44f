"""How far long work is: a bar in a terminal, a line per tenth where nobody watches."""

from __future__ import annotations

import shutil
import sys

from dllab.cli.progress import bar_letters

_TENTHS = 10
_LENGTH = 20


class ShareBar:
    """Draws a share, 0 to 1, and a few words; `show` suits `dllab.diagnosis.progress.Progress`."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._full, self._empty, self._between = bar_letters()
        self._percent = self._tenth = -1
        self._width = 0

    def show(self, share: float, words: str) -> None:
        """Draw it, if it has moved since the last time by what can be seen."""
        percent, tenth = int(100 * share), int(_TENTHS * share)
        if self._live and percent != self._percent:
            self._percent = percent
            full = round(_LENGTH * share)
            bar = self._full * full + self._empty * (_LENGTH - full)
            self._redraw(f"{bar} {percent} %{self._between}{words}")
        elif not self._live and tenth != self._tenth:
            self._tenth = tenth
            print(f"{percent:3} % {words}", flush=True)

    def end(self) -> None:
        """Take the bar away; what comes is printed in its place."""
        if self._live and self._width:
            self._redraw("")
            print("\r", end="", flush=True)

    def _redraw(self, line: str) -> None:
        line = line[: shutil.get_terminal_size().columns - 1]
        print(f"\r{line:<{self._width}}", end="", flush=True)
        self._width = len(line)
