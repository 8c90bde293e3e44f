"""Where a session would go on, found without reading more of its checkpoints than one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dllab.checkpoint import Outline, Owner, keys_in
from dllab.errors import CheckpointError
from dllab.training.history import Segment
from dllab.training.journal import Entry, Journal
from dllab.training.place import Stored, last_place

# A thumbnail is not worth more reading than this.
_MOST_FILES, _MOST_BYTES = 8, 20_000_000


@dataclass(frozen=True, eq=False)
class Newest:
    """The checkpoint a session goes on from, its branch, and what is to be done again on top.

    ``later`` are the entries from then on that turn knobs; ``damaged`` has a sentence for every
    newer checkpoint that could not be read.
    """

    contents: Outline
    branch: str
    later: tuple[Entry, ...]
    damaged: tuple[str, ...]


def newest_of(folder: Path, journal: Journal, owner: Owner) -> Newest | None:
    """Read the checkpoint that the session in ``folder`` would go on from, checksum and all.

    What the journal says of the others is believed; one that cannot be read is left out, and the
    rule asked again. None if none can: then nothing can be opened either.
    """
    damaged: list[str] = []
    stored, read = _stored(folder, journal, owner, damaged)
    while stored:
        place = last_place(journal, stored)
        contents = read.get(place.key) or _read(_path(folder, place.key), owner, damaged)
        if contents is not None:
            moves = tuple(e for e in place.moves if e.changes)
            return Newest(contents, place.branch, moves, tuple(damaged))
        del stored[place.key]
    return None


def _stored(
    folder: Path, journal: Journal, owner: Owner, damaged: list[str]
) -> tuple[dict[str, Stored], dict[str, Outline]]:
    """What is known of each checkpoint file, and the contents of those that had to be read."""
    named = {e.checkpoint: e for e in journal if e.kind == "checkpoint"}
    stored: dict[str, Stored] = {}
    read: dict[str, Outline] = {}
    for key in keys_in(folder / "checkpoints"):
        if key in named:
            entry = named[key]
            reason = str(entry.detail.get("reason", ""))
            stored[key] = Stored(entry.branch, entry.step, reason)
        elif (contents := _read(_path(folder, key), owner, damaged)) is not None:
            info = contents.info
            stored[key], read[key] = Stored(info.branch, info.step, info.reason), contents
    return stored, read


def _path(folder: Path, key: str) -> Path:
    return folder / "checkpoints" / f"{key}.h5"


def curves_before(folder: Path, contents: Outline, owner: Owner) -> list[Segment]:
    """The pieces of curves before a checkpoint's own, latest first, as far as that is cheap."""
    pieces: list[Segment] = []
    parent, size = contents.info.parent, 0
    for _ in range(_MOST_FILES):
        path = _path(folder, parent)
        if not parent or not path.is_file():
            break
        size += path.stat().st_size
        before = _read(path, owner, []) if size <= _MOST_BYTES else None
        if before is None:
            break
        pieces.extend(before.history)
        parent = before.info.parent
    return pieces


def damage_of(folder: Path, owner: Owner) -> list[str]:
    """What is wrong with each checkpoint of a session of which none can be read, latest first."""
    damaged: list[str] = []
    for key in reversed(keys_in(folder / "checkpoints")):
        _read(_path(folder, key), owner, damaged)
    return damaged


def _read(path: Path, owner: Owner, damaged: list[str]) -> Outline | None:
    try:
        return owner.outline(path)
    except CheckpointError as error:
        # A session that trains takes old autosaves away while they are read here.
        if path.exists():
            damaged.append(str(error))
        return None
