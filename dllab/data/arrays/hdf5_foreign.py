"""HDF5 files of other layouts: their datasets by name, behind the same checks as our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import h5py
from numpy.typing import NDArray

from dllab.data.hdf5_checks import array, member
from dllab.data.inspection import ArrayFacts
from dllab.data.sniff import reason
from dllab.errors import DataError

Array = NDArray[Any]
T = TypeVar("T")
KINDS = "biufS"
_MOST_OBJECTS = 1_000
_DEEPEST = 16


def facts_of_hdf5(path: Path) -> tuple[ArrayFacts, ...]:
    """Name, shape and dtype of each dataset stored in this very file.

    Links into other files are left out. Raises `DataError` when the file is damaged or holds
    more objects than anybody would choose from.
    """
    return _with_file(path, lambda file: tuple(sorted(_walk(file), key=lambda one: one.name)))


def read_hdf5(path: Path, name: str, rows: int | None = None) -> Array:
    """The dataset `name`, or its first `rows`; raises `DataError` when it is not sound."""

    def read(file: h5py.File) -> Array:
        group: Any = file
        *groups, last = name.strip("/").split("/")
        for part in groups:
            group = member(group, part)
            if not isinstance(group, h5py.Group):
                raise DataError(f"there is no dataset called {name!r}")
        return array(group, last, KINDS, rows)

    return _with_file(path, read)


def is_own_layout(path: Path) -> bool:
    """True for a data set that dllab has written; see `dllab.data.hdf5`."""

    def own(file: h5py.File) -> bool:
        if "format" not in file.attrs:
            return False
        stored = file.attrs.get_id("format")
        return bool(stored.dtype.kind == "S" and file.attrs["format"] == b"dllab-dataset")

    return _with_file(path, own)


def _walk(file: h5py.File) -> Iterator[ArrayFacts]:
    seen = set()
    waiting: list[tuple[str, h5py.Group, int]] = [("", file, 0)]
    objects = 0
    while waiting:
        prefix, group, depth = waiting.pop(0)
        for name in group:
            objects += 1
            if objects > _MOST_OBJECTS or depth > _DEEPEST:
                raise DataError(
                    f"it holds more than {_MOST_OBJECTS:,} objects or groups too deep; write the "
                    "arrays into a file of their own"
                )
            if group.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
                continue
            found = group[name]
            # A group can be a member of itself.
            address = h5py.h5o.get_info(found.id).addr
            if address in seen:
                continue
            seen.add(address)
            if isinstance(found, h5py.Group):
                waiting.append((f"{prefix}{name}/", found, depth + 1))
            elif isinstance(found, h5py.Dataset) and found.shape is not None:
                yield ArrayFacts(f"{prefix}{name}", tuple(found.shape), str(found.dtype))


@contextmanager
def _open(path: Path) -> Iterator[h5py.File]:
    try:
        with h5py.File(path, "r", locking="best-effort") as file:
            yield file
    except DataError as error:
        message = str(error).rstrip(".")
        raise DataError(f"The data set {path} cannot be used: {message}.") from error
    except MemoryError as error:
        raise DataError(f"The data set {path} does not fit into memory; use a part of it.") from (
            error
        )
    except (OSError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"The data set {path} is damaged or not fully copied ({reason(error)}); fetch or "
            "write it again."
        ) from error


def _with_file(path: Path, act: Callable[[h5py.File], T]) -> T:
    with _open(path) as file:
        return act(file)
