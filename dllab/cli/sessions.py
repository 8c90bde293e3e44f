"""``dllab sessions``: what lies in the folder of sessions, most recently used first. Reads only."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dllab.errors import SessionError
from dllab.places import sessions_folder
from dllab.sessions import Catalogue, Summary
from dllab.sessions.in_words import age_in_words, size_in_words

_HEADINGS = ("name", "step", "dev cost", "size", "last used", "state", "folder")
_RIGHT = (1, 2, 3)
_LONGEST_NAME = 40


def show_sessions(options: argparse.Namespace) -> int:
    """Print one line per session; 2 if some are damaged, each with its sentence.

    Raises
    ------
    SessionError
        If the folder that was named does not exist.
    """
    folder = Path(options.folder) if options.folder else sessions_folder()
    if options.folder and not folder.is_dir():
        raise SessionError(f"There is no folder {folder}.")
    found = list(Catalogue(folder).each())
    if not found:
        print(f"There are no sessions in {folder}; dllab run RECIPE makes one.")
        return 0
    print(f"in {folder}")
    rows = [_HEADINGS, *map(_row, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        cells = [
            text.rjust(width) if column in _RIGHT else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
    for known in found:
        for sentence in filter(None, (known.problem, *known.notices)):
            print(f"{known.folder.name}: {sentence}", file=sys.stderr)
    return 2 if any(known.problem or known.notices for known in found) else 0


def _row(known: Summary) -> tuple[str, ...]:
    name = known.name
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    return (
        name,
        "–" if known.step is None else f"{known.step:,}",
        "–" if known.dev_cost is None else f"{known.dev_cost:#.4g}",
        size_in_words(known.bytes),
        age_in_words(known.last_used),
        "damaged" if known.problem else known.state,
        known.folder.name,
    )
