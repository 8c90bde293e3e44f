"""NumPy's own files: one array (.npy), or several in a zip archive (.npz). Never a pickle."""

from __future__ import annotations

import math
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from dllab.data.inspection import ArrayFacts
from dllab.data.sniff import reason
from dllab.errors import DataError

Array = NDArray[Any]
KINDS = "biufSU"
# deflate shrinks at most 1,032 times.
_LARGEST_RATIO = 1_100
_SMALL_BYTES = 2**20
_BLOCK = 2**24


def facts_of_npy(path: Path) -> ArrayFacts:
    """Shape and dtype of the array of a .npy file, read from its header only."""
    with _answering(path), path.open("rb") as file:
        shape, _, dtype = _header(file, str(path))
    return ArrayFacts("", shape, str(dtype))


def read_npy(path: Path, rows: int | None = None) -> Array:
    """The array of a .npy file, or its first `rows`.

    Raises `DataError` when it is damaged or holds objects.
    """
    with _answering(path):
        size = path.stat().st_size
        with path.open("rb") as file:
            return _read_array(file, size, str(path), rows)


def facts_of_npz(path: Path) -> tuple[ArrayFacts, ...]:
    """Name, shape and dtype of each array of an .npz file, read from its headers only."""
    facts = []
    with _archive(path) as archive:
        for member in _members(archive):
            name = member.filename.removesuffix(".npy")
            with archive.open(member) as file:
                shape, _, dtype = _header(file, f"{path}, array {name}")
            facts.append(ArrayFacts(name, shape, str(dtype)))
    return tuple(facts)


def read_npz(path: Path, name: str, rows: int | None = None) -> Array:
    """The array called `name`, or its first `rows`.

    Raises `DataError` when there is none, or it is damaged.
    """
    place = f"{path}, array {name}"
    with _archive(path) as archive:
        found = [m for m in _members(archive) if m.filename.removesuffix(".npy") == name]
        if not found:
            names = ", ".join(m.filename.removesuffix(".npy") for m in _members(archive))
            raise DataError(f"{path} has no array called {name!r}; it has {names}.")
        member = found[-1]
        if member.file_size > member.compress_size * _LARGEST_RATIO + _SMALL_BYTES:
            raise DataError(f"{place} declares more than the archive holds; write it again.")
        with archive.open(member) as file:
            return _read_array(file, member.file_size, place, rows)


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [member for member in archive.infolist() if member.filename.endswith(".npy")]


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    with _answering(path), zipfile.ZipFile(path) as archive:
        yield archive


@contextmanager
def _answering(path: Path) -> Iterator[None]:
    """Turns what is thrown at damaged files into a sentence."""
    try:
        yield
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory; use a part of it.") from error
    except (OSError, ValueError, EOFError, RuntimeError, KeyError) as error:
        raise _damaged(path, error) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: BaseException) -> DataError:
    return DataError(
        f"{path} is damaged or not fully copied ({reason(error)}); fetch or write it again."
    )


def _header(file: IO[bytes], place: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """The shape, Fortran order and dtype, checked; the header is a literal, never run."""
    version = npy.read_magic(file)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read is None:
        raise DataError(
            f"{place} is in version {version[0]}.{version[1]} of the format, which is for records "
            "and not read; save plain numbers."
        )
    try:
        shape, fortran, dtype = read(file)
    # NumPy's tokenizer has errors of its own for what is no literal.
    except (ValueError, tokenize.TokenError, SyntaxError, TypeError) as error:
        raise DataError(f"{place} is damaged in its head; fetch or write it again.") from error
    if dtype.kind not in KINDS or (dtype.kind in "biuf" and dtype.itemsize > 8):
        raise DataError(
            f"{place} holds values of type {dtype}; give integers, floats of at most 64 bits, or "
            "texts. Objects could run any program and are never read."
        )
    return tuple(int(side) for side in shape), fortran, dtype


def _read_array(file: IO[bytes], size: int, place: str, rows: int | None) -> Array:
    shape, fortran, dtype = _header(file, place)
    wanted = math.prod(shape) * dtype.itemsize
    there = size - file.tell()
    if there < wanted:
        raise DataError(
            f"{place} is truncated: it should hold {wanted:,} bytes of values and holds "
            f"{max(0, there):,}; fetch or write it again."
        )
    if rows is not None and shape and not fortran:
        shape = (min(rows, shape[0]), *shape[1:])
        wanted = math.prod(shape) * dtype.itemsize
    content = bytearray(wanted)
    view, filled = memoryview(content), 0
    while filled < wanted:
        block = file.read(min(_BLOCK, wanted - filled))
        if not block:
            raise DataError(f"{place} is truncated; fetch or write it again.")
        view[filled : filled + len(block)] = block
        filled += len(block)
    flat = np.frombuffer(content, dtype)
    array = flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)
    first = array[:rows] if shape else array
    return first.astype(dtype.newbyteorder("="), copy=False)
