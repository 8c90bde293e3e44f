"""An open HDF5 file with checks before every look: what `hdf5` and `arrays` read from.

`PlainFile` works in this process and is for files that are ours; `dllab.data.foreign` has one in a
child process, and `RemoteFile`, which answers the same questions here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import h5py
import numpy as np
from numpy.typing import NDArray

from dllab.data import hdf5_checks as checks
from dllab.errors import DataError

Array = NDArray[Any]
# Name, shape, dtype.
Facts = tuple[str, tuple[int, ...], str]

MOST_OBJECTS = 1_000
DEEPEST = 16
LONGEST_NAME = 1_000
LONGEST_DTYPE = 100


class Hdf5File(Protocol):
    """What can be asked of a file. Every method raises `DataError`; names are paths in the file."""

    def attribute(self, name: str, kinds: str, ndim: int = 0) -> Any:
        """A root attribute of one of the NumPy kinds, or None; see `hdf5_checks.attribute`."""

    def kind_of(self, name: str) -> str:
        """ "group", "dataset", "other", or "" where there is nothing."""

    def facts(self) -> tuple[Facts, ...]:
        """The datasets that lie in this very file, by name."""

    def array(self, name: str, kinds: str = "iuf", rows: int | None = None) -> Array:
        """A dataset, or its first rows, in the machine's byte order; see `hdf5_checks.dataset`."""


class PlainFile:
    """An HDF5 file opened in this process; `file_bytes` is its size, where it is known."""

    def __init__(self, file: h5py.File, file_bytes: int | None = None) -> None:
        checks.load_no_plugins()
        self._file, self._bytes = file, file_bytes

    def attribute(self, name: str, kinds: str, ndim: int = 0) -> Any:
        """See `Hdf5File`."""
        return checks.attribute(self._file, name, kinds, ndim)

    def kind_of(self, name: str) -> str:
        """See `Hdf5File`."""
        found = checks.member(*self._parent(name))
        if found is None:
            return ""
        if isinstance(found, h5py.Group):
            return "group"
        return "dataset" if isinstance(found, h5py.Dataset) else "other"

    def facts(self) -> tuple[Facts, ...]:
        """See `Hdf5File`."""
        return tuple(sorted(self._walk()))

    def array(self, name: str, kinds: str = "iuf", rows: int | None = None) -> Array:
        """See `Hdf5File`."""
        stored = self.dataset(name, kinds)
        values = stored[...] if rows is None or not stored.shape else stored[:rows]
        return np.asarray(values).astype(stored.dtype.newbyteorder("="), copy=False)

    def dataset(self, name: str, kinds: str) -> h5py.Dataset:
        """A dataset that may be read; nothing of its values has been."""
        return checks.dataset(*self._parent(name), checks.Rules(kinds, file_bytes=self._bytes))

    def _parent(self, name: str) -> tuple[h5py.Group, str]:
        group: Any = self._file
        *groups, last = name.strip("/").split("/")
        for part in groups:
            group = checks.member(group, part)
            if not isinstance(group, h5py.Group):
                raise DataError(f"{name} is missing")
        return group, last

    def _walk(self) -> Iterator[Facts]:
        seen = set()
        waiting: list[tuple[str, h5py.Group, int]] = [("", self._file, 0)]
        left = MOST_OBJECTS
        while waiting:
            prefix, group, depth = waiting.pop(0)
            names = _names(group, left) if depth <= DEEPEST else None
            if names is None:
                raise DataError(
                    f"it holds more than {MOST_OBJECTS:,} objects or groups too deep; write the "
                    "arrays into a file of their own"
                )
            left -= len(names)
            for name in names:
                if len(name) > LONGEST_NAME:
                    raise DataError(f"a name in it has {len(name):,} letters; rename it")
                encoded = name.encode("utf-8", "surrogateescape")
                if group.id.links.get_info(encoded).type != h5py.h5l.TYPE_HARD:
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
                    shape = tuple(int(size) for size in found.shape)
                    yield f"{prefix}{name}", shape, _name_of(found.dtype)


def _names(group: h5py.Group, most: int) -> list[str] | None:
    """The names in a group, or None when they are more than `most`; looks no further then."""
    names: list[str] = []

    def take(name: bytes) -> bool | None:
        names.append(name.decode("utf-8", "surrogateescape"))
        # Anything but None ends the walk.
        return True if len(names) > most else None

    # In the order of the file: any other would first have to put all of them into order.
    group.id.links.iterate(take, order=h5py.h5.ITER_NATIVE)
    return None if len(names) > most else names


def _name_of(dtype: np.dtype[Any]) -> str:
    # A compound type names each of its fields, of which there may be thousands.
    name = f"compound of {len(dtype.names)} fields" if dtype.names else str(dtype)
    return name if len(name) <= LONGEST_DTYPE else name[: LONGEST_DTYPE - 1] + "…"
