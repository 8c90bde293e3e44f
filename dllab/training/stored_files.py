"""The checkpoint files of a session's folder, read when it is opened."""

from __future__ import annotations

from pathlib import Path

from dllab.checkpoint import Contents, Outline, Owner
from dllab.errors import CheckpointError, SessionError
from dllab.training.journal import Journal
from dllab.training.place import Place, Stored, last_place


def read_outlines(folder: Path, owner: Owner) -> tuple[dict[str, Outline], list[str]]:
    """Every file that can be read but for its state, by key, and a sentence for each other one."""
    files: dict[str, Outline] = {}
    notices = []
    # The newest first: who only looks may be overtaken by the process that trains.
    for path in sorted((folder / "checkpoints").glob("*.h5"), reverse=True):
        try:
            outline = owner.outline(path)
        except CheckpointError as error:
            if path.exists():
                notices.append(str(error))
            continue
        files[outline.info.key] = outline
    return dict(sorted(files.items())), notices[::-1]


def base_of(
    folder: Path, owner: Owner, journal: Journal, files: dict[str, Outline], notices: list[str]
) -> tuple[Contents, Place]:
    """The checkpoint that the session goes on from, read whole.

    One whose state cannot be read is taken out of ``files`` and told in ``notices``.

    Raises
    ------
    SessionError
        If none can be read.
    """
    while files:
        stored = {k: Stored(f.info.branch, f.info.step, f.info.reason) for k, f in files.items()}
        place = last_place(journal, stored)
        path = folder / "checkpoints" / f"{place.key}.h5"
        try:
            return owner.read(path), place
        except CheckpointError as error:
            del files[place.key]
            if path.exists():
                notices.append(str(error))
    raise SessionError(f"{folder} holds no readable checkpoint. {' '.join(notices)}")
