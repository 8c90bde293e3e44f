"""Copying a folder so that the copy is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from dllab.checkpoint.write import sync_folder

_LEFT = re.compile(r"\..+\.(\d+)\.partial")


def free_name(place: Path) -> Path:
    """``place``, or beside it the first place with a number that holds nothing yet."""
    target, count = place, 1
    while os.path.lexists(target):
        count += 1
        target = place.with_name(f"{place.name}-{count}")
    return target


@contextlib.contextmanager
def made_whole(target: Path) -> Iterator[Path]:
    """A folder to fill beside ``target``; it takes that name when all is in it, else it goes.

    Raises
    ------
    OSError
        If it cannot be made, or something has come to lie at ``target``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_away(target.parent)
    beside = target.with_name(f".{target.name}.{os.getpid()}.partial")
    beside.mkdir()
    try:
        yield beside
        for place, _, _ in os.walk(beside):
            sync_folder(Path(place))
        if os.path.lexists(target):
            raise FileExistsError(17, "Something lies there already", str(target))
        os.rename(beside, target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_folder(target.parent)


def copy_folder(folder: Path, target: Path) -> None:
    """Copy a folder that nobody changes.

    Raises
    ------
    OSError
        If a file cannot be read or written; there is no copy then.
    """
    with made_whole(target) as beside:
        for place, _, names in os.walk(folder):
            into = beside / Path(place).relative_to(folder)
            into.mkdir(exist_ok=True)
            for name in names:
                copy_file(Path(place, name), into / name)


def copy_file(source: Path, target: Path) -> None:
    """Copy one file, its times included, and see it to the disk."""
    shutil.copy2(source, target, follow_symlinks=False)
    if target.is_symlink():
        return
    # Windows sees to the disk only what is open for writing; a file may be read-only elsewhere.
    descriptor = os.open(target, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear_away(folder: Path) -> None:
    """Remove what a process left that died while it copied."""
    for path in folder.glob(".*.partial"):
        match = _LEFT.fullmatch(path.name)
        if match and path.is_dir() and not path.is_symlink() and not _lives(int(match[1])):
            shutil.rmtree(path, ignore_errors=True)


def _lives(pid: int) -> bool:
    if os.name == "nt":
        # There is no asking without ending it; what is left costs room only.
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
