"""A session's folder: made whole or not at all, described by its session.toml."""

from __future__ import annotations

import contextlib
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tomli_w

from dllab.checkpoint import migrations, write_atomically
from dllab.checkpoint.migrations import VERSION
from dllab.errors import SessionError
from dllab.recipe import Recipe
from dllab.training.facts import facts
from dllab.training.journal import now, read_journal
from dllab.training.lock import SessionLock
from dllab.training.store import FolderStore, MemoryStore, Store

FORMAT = "dllab-session"


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
    store, lock = None, None
    try:
        lock = _furnish(folder, recipe, data_fingerprint)
        store = FolderStore(folder)
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


def _furnish(folder: Path, recipe: Recipe, data_fingerprint: str) -> SessionLock:
    record = {
        "format": FORMAT,
        "version": VERSION,
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


def read_description(folder: Path) -> tuple[Recipe, str]:
    """The recipe of a session's folder, and the fingerprint of the data it was started with.

    Raises
    ------
    SessionError
        If the folder is no session, its description is damaged, or it is from a newer version.
    """
    path = folder / "session.toml"
    record = _read_record(folder)
    try:
        record = migrations.session(record, record["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise SessionError(f"{path} is damaged: {error}.") from None
    return Recipe.from_record(record.get("recipe", {}), str(path)), str(
        record.get("data_fingerprint", "")
    )


def bring_up(folder: Path) -> None:
    """Make an older session one of the present version, before the first new line is written.

    An older dllab would misread what is written from now on, and refuses it politely this way. Only
    the number in session.toml changes, and that it says which lines of the journal are older.
    Does nothing to a session of the present version. For the holder of the session's lock.

    Raises
    ------
    SessionError
        If it cannot be read or written; it is as it was then.
    """
    record = _read_record(folder)
    if record["version"] == VERSION:
        return
    entries = read_journal(folder / "journal.jsonl").entries
    last = entries[-1].id if entries else 0
    former = [*record.get("former", []), {"version": record["version"], "entries": last}]
    raised = migrations.session(record, record["version"]) | {"version": VERSION}
    try:
        write_atomically(
            folder / "session.toml", tomli_w.dumps(raised | {"former": former}).encode()
        )
    except OSError as error:
        raise SessionError(
            f"Cannot write into {folder}: {error.strerror}. The session is as it was; make room "
            f"or copy the folder to where you may write."
        ) from None


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
