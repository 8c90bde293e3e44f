"""Opening what a person points at, in the way that is right for how it stands."""

from __future__ import annotations

from pathlib import Path

from dllab.errors import SessionError
from dllab.places import new_session_folder
from dllab.sessions.in_words import where_it_stands
from dllab.sessions.standing import state_of
from dllab.sessions.summary import summary_of
from dllab.training.session import Session


def take_up(path: Path) -> Session:
    """Go on with a session's folder or a self-contained file.

    A session that somebody else has open is only looked at. One that ended badly is recovered, and
    the first of its ``notices`` says up to where. A file is unpacked into a new folder among the
    sessions, so that what is trained from there on is kept.

    Raises
    ------
    DllabError
        If it is neither, is damaged, or its data is gone or has changed.
    """
    if path.name == "session.toml":
        path = path.parent
    if not path.is_dir():
        if not path.exists():
            raise SessionError(f"There is no session {path}.")
        return Session.open(path, new_session_folder(path.stem))
    try:
        return go_on(path)
    except SessionError:
        if state_of(path) == "open elsewhere":
            return Session.open(path, read_only=True)
        raise


def go_on(folder: Path) -> Session:
    """Open a session's folder; if it ended badly, the first of its ``notices`` says up to where.

    Raises
    ------
    DllabError
        As `Session.open` does.
    """
    ended_badly = state_of(folder) == "ended badly"
    found = where_it_stands(summary_of(folder)) if ended_badly else ""
    session = Session.open(folder)
    if found:
        session.notices.insert(
            0,
            f"Recovered, since dllab ended the last time without closing this session: it stands "
            f"at {found}.",
        )
    return session
