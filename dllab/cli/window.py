"""Opening the window from the command line."""

from __future__ import annotations

import difflib
from pathlib import Path

from dllab.cli.usage import VERBS, UsageError
from dllab.errors import DllabError
from dllab.recipe import builtin_recipes

_QT = ("PySide6", "shiboken6", "pyqtgraph")


def open_window(arguments: list[str]) -> int:
    """Open the window on a session, a saved file or a recipe; without any, on the last session.

    Raises
    ------
    DllabError
        If there is no such thing, or the window's libraries cannot be loaded.
    """
    if len(arguments) > 1:
        raise UsageError(f"The window opens one session, not {len(arguments)}; see dllab --help.")
    _must_exist(arguments)
    try:
        from dllab_ui.app import main
    except ImportError as error:
        if not ((error.name or "").startswith(_QT) or "shared object" in str(error)):
            raise
        raise DllabError(
            f"The window's libraries cannot be loaded: {error}. Install what is missing; dllab run "
            f"trains without a window."
        ) from None
    return int(main(arguments))


def _must_exist(arguments: list[str]) -> None:
    recipes = builtin_recipes()
    for what in arguments:
        if what in recipes or Path(what).exists():
            continue
        near = difflib.get_close_matches(what, [*VERBS, *recipes], n=1)
        hint = f"did you mean {near[0]}?" if near else "see dllab --help."
        raise UsageError(f"There is no session, file, recipe or verb {what!r}; {hint}")
