"""What a session left behind, to be run again: recipe, ledger, stored states, curves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dllab.checkpoint import Contents, Owner, keys_in, read_checkpoint
from dllab.errors import CheckpointError, SessionError
from dllab.recipe import Recipe
from dllab.replay.plan import END, Look, Stretch, plan_of
from dllab.training.history import Segment
from dllab.training.home import read_description
from dllab.training.journal import Entry, read_journal
from dllab.training.links import check_links
from dllab.training.prepare import Prepared
from dllab.training.replica import Replica
from dllab.training.session import Session
from dllab.training.state import State
from dllab.training.unpacking import unpack


@dataclass(frozen=True, eq=False)
class Recording:
    """A session as it was left, read only: it may be training on meanwhile.

    ``load`` gives a stored checkpoint by its key, or None where its file is gone; it raises
    `CheckpointError` where the file is damaged. ``end`` is the state at the end of the ledger,
    where it is known besides the checkpoints. ``curves`` are those of a self-contained file, whose
    one checksum was found to hold.
    """

    name: str
    recipe: Recipe
    data_fingerprint: str
    entries: tuple[Entry, ...]
    load: Callable[[str], Contents | None]
    stored: frozenset[str]
    end: State | None = None
    curves: tuple[Segment, ...] = ()
    prepared: Prepared | None = None
    folder: Path | None = None
    facts: dict[str, str] = field(default_factory=dict)
    is_file: bool = False

    def plan(self) -> list[Stretch]:
        """Its ledger as stretches of training, the end included."""
        stretches = plan_of(self.entries)
        if self.end is not None:
            stretches[-1].events.append(Look(self.end.step, END))
            stretches[-1].reach = max(stretches[-1].reach, self.end.step)
        return stretches


def open_recording(path: Path) -> Recording:
    """The recording in a session's folder or a self-contained file.

    Raises
    ------
    DllabError
        If it is neither, or is damaged.
    """
    if not path.exists():
        raise SessionError(f"There is no session {path}.")
    return _of_folder(path) if path.is_dir() else _of_file(path)


def _of_folder(folder: Path) -> Recording:
    recipe, data_fingerprint, owner = read_description(folder)
    journal = read_journal(folder / "journal.jsonl")
    check_links(journal)
    return Recording(
        str(folder),
        recipe,
        data_fingerprint,
        journal.entries,
        loader(folder, owner),
        _stored_in(folder),
        folder=folder,
    )


def _of_file(path: Path) -> Recording:
    contents = read_checkpoint(path)
    if not contents.complete:
        raise SessionError(
            f"{path} is one checkpoint of a session's folder; give the folder "
            f"{path.resolve().parent.parent} instead."
        )
    unpacked = unpack(contents, path)
    entries, key = _up_to(unpacked.journal.entries, contents)
    return Recording(
        str(path),
        unpacked.recipe,
        contents.data_fingerprint,
        entries,
        lambda asked: contents if asked == key else None,
        frozenset([key]) if key else frozenset(),
        end=None if key else contents.state,
        curves=contents.history,
        facts=dict(contents.facts),
        is_file=True,
    )


def _up_to(entries: tuple[Entry, ...], contents: Contents) -> tuple[tuple[Entry, ...], str]:
    """The ledger that leads to a file's state, and the key if that is a stored checkpoint."""
    for entry in entries:
        if entry.kind == "checkpoint" and entry.checkpoint == contents.info.key:
            return entries, contents.info.key
    return entries, ""


def loader(folder: Path, owner: Owner) -> Callable[[str], Contents | None]:
    """Reads the checkpoints of a session's folder by their keys."""

    def load(key: str) -> Contents | None:
        path = folder / "checkpoints" / f"{key}.h5"
        if not path.exists():
            return None
        try:
            return owner.read(path)
        except CheckpointError:
            # A session that trains thins out what it keeps while it is read here.
            if path.exists():
                raise
            return None

    return load


def _stored_in(folder: Path) -> frozenset[str]:
    return frozenset(keys_in(folder / "checkpoints"))


def recording_of_replica(replica: Replica) -> Recording:
    """The recording of a run that goes on, up to the moment it was copied."""
    folder = replica.folder
    return Recording(
        replica.recipe.name,
        replica.recipe,
        replica.prepared.dataset.fingerprint,
        replica.entries,
        loader(folder, read_description(folder).owner) if folder else _nothing,
        _stored_in(folder) if folder else frozenset(),
        end=replica.state,
        prepared=replica.prepared,
        folder=folder,
    )


def _nothing(key: str) -> None:
    return None


def recording_of_session(session: Session) -> Recording:
    """The recording of an open session, on its own thread; one in memory included."""
    keys = _saved(session)
    return Recording(
        session.name,
        session.recipe,
        session.prepared.dataset.fingerprint,
        session.way_here,
        lambda key: session.store.load(key) if key in keys else None,
        keys,
        end=session.capture(),
        curves=tuple(session.history.view().segments.values()),
        prepared=session.prepared,
        folder=session.folder,
    )


def _saved(session: Session) -> frozenset[str]:
    session.store.flush()
    session.keeper.heed_news()
    infos: Iterable[str] = (info.key for info in session.timeline.checkpoints if info.saved)
    return frozenset(infos)
