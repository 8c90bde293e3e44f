"""The sessions of a folder, most recently used first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dllab.places import sessions_folder
from dllab.sessions.standing import state_of
from dllab.sessions.summary import Summary, summary_of
from dllab.sessions.title import NAME as TITLE

_MARKS = ("session.toml", "journal.jsonl")
_Stamp = tuple[int, ...]


class Catalogue:
    """Reads each session once, and again only after it has changed.

    May be used from one thread at a time.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = sessions_folder() if folder is None else folder
        self._known: dict[Path, tuple[_Stamp, Summary]] = {}

    def folders(self) -> list[Path]:
        """The folders that are sessions, damaged ones too, most recently used first.

        An empty list if the folder of sessions cannot be read.
        """
        try:
            # What is hidden is the trash, or not finished.
            found = [p for p in self.folder.iterdir() if not p.name.startswith(".")]
        except OSError:
            return []
        dated = [(_last_change(p), p) for p in found]
        return [p for when, p in sorted(dated, reverse=True) if when]

    def each(self) -> Iterator[Summary]:
        """Describe one session after the other."""
        for folder in self.folders():
            yield self.one(folder)

    def one(self, folder: Path) -> Summary:
        """Describe one session; its state is always that of now."""
        stamp = _stamp(folder)
        if folder in self._known and self._known[folder][0] == stamp:
            return replace(self._known[folder][1], state=state_of(folder))
        summary = summary_of(folder)
        self._known[folder] = stamp, summary
        return summary


def _last_change(folder: Path) -> int:
    return max((_mtime(folder / name) for name in _MARKS), default=0)


def _mtime(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _stamp(folder: Path) -> _Stamp:
    """What changes with everything that the summary tells of."""
    try:
        length = (folder / "journal.jsonl").stat().st_size
    except OSError:
        length = -1
    names = (*_MARKS, TITLE, "checkpoints", ".")
    return length, *(_mtime(folder / name) for name in names)
