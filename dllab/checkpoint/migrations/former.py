"""Which lines of a session's journal were written by an older version."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from dllab.checkpoint.migrations import VERSION


def former_lines(description: Path) -> list[tuple[int, int]]:
    """Pairs of an older version and the id of its last entry, from a session.toml.

    None if there is no such file or it cannot be read: whoever opens the session says so.
    """
    try:
        record = tomllib.loads(description.read_text("utf-8"))
        former = [(one["version"], one["entries"]) for one in record.get("former", [])]
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return []
    version = record.get("version")
    if type(version) is int and 1 <= version < VERSION:
        # Not opened by this version yet: all of it is older.
        former.append((version, sys.maxsize))
    return [pair for pair in former if all(type(number) is int for number in pair)]
