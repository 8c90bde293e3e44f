"""Where sessions live on this computer, and which one was open last."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

ENVIRONMENT_VARIABLE = "DLLAB_SESSIONS"


def sessions_folder() -> Path:
    """The folder that holds sessions: ``$DLLAB_SESSIONS`` if set, else ``~/dllab``."""
    given = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(given).expanduser() if given else Path.home() / "dllab"


def new_session_folder(name: str) -> Path:
    """A folder that does not exist yet for a session of this name; it is not created."""
    return free_folder(sessions_folder(), name, "session")


def free_folder(parent: Path, name: str, otherwise: str) -> Path:
    """A folder in ``parent`` that does not exist yet; it is not created.

    It is called after ``name``, or ``otherwise`` if nothing of that can stand in a path, and after
    the present time.
    """
    safe = re.sub(r"[^\w.-]+", "-", name).strip("-.") or otherwise
    stem = f"{safe}-{datetime.now():%Y%m%d-%H%M%S}"
    folder, count = parent / stem, 1
    while folder.exists():
        count += 1
        folder = parent / f"{stem}-{count}"
    return folder


def remember_last_session(folder: Path) -> None:
    """Note the session to go on with at the next start; an unwritable disk is no reason to fail."""
    try:
        sessions_folder().mkdir(parents=True, exist_ok=True)
        (sessions_folder() / "last-session.txt").write_text(f"{folder.resolve()}\n", "utf-8")
    except OSError:
        return


def last_session() -> Path | None:
    """The session that was open last, if it is still there."""
    try:
        text = (sessions_folder() / "last-session.txt").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    folder = Path(text)
    return folder if text and (folder / "session.toml").is_file() else None
