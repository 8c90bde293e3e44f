"""Creating a session, and opening one from its folder or from a self-contained file."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from dllab.checkpoint import Contents, read_checkpoint
from dllab.errors import CheckpointError, SessionError
from dllab.hyperparameters import with_changes
from dllab.recipe import Recipe
from dllab.training import archive
from dllab.training.home import bring_up, new_home, read_description
from dllab.training.journal import Journal, read_journal
from dllab.training.lock import SessionLock
from dllab.training.place import Stored, last_place
from dllab.training.planting import leave_out_strangers, plant, regrow
from dllab.training.prepare import build_network, prepare
from dllab.training.session import Session
from dllab.training.store import FolderStore, ReadOnlyStore, Store, Written
from dllab.training.timeline import CheckpointInfo


def create(recipe: Recipe, folder: Path | None) -> Session:
    """See `Session.create`."""
    recipe = recipe.anchored()
    prepared = prepare(recipe)
    network = build_network(recipe, prepared)
    with new_home(folder, recipe, prepared.dataset.fingerprint) as (store, release):
        session = _begin(Session(recipe, prepared, network, store))
        session.hold(release)
    return session


def _begin(session: Session) -> Session:
    session.history.begin("main")
    session.watch.record_knobs()
    if not len(session.journal):
        data = {"data": session.prepared.dataset.name}
        session.record("start", step=0, who="session", detail=data)
    session.checkpoint(reason="start", wait=False)
    return _stored(session)


def _stored(session: Session) -> Session:
    """The session, once its beginning is on the disk: a full disk is found before hours of work."""
    session.store.flush()
    errors = [written.error for written in session.keeper.heed_news() if written.error]
    if errors:
        session.trainer.close()
        raise SessionError(
            f"{errors[0]} No session was started; make room or choose another folder."
        )
    return session


def open_session(path: Path, folder: Path | None, read_only: bool = False) -> Session:
    """See `Session.open`."""
    if path.is_dir():
        return _look_at_folder(path) if read_only else _open_folder(path)
    if not path.exists():
        raise SessionError(f"There is no session {path}.")
    return _open_archive(path, folder)


def _open_folder(folder: Path) -> Session:
    recipe, data_fingerprint = read_description(folder)
    try:
        lock = SessionLock(folder)
    except OSError as error:
        raise SessionError(
            f"Cannot write into {folder}: {error.strerror}. A session needs to, to keep its "
            f"journal; copy the folder to where you may write."
        ) from None
    try:
        _clear_away(folder)
        open_it = _begin_again if _never_began(folder) else _resume
        session = open_it(folder, recipe, data_fingerprint, FolderStore(folder))
    except BaseException:
        lock.release()
        raise
    session.hold(lock.release)
    return session


def _never_began(folder: Path) -> bool:
    """Whether the process that made the session died before its first checkpoint was there."""
    if any((folder / "checkpoints").glob("*.h5")):
        return False
    return all(entry.kind == "start" for entry in read_journal(folder / "journal.jsonl"))


def _begin_again(folder: Path, recipe: Recipe, data_fingerprint: str, store: Store) -> Session:
    try:
        session = _fresh(recipe, data_fingerprint, store)
        bring_up(folder)
        session.journal = read_journal(folder / "journal.jsonl")
        return _begin(session)
    except BaseException:
        store.close()
        raise


def _look_at_folder(folder: Path) -> Session:
    recipe, data_fingerprint = read_description(folder)
    return _resume(folder, recipe, data_fingerprint, ReadOnlyStore(folder))


def _fresh(recipe: Recipe, data_fingerprint: str, store: Store) -> Session:
    prepared = prepare(recipe)
    if prepared.dataset.fingerprint != data_fingerprint:
        raise SessionError(
            f"The data {recipe.source} is not what this session was started with; its content has "
            f"changed. Put the old data back to go on."
        )
    return Session(recipe, prepared, build_network(recipe, prepared), store)


def _resume(folder: Path, recipe: Recipe, data_fingerprint: str, store: Store) -> Session:
    try:
        # In this order: what a file belongs to was told in the journal before it was written.
        files, notices = _read_files(folder / "checkpoints")
        journal = read_journal(folder / "journal.jsonl")
        if not files:
            raise SessionError(
                f"{folder} holds no readable checkpoint. " + " ".join(notices or ["It is empty."])
            )
        session = _fresh(recipe, data_fingerprint, store)
    except BaseException:
        store.close()
        raise
    try:
        session.notices = notices
        session.journal = journal
        leave_out_strangers(session, files, folder)
        plant(session.timeline, journal, files)
        # A best point is stored later than its moment, and knows nothing of what came after it.
        regrow(session, sorted(files.values(), key=lambda f: (f.info.step, f.info.key)))
        if not store.read_only:
            bring_up(folder)
        _stand(session, files)
        session.keeper.count(Written(key, folder / "checkpoints" / f"{key}.h5") for key in files)
    except BaseException:
        session.close()
        raise
    return session


def _clear_away(folder: Path) -> None:
    """Remove what a process left that died while it wrote; the lock says nobody else is writing."""
    for place in (folder, folder / "checkpoints"):
        for path in place.glob(".*.partial"):
            with contextlib.suppress(OSError):
                path.unlink()


def _read_files(folder: Path) -> tuple[dict[str, Contents], list[str]]:
    files: dict[str, Contents] = {}
    notices = []
    # The newest first: who only looks may be overtaken by the process that trains.
    for path in sorted(folder.glob("*.h5"), reverse=True):
        try:
            contents = read_checkpoint(path)
        except CheckpointError as error:
            if path.exists():
                notices.append(str(error))
            continue
        files[contents.info.key] = contents
    return dict(sorted(files.items())), notices[::-1]


def _stand(session: Session, files: dict[str, Contents]) -> None:
    """Stand where the session was left: the last stored state, and the knobs turned since."""
    stored = {k: Stored(f.info.branch, f.info.step, f.info.reason) for k, f in files.items()}
    key, branch, later = last_place(session.journal, stored)
    base = files[key]
    session.history.resume(branch, base.info.step)
    session.stand_at(base, branch)
    if not session.read_only:
        _name_the_unnamed(session, files)
    moves: dict[str, tuple[Any, Any]] = {}
    for entry in later:
        for knob, (old, new) in entry.changes.items():
            moves[knob] = (moves[knob][0] if knob in moves else old, new)
    if moves:
        session.trainer.set_values(with_changes(session.hyperparameters, moves))
        session.watch.adopt_values()
    if session.history.now.last("learning_rate") is None:
        session.watch.record_knobs()
    else:
        # A knob turned at the very step that is stored belongs to the next one, and was cut off.
        session.watch.record_moved_knobs()
    session.keeper.saved_step = session.step
    if not session.read_only:
        session.record(
            "open", step=session.step, who="session", checkpoint=base.info.key, changes=moves
        )


def _name_the_unnamed(session: Session, files: dict[str, Contents]) -> None:
    """Put checkpoints into the ledger whose files are there and whose lines did not get there."""
    named = _journalled(session.journal)
    for key in sorted(set(files) - named):
        info = files[key].info
        session.record(
            "checkpoint",
            step=info.step,
            epoch=info.epoch,
            who="session",
            branch=info.branch,
            note=info.note,
            checkpoint=key,
            detail={"reason": info.reason, "parent": info.parent},
        )


def _journalled(journal: Journal) -> set[str]:
    return {entry.checkpoint for entry in journal if entry.kind == "checkpoint"}


def _open_archive(path: Path, folder: Path | None) -> Session:
    contents = read_checkpoint(path)
    if not contents.complete:
        raise SessionError(
            f"{path} is one checkpoint of a session's folder; open the folder "
            f"{path.resolve().parent.parent} instead."
        )
    recipe = Recipe.from_toml(contents.recipe, str(path))
    with new_home(folder, recipe, contents.data_fingerprint) as (store, release):
        session = _fresh(recipe, contents.data_fingerprint, store)
        try:
            _unpack(session, contents, path)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            session.trainer.close()
            raise SessionError(f"{path} does not follow the format: {error}.") from None
        _stored(session).hold(release)
    return session


def _unpack(session: Session, contents: Contents, path: Path) -> None:
    for entry in archive.unpack_journal(contents):
        session.store.append(entry.to_json())
    session.journal = archive.unpack_journal(contents)
    for key in _journalled(session.journal):
        session.timeline.reserve(key)
    session.timeline.branches = archive.unpack_branches(contents)
    original = contents.info.key
    regrow(session, [contents])
    session.history.resume(contents.info.branch)
    session.stand_at(contents, contents.info.branch)
    first = archive.first_checkpoint(contents, session.timeline.next_key())
    info: CheckpointInfo = replace(first.info, reason="start", note=f"opened from {path.name}")
    session.timeline.add(info)
    session.store.save(replace(first, info=info))
    session.record(
        "checkpoint",
        step=session.step,
        who="session",
        checkpoint=info.key,
        note=info.note,
        detail={"reason": "start", "parent": ""},
    )
    session.watch.record_moved_knobs()
    session.record(
        "open",
        step=session.step,
        who="session",
        checkpoint=info.key,
        detail={"file": path.name, "original": original},
    )
