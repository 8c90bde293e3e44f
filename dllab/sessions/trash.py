"""The trash of sessions: a hidden folder among them, from which each can be had again."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import tomli_w

from dllab.checkpoint import write_atomically
from dllab.checkpoint.write import sync_folder
from dllab.errors import SessionError
from dllab.places import sessions_folder
from dllab.sessions.folder_copy import copy_folder, free_name
from dllab.sessions.summary import size_of
from dllab.sessions.title import title_of
from dllab.training.journal import now
from dllab.training.lock import SessionLock

NAME = ".trash"


@dataclass(frozen=True)
class Trashed:
    """A session in the trash: where it lies, what it was called, where it came from, since when."""

    folder: Path
    name: str
    origin: Path
    when: str
    bytes: int


class Trash:
    """The trash of a folder of sessions. It holds what was moved there, and nothing else is ever
    deleted."""

    def __init__(self, sessions: Path | None = None) -> None:
        self.sessions = sessions_folder() if sessions is None else sessions
        self.folder = self.sessions / NAME

    def move(self, folder: Path) -> Trashed:
        """Move a session here; until then it is where it was, whole.

        Raises
        ------
        SessionError
            If it is open somewhere, is no session, or cannot be moved.
        """
        folder = folder.resolve()
        if not any((folder / name).is_file() for name in ("session.toml", "journal.jsonl")):
            raise SessionError(f"{folder} is not a session; it was left where it is.")
        self._must_be_ours()
        name = title_of(folder, folder.name)
        with _kept_closed(folder), _in_words(folder, "moved to the trash; it is where it was"):
            self.folder.mkdir(parents=True, exist_ok=True)
            target = free_name(self.folder / f"{folder.name}-{datetime.now():%Y%m%d-%H%M%S}")
            record = {"from": str(folder), "name": name, "when": now()}
            # First where it came from: without that it could only be guessed.
            write_atomically(_label(target), tomli_w.dumps(record).encode("utf-8", "replace"))
            try:
                _rename_or_copy(folder, target)
            except BaseException:
                with contextlib.suppress(OSError):
                    _label(target).unlink()
                raise
        return _read(target)

    def list(self) -> list[Trashed]:
        """What lies here, newest first."""
        try:
            found = [p for p in self.folder.iterdir() if p.is_dir() and not p.is_symlink()]
        except OSError:
            return []
        there = [_read(p) for p in found if not p.name.startswith(".")]
        return sorted(there, key=lambda trashed: trashed.when, reverse=True)

    def restore(self, folder: Path) -> Path:
        """Put a session back where it came from; return where it lies now.

        If something else lies there, or the place is gone, it comes beside, under a new name.

        Raises
        ------
        SessionError
            If it is not in the trash or cannot be moved.
        """
        folder = self._inside(folder)
        origin = _read(folder).origin
        place = origin if origin.parent.is_dir() else self.sessions / origin.name
        with _in_words(folder, "put back; it is still in the trash"):
            target = free_name(place)
            _rename_or_copy(folder, target)
            with contextlib.suppress(OSError):
                _label(folder).unlink()
        return target

    def empty(self) -> int:
        """Delete for good what lies here; return how many sessions that were.

        Raises
        ------
        SessionError
            If some could not be deleted; the others are gone.
        """
        self._must_be_ours()
        there, left = self.list(), []
        for trashed in there:
            try:
                shutil.rmtree(trashed.folder)
                _label(trashed.folder).unlink(missing_ok=True)
            except OSError as error:
                left.append(f"{trashed.name}: {error.strerror or error}")
        if left:
            raise SessionError(
                f"{len(left)} of {len(there)} sessions could not be deleted: {'; '.join(left)}."
            )
        with contextlib.suppress(OSError):
            for name in self.folder.iterdir():
                # Half a copy that a process left that died over it.
                if name.name.endswith(".partial") and not name.is_symlink():
                    shutil.rmtree(name, ignore_errors=True)
        return len(there)

    def _must_be_ours(self) -> None:
        if self.folder.is_symlink():
            raise SessionError(
                f"{self.folder} is a link to another place, so it is not used as the trash; take "
                f"the link away first."
            )

    def _inside(self, folder: Path) -> Path:
        self._must_be_ours()
        if folder.parent != self.folder or not folder.is_dir() or folder.is_symlink():
            raise SessionError(f"{folder} is not in the trash any more.")
        return folder


def _label(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.toml")


def _read(folder: Path) -> Trashed:
    try:
        record = tomllib.loads(_label(folder).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        record = {}
    said = {key: str(value) for key, value in record.items()}
    origin = Path(said.get("from") or folder.parent.parent / folder.name)
    if not origin.is_absolute() or not origin.name:
        origin = folder.parent.parent / folder.name
    name = said.get("name") or title_of(folder, origin.name)
    return Trashed(folder, name, origin, said.get("when", ""), size_of(folder))


def _rename_or_copy(folder: Path, target: Path) -> None:
    """Rename; onto another disk copy first, and delete only what has been copied whole."""
    try:
        os.rename(folder, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy_folder(folder, target)
        shutil.rmtree(folder, ignore_errors=True)
    for place in {folder.parent, target.parent}:
        with contextlib.suppress(OSError):
            sync_folder(place)


@contextlib.contextmanager
def _kept_closed(folder: Path) -> Iterator[None]:
    """Let nobody open the session meanwhile; how it ended stays written in its lock file."""
    try:
        lock = SessionLock(folder, mark=False)
    except OSError as error:
        raise SessionError(
            f"Cannot write into {folder}: {error.strerror}. It is where it was."
        ) from None
    if os.name == "nt":
        # There a folder with an open file in it cannot be renamed.
        lock.release()
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _in_words(folder: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise SessionError(f"{folder} could not be {what}: {reason}.") from None
