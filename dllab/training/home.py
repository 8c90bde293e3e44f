"""A session's folder: made whole or not at all, described by its session.toml."""

from __future__ import annotations

import contextlib
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import tomli_w

from dllab.checkpoint import write_atomically
from dllab.errors import SessionError
from dllab.recipe import Recipe
from dllab.training.facts import facts
from dllab.training.journal import now
from dllab.training.lock import SessionLock
from dllab.training.store import FolderStore, MemoryStore, Store

FORMAT, VERSION = "dllab-session", 1


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
    if not path.is_file():
        raise SessionError(f"{folder} is not a session: it has no session.toml.")
    try:
        record = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SessionError(f"Cannot read {path}: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise SessionError(f"{path} is damaged: {error}.") from None
    if record.get("format") != FORMAT or not isinstance(record.get("version"), int):
        raise SessionError(f"{path} does not describe a dllab session.")
    if record["version"] > VERSION:
        raise SessionError(f"{folder} was made by a newer dllab; update dllab to open it.")
    return Recipe.from_record(record.get("recipe", {}), str(path)), str(
        record.get("data_fingerprint", "")
    )
