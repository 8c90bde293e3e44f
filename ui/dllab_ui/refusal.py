"""The engine's own words against something, before it is asked to do it."""

from __future__ import annotations

from collections.abc import Callable

from dllab.errors import DllabError


def refusal(attempt: Callable[[], object]) -> str:
    """What the engine says against ``attempt``, or nothing if it goes through."""
    try:
        attempt()
    except DllabError as error:
        return error.plain
    return ""
