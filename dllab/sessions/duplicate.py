"""A second session that stands where the first one does."""

from __future__ import annotations

from pathlib import Path

from dllab.checkpoint import write_atomically
from dllab.errors import SessionError
from dllab.places import new_session_folder
from dllab.sessions.folder_copy import copy_file, made_whole
from dllab.sessions.newest import newest_of
from dllab.sessions.title import LONGEST, NAME, title_of
from dllab.training.home import copy_description, read_description
from dllab.training.journal import read_journal

_TRIES = 5
_SUFFIX = " (copy)"


def duplicate(folder: Path, target: Path | None = None) -> Path:
    """Copy a session, one that trains meanwhile too; return the folder of the copy.

    Files of checkpoints never change, and the journal's copy ends with its last whole line. The
    copy stands at the last stored state, with the nudges made since then.

    Raises
    ------
    SessionError
        If it is no session, none of its checkpoints can be read, or the copy cannot be written.
    """
    title = title_of(folder, read_description(folder).recipe.name)
    target = new_session_folder(title) if target is None else target
    for _ in range(_TRIES):
        try:
            with made_whole(target) as beside:
                _fill(folder, beside)
                name = title[: LONGEST - len(_SUFFIX)] + _SUFFIX
                write_atomically(beside / NAME, f"{name}\n".encode("utf-8", "replace"))
            return target
        except _OvertakenError:
            continue
        except OSError as error:
            raise SessionError(
                f"{folder} could not be duplicated: {error.strerror or error}. There is no copy."
            ) from None
    raise SessionError(
        f"{folder} stores checkpoints faster than they can be copied; pause its training first."
    )


class _OvertakenError(Exception):
    """The session went on so fast that the copy lacks where it stood."""


def _fill(folder: Path, beside: Path) -> None:
    """Copy what the session is.

    The files are listed before the journal is read: whatever one of them belongs to has then been
    told there. A newer file that only the journal names is left out, as after a crash.
    """
    listed = sorted((folder / "checkpoints").glob("*.h5"), reverse=True)
    write_atomically(beside / "journal.jsonl", _whole_lines(folder / "journal.jsonl"))
    (beside / "checkpoints").mkdir()
    gone = ""
    for path in listed:
        if path.is_dir():
            # Opening leaves it out too.
            continue
        try:
            copy_file(path, beside / "checkpoints" / path.name)
        except FileNotFoundError:
            # An autosave that a newer one has replaced.
            gone = max(gone, path.stem)
    copy_description(folder, beside)
    newest = newest_of(
        beside, read_journal(beside / "journal.jsonl"), read_description(beside).owner
    )
    if newest is None and not gone:
        raise SessionError(f"{folder} holds no readable checkpoint, so there is nothing to copy.")
    if newest is None or gone > newest.contents.info.key:
        raise _OvertakenError


def _whole_lines(path: Path) -> bytes:
    content = path.read_bytes() if path.exists() else b""
    return content[: content.rfind(b"\n") + 1]
