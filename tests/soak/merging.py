"""Figures of several chunks in one."""

from __future__ import annotations

import statistics
from typing import Any


def merged(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """One figure per name.

    A name that speaks of a worst, a median or a size is merged as such; counts are added up; of
    words the last ones stand, or those that say that something was NOT met.
    """
    names = {name: None for chunk in chunks for name in chunk}
    return {name: _one(name, [chunk[name] for chunk in chunks if name in chunk]) for name in names}


def _one(name: str, values: list[Any]) -> Any:
    if not all(isinstance(value, int | float) for value in values):
        return next((value for value in values if "NOT" in str(value)), values[-1])
    if "median" in name:
        return statistics.median(values)
    if any(word in name for word in ("worst", "most", "largest", "calls of", "numbers of bytes")):
        return max(values)
    if any(word in name for word in ("p99", " ms", " MB", "per step", "load")):
        return statistics.median(values)
    return sum(values)
