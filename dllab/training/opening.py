"""Creating a session, and opening one from its folder or from a self-contained file."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from dllab.checkpoint import Contents, read_checkpoint
from dllab.errors import CheckpointError, DataError, SessionError
from dllab.hyperparameters import with_changes
from dllab.recipe import Recipe
from dllab.training.home import Description, bring_up, new_home, read_description
from dllab.training.journal import Journal, read_journal
from dllab.training.links import check_links
from dllab.training.lock import SessionLock
from dllab.training.place import Place, goes_on_after
from dllab.training.planting import leave_out_strangers, plant, regrow
from dllab.training.prepare import build_network, prepare
from dllab.training.session import Session
from dllab.training.store import FolderStore, ReadOnlyStore, Store, Written
from dllab.training.stored_files import base_of, read_outlines
from dllab.training.timeline import CheckpointInfo
from dllab.training.unpacking import Unpacked, first_checkpoint, unpack
from dllab.training.untold import with_the_untold


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
    description = read_description(folder)
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
        session = open_it(folder, description, FolderStore(folder, description.owner))
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


def _begin_again(folder: Path, description: Description, store: FolderStore) -> Session:
    try:
        session = _fresh(description.recipe, description.data_fingerprint, store)
        store.owner = bring_up(folder)
        session.journal = read_journal(folder / "journal.jsonl")
        return _begin(session)
    except BaseException:
        store.close()
        raise


def _look_at_folder(folder: Path) -> Session:
    description = read_description(folder)
    return _resume(folder, description, ReadOnlyStore(folder, description.owner))


def _fresh(recipe: Recipe, data_fingerprint: str, store: Store) -> Session:
    prepared = prepare(recipe)
    if prepared.dataset.fingerprint != data_fingerprint:
        raise SessionError(
            f"The data {recipe.source} is not what this session was started with; its content has "
            f"changed. Put the old data back to go on."
        )
    return Session(recipe, prepared, build_network(recipe, prepared), store)


def _resume(folder: Path, description: Description, store: FolderStore | ReadOnlyStore) -> Session:
    try:
        # In this order: what a file belongs to was told in the journal before it was written.
        files, notices = read_outlines(folder, description.owner)
        journal = read_journal(folder / "journal.jsonl")
        check_links(journal)
        if not files:
            raise SessionError(
                f"{folder} holds no readable checkpoint. " + " ".join(notices or ["It is empty."])
            )
        session = _fresh(description.recipe, description.data_fingerprint, store)
    except BaseException:
        store.close()
        raise
    try:
        session.notices = notices
        session.journal = journal
        leave_out_strangers(session, files, folder)
        base, place = base_of(folder, description.owner, journal, files, notices)
        whole, lost = with_the_untold(journal, files)
        plant(session.timeline, whole, files)
        # A best point is stored later than its moment, and knows nothing of what came after it.
        regrow(session, sorted(files.values(), key=lambda f: (f.info.step, f.info.key)))
        if isinstance(store, FolderStore):
            store.owner = bring_up(folder)
        session.notices += [lost] if lost else []
        _stand(session, base, place, whole)
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


def _stand(session: Session, base: Contents, place: Place, whole: Journal) -> None:
    """Stand where the session was left: the last stored state, and the knobs turned since.

    What ``whole`` has besides the ledger is written into it.
    """
    _, branch, later = place
    untold = whole.entries[len(session.journal) :]
    session.journal = whole
    session.history.resume(branch, base.info.step)
    _stand_at(session, base, branch)
    for entry in () if session.read_only else untold:
        session.store.append(entry.to_json())
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
    opened: dict[str, Any] = {"who": "session", "checkpoint": base.info.key, "changes": moves}
    if not session.read_only:
        session.record("open", step=session.step, **opened)
    elif moves or goes_on_after(whole, base.info.key):
        session.step_back = Journal(whole).append(
            "open",
            step=session.step,
            epoch=round(session.trainer.progress, 6),
            branch=branch,
            **opened,
        )


def _stand_at(session: Session, contents: Contents, branch: str) -> None:
    """Take a stored state as the present one."""
    session.trainer.restore(contents.state)
    session.branch = branch
    session.watch.adopt_values()
    session.watch.find_best()
    session.best_state.forget()
    session.outcomes.find()


def _journalled(journal: Journal) -> set[str]:
    return {entry.checkpoint for entry in journal if entry.kind == "checkpoint"}


def _is_pinned(journal: Journal, key: str) -> bool:
    said = [e.detail.get("pinned") for e in journal if e.kind == "pin" and e.checkpoint == key]
    return bool(said and said[-1])


def _open_archive(path: Path, folder: Path | None) -> Session:
    contents = read_checkpoint(path)
    if not contents.complete:
        raise SessionError(
            f"{path} is one checkpoint of a session's folder; open the folder "
            f"{path.resolve().parent.parent} instead."
        )
    unpacked = unpack(contents, path)
    recipe = unpacked.recipe
    with new_home(folder, recipe, contents.data_fingerprint) as (store, release):
        session = _fresh(recipe, contents.data_fingerprint, store)
        try:
            _settle(session, contents, unpacked, path)
        except (CheckpointError, DataError) as error:
            session.trainer.close()
            raise SessionError(f"{path} does not fit its own recipe. {error}") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            session.trainer.close()
            raise SessionError(f"{path} does not follow the format: {error}.") from None
        _stored(session).hold(release)
    return session


def _settle(session: Session, contents: Contents, unpacked: Unpacked, path: Path) -> None:
    """Write what was unpacked into the new session, and stand at its state."""
    session.journal, session.timeline.branches = unpacked.journal, unpacked.branches
    for entry in session.journal:
        session.store.append(entry.to_json())
    for key in _journalled(session.journal):
        session.timeline.reserve(key)
    original = contents.info.key
    regrow(session, [contents])
    session.history.resume(contents.info.branch)
    _stand_at(session, contents, contents.info.branch)
    first = first_checkpoint(contents, session.timeline.next_key())
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
    if _is_pinned(session.journal, original):
        session.pin(info.key)
    session.watch.record_moved_knobs()
    session.record(
        "open",
        step=session.step,
        who="session",
        checkpoint=info.key,
        detail={"file": path.name, "original": original},
    )
