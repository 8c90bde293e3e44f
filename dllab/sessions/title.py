"""What a person calls a session: a small file beside, since session.toml never changes."""

from __future__ import annotations

from pathlib import Path

from dllab.checkpoint import write_atomically
from dllab.errors import SessionError

NAME = "title.txt"
LONGEST = 120
_LARGEST_FILE = 1000


def title_of(folder: Path, otherwise: str = "") -> str:
    """The title of the session in ``folder``, or ``otherwise`` where it has none."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_FILE).decode("utf-8", "replace")
    except OSError:
        return otherwise
    return " ".join(text.split())[:LONGEST] or otherwise


def rename(folder: Path, title: str) -> str:
    """Call a session by another name and return it; an empty one takes the recipe's name again.

    The folder keeps its name, so whoever has the session open is not disturbed.

    Raises
    ------
    SessionError
        If the title is too long, or cannot be written.
    """
    title = " ".join(title.split())
    if len(title) > LONGEST:
        raise SessionError(
            f"The name has {len(title)} characters; keep it within {LONGEST}. The old one stands."
        )
    if not (folder / "session.toml").is_file():
        raise SessionError(f"{folder} is not a session: it has no session.toml.")
    try:
        if title:
            write_atomically(folder / NAME, f"{title}\n".encode("utf-8", "replace"))
        else:
            (folder / NAME).unlink(missing_ok=True)
    except OSError as error:
        raise SessionError(
            f"Cannot write the name into {folder}: {error.strerror}. The old one stands."
        ) from None
    return title
