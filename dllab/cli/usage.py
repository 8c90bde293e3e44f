"""What every part of the command line needs to know of its grammar."""

from __future__ import annotations

from dllab.errors import DllabError

VERBS = ("run", "replay", "verify", "export", "search", "data", "info", "sessions", "recipes")


class UsageError(DllabError):
    """A command line that cannot be understood."""
