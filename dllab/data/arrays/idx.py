"""IDX, the format of the MNIST files (Y. LeCun): big-endian arrays, gzipped or not.

Two zero bytes, a type, the number of axes, their sizes as 32-bit numbers, the values. Images
come with a file of labels, whose name differs in one word.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from dllab.data.sniff import GZIP_MAGIC, is_idx, reason
from dllab.errors import DataError

Array = NDArray[Any]
T = TypeVar("T")
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_LARGEST_RATIO = 1_100
_SMALL_BYTES = 2**20
_BLOCK = 2**24


def idx_shape(path: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """The shape and dtype that the file declares; raises `DataError` when it is damaged."""
    return _with_file(path, lambda file: _header(file, path))


def read_idx(path: Path, rows: int | None = None) -> Array:
    """The array of the file, or its first `rows`, in the machine's byte order.

    Raises
    ------
    DataError
        If it is no IDX file, damaged, or does not hold as much as it declares.
    """

    def read(file: IO[bytes]) -> Array:
        shape, dtype = _header(file, path)
        row = math.prod(shape[1:]) * dtype.itemsize
        count = shape[0] if rows is None else min(rows, shape[0])
        content = _content(file, count * row, path)
        if rows is None and file.read(1):
            raise DataError(
                f"{path} holds more than the {shape[0]:,} examples that it declares; fetch it "
                "again."
            )
        values = np.frombuffer(content, dtype).reshape(count, *shape[1:])
        return values.astype(dtype.newbyteorder("="), copy=False)

    return _with_file(path, read)


def _with_file(path: Path, act: Callable[[IO[bytes]], T]) -> T:
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
            if not zipped:
                return act(raw)
            with gzip.GzipFile(fileobj=raw) as file:
                return act(cast(IO[bytes], file))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path} is a damaged or truncated archive ({reason(error)}); fetch it again."
        ) from error
    except FileNotFoundError:
        raise DataError(f"There is no file {path}; check the path.") from None
    except OSError as error:
        raise DataError(f"The file {path} cannot be read: {reason(error)}.") from error
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory; use a part of it.") from error


def _header(file: IO[bytes], path: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    head = file.read(4)
    if not is_idx(head):
        raise DataError(f"{path} is not an IDX file; give one, or another format.")
    sizes = file.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise DataError(f"{path} is truncated within its head; fetch it again.")
    shape = struct.unpack(f">{head[3]}I", sizes)
    dtype = np.dtype(_TYPES[head[2]])
    wanted = math.prod(shape) * dtype.itemsize
    held = path.stat().st_size
    if isinstance(file, gzip.GzipFile):
        held = held * _LARGEST_RATIO + _SMALL_BYTES
    if wanted > held:
        raise DataError(
            f"{path} is truncated: it declares {wanted:,} bytes of values, more than it can hold; "
            "fetch it again."
        )
    return shape, dtype


def _content(file: IO[bytes], wanted: int, path: Path) -> bytearray:
    content = bytearray()
    while len(content) < wanted:
        block = file.read(min(_BLOCK, wanted - len(content)))
        if not block:
            raise DataError(
                f"{path} is truncated: it declares {wanted:,} bytes of values and holds "
                f"{len(content):,}; fetch it again."
            )
        content += block
    return content
