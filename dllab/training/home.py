"""A session's folder: made whole or not at all, described by its session.toml."""

from __future__ import annotations

import contextlib
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w

from dllab.checkpoint import Owner, migrations, write_atomically
from dllab.checkpoint.migrations import VERSION
from dllab.checkpoint.owner import highest_key, new_id
from dllab.errors import SessionError
from dllab.recipe import Recipe
from dllab.training.facts import facts
from dllab.training.journal import now, read_journal
from dllab.training.lock import SessionLock
from dllab.training.store import FolderStore, MemoryStore, Store

FORMAT = "dllab-session"


class Description(NamedTuple):
    """What session.toml says: how the session started, on which data, and who it is."""

    recipe: Recipe
    data_fingerprint: str
    owner: Owner


@contextlib.contextmanager
def new_home(
    folder: Path | None, recipe: Recipe, data_fingerprint: str
) -> Iterator[tuple[Store, Callable[[], None]]]:
    """A place for a new session, and what lets go of it; on any error nothing of it stays."""
    if folder is None:
        yield MemoryStore(), _nothing
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SessionError(f"{folder} exists already; choose a folder that is new or empty.")
    made = None if folder.exists() else folder
    while made is not None and not made.parent.exists():
        made = made.parent
    store, lock, owner = None, None, Owner(new_id())
    try:
        lock = _furnish(folder, recipe, data_fingerprint, owner)
        store = FolderStore(folder, owner)
        yield store, lock.release
    except BaseException:
        if store is not None:
            store.close()
        if lock is not None:
            lock.release()
        _unmake(folder, made)
        raise


def _nothing() -> None:
    return


def _furnish(folder: Path, recipe: Recipe, data_fingerprint: str, owner: Owner) -> SessionLock:
    record = {
        "format": FORMAT,
        "version": VERSION,
        "id": owner.id,
        "created": now(),
        "data_fingerprint": data_fingerprint,
        "facts": facts(),
        "recipe": recipe.to_record(),
    }
    try:
        (folder / "checkpoints").mkdir(parents=True)
        write_atomically(folder / "session.toml", tomli_w.dumps(record).encode())
        return SessionLock(folder)
    except OSError as error:
        raise SessionError(
            f"Cannot write a session into {folder}: {error.strerror}. Choose a folder that can be "
            f"written to."
        ) from None


def _unmake(folder: Path, made: Path | None) -> None:
    """Take away what `_furnish` and the store have written, and the folders that were made."""
    if made is not None:
        shutil.rmtree(made, ignore_errors=True)
        return
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    for name in ("session.toml", "session.lock", "journal.jsonl"):
        with contextlib.suppress(OSError):
            (folder / name).unlink()


def read_description(folder: Path) -> Description:
    """What the session.toml of a session's folder says.

    Raises
    ------
    SessionError
        If the folder is no session, its description is damaged, or it is from a newer version.
    """
    path = folder / "session.toml"
    record = _read_record(folder)
    try:
        record = migrations.session(record, record["version"])
        owner = Owner.of_record(record)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SessionError(f"{path} is damaged: {error}.") from None
    recipe = Recipe.from_record(record.get("recipe", {}), str(path))
    return Description(recipe, str(record.get("data_fingerprint", "")), owner)


def bring_up(folder: Path) -> Owner:
    """Make an older session one of the present version, before the first new line is written.

    An older dllab would misread what is written from now on, and refuses it politely this way. Only
    the number in session.toml changes, and that it says which lines of the journal are older and
    which checkpoints have no id yet. Does nothing to a session of the present version. For the
    holder of the session's lock. Returns whose checkpoints are written from now on.

    Raises
    ------
    SessionError
        If it cannot be read or written; it is as it was then.
    """
    record = _read_record(folder)
    owner = Owner.of_record(record)
    if record["version"] == VERSION:
        return owner
    entries = read_journal(folder / "journal.jsonl").entries
    last = entries[-1].id if entries else 0
    former = [*record.get("former", []), {"version": record["version"], "entries": last}]
    owner = owner.copied(highest_key(folder / "checkpoints"))
    raised = migrations.session(record, record["version"]) | {"version": VERSION, "former": former}
    try:
        write_atomically(
            folder / "session.toml", tomli_w.dumps(raised | owner.to_record()).encode()
        )
    except OSError as error:
        raise SessionError(
            f"Cannot write into {folder}: {error.strerror}. The session is as it was; make room "
            f"or copy the folder to where you may write."
        ) from None
    return owner


def copy_description(folder: Path, target: Path) -> None:
    """Write the session.toml of a copy: a session of its own, with the checkpoints ``target`` has.

    Raises
    ------
    SessionError, OSError
        If the original cannot be read, or the copy not be written.
    """
    record = _read_record(folder)
    owner = read_description(folder).owner.copied(highest_key(target / "checkpoints"))
    if record["version"] == VERSION:
        record |= owner.to_record()
    write_atomically(target / "session.toml", tomli_w.dumps(record).encode())


def _read_record(folder: Path) -> dict[str, Any]:
    path = folder / "session.toml"
    if not path.is_file():
        raise SessionError(f"{folder} is not a session: it has no session.toml.")
    try:
        record = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SessionError(f"Cannot read {path}: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise SessionError(f"{path} is damaged: {error}.") from None
    if record.get("format") != FORMAT or type(record.get("version")) is not int:
        raise SessionError(f"{path} does not describe a dllab session.")
    if record["version"] > VERSION:
        raise SessionError(
            f"{folder} was made by a newer dllab and was left as it is; update dllab to open it."
        )
    return record
