"""A session put into one self-contained file."""

from __future__ import annotations

from pathlib import Path

from dllab.errors import SessionError
from dllab.training.session import Session


def archive(folder: Path, path: Path, notices: list[str] | None = None) -> Path:
    """Write a session's present state, all curves and the journal into one ``.h5``; return it.

    The session may be open elsewhere: it is only read. ``notices`` gets a sentence for whatever of
    it could not be read, which the file lacks.

    Raises
    ------
    DllabError
        If the session or its data cannot be read, or the file cannot be written. A file that was
        there stays then.
    """
    path = path if path.suffix == ".h5" else path.with_name(f"{path.name}.h5")
    if _inside(path, folder):
        raise SessionError(f"{path} lies in the session's own folder; choose another place.")
    with Session.open(folder, read_only=True) as session:
        session.save_as(path)
        if notices is not None:
            notices.extend(session.notices)
    return path


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
