"""Shares, stretches of time and what was typed, the same in a terminal and in the window."""

from __future__ import annotations

import math

NOTHING = "–"
"""Stands where there is no figure."""


def percent(share: float | None) -> str:
    """A share, such as an error rate, in percent; a dash where there is none."""
    return NOTHING if share is None or not math.isfinite(share) else f"{100 * share:.2f} %"


def duration(seconds: float | None) -> str:
    """A stretch of time as a clock shows it: ``0:07``, ``1:12``, ``2:05:40``."""
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def quoted(text: str, most: int = 60) -> str:
    """What a person typed, in quotes and cut to ``most`` characters; "empty" if it was nothing."""
    return f"“{text if len(text) <= most else text[: most - 10] + '…'}”" if text else "empty"
