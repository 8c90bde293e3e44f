"""Asking a child about a file: the answers are checked, and its end is put into words."""

from __future__ import annotations

import math
import os
import signal
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.foreign import limits, wire
from dllab.data.foreign.start import Child, End, start
from dllab.data.hdf5_checks import LARGEST_RATIO, SMALL_BYTES
from dllab.data.hdf5_words import damaged, too_large, unusable
from dllab.errors import DataError

Array = NDArray[Any]
_HARMFUL = "so it is damaged or made to do harm; fetch it again, or have the arrays written as .npz"


class RemoteFile:
    """An HDF5 file in a child process; answers like `dllab.data.hdf5_file.PlainFile`.

    `seconds` is how long a question about the structure may take. After a failure that ended the
    child every question fails.
    """

    def __init__(self, path: Path, child: Child, seconds: float = limits.SECONDS) -> None:
        self.path = path
        self._child, self._seconds = child, seconds
        self._expired = False
        self._ended: End | None = None
        # HDF5 does not change into folders: a relative path is ours.
        self._ask("open", path=os.path.abspath(path))

    def attribute(self, name: str, kinds: str, ndim: int = 0) -> Any:
        """See `Hdf5File`."""
        answer = self._ask("attribute", name=name, kinds=kinds, ndim=ndim)
        if "bytes" in answer:
            return str(answer["bytes"]).encode("latin-1", "replace")
        value = answer.get("value")
        whole = value if isinstance(value, list) else [value]
        if value is not None and not all(type(one) is int for one in whole):
            raise self._strange()
        return value

    def kind_of(self, name: str) -> str:
        """See `Hdf5File`."""
        return str(self._ask("kind_of", name=name).get("value"))

    def facts(self) -> tuple[tuple[str, tuple[int, ...], str], ...]:
        """See `Hdf5File`."""
        found = self._ask("facts").get("value")
        try:
            return tuple((str(n), _shape(shape), str(t)) for n, shape, t in found)  # type: ignore[union-attr]
        except (TypeError, ValueError):
            raise self._strange() from None

    def array(self, name: str, kinds: str = "iuf", rows: int | None = None) -> Array:
        """See `Hdf5File`."""
        answer = self._ask("array", name=name, kinds=kinds, rows=rows)
        try:
            shape, dtype = _shape(answer["shape"]), np.dtype(str(answer["dtype"]))
        except (KeyError, TypeError, ValueError):
            raise self._strange() from None
        size = dtype.itemsize * math.prod(shape)
        if dtype.kind not in kinds or not _plausible(self.path, size):
            raise self._strange()
        if size > _memory():
            raise too_large(self.path, size)
        values = np.empty(shape, dtype)
        with self._within(limits.seconds_to_read(size)):
            self._receive(values.reshape(-1).view(np.uint8).data)
            self._heed(wire.get(self._child.stream_in, limits.LARGEST_ANSWER))
        return values.astype(dtype.newbyteorder("="), copy=False)

    def close(self) -> End:
        """End the child; how it ended."""
        if self._ended is None:
            self._ended = self._child.end()
        return self._ended

    def _receive(self, values: memoryview) -> None:
        stream, filled = self._child.stream_in, 0
        while length := wire.length_of_piece(stream):
            if length > len(values) - filled:
                raise self._strange()
            while length:
                count = stream.readinto(values[filled : filled + length])  # type: ignore[attr-defined]
                if not count:
                    raise wire.Broken("half an array")
                filled, length = filled + count, length - count
        if filled < len(values):
            # What stopped it comes next.
            self._heed(wire.get(stream, limits.LARGEST_ANSWER))
            raise self._strange()

    def _ask(self, what: str, **about: Any) -> dict[str, Any]:
        if self._ended is not None:
            raise self._gone()
        with self._within(self._seconds):
            wire.put(self._child.stream_out, {"ask": what, **about})
            answer = wire.get(self._child.stream_in, limits.LARGEST_ANSWER)
        return self._heed(answer)

    def _heed(self, answer: dict[str, Any]) -> dict[str, Any]:
        failed, why = answer.get("failed"), str(answer.get("why"))
        if failed == "refused":
            raise unusable(self.path, why)
        if failed == "memory":
            raise unusable(
                self.path, f"it takes more memory to read than its size explains, {_HARMFUL}"
            )
        if failed:
            raise damaged(self.path, why)
        return answer

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Kill the child when it takes longer; a child that is gone is a `DataError`."""
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (wire.Broken, OSError):
            self.close()
            raise self._gone() from None
        finally:
            timer.cancel()
            timer.join()

    def _expire(self) -> None:
        self._expired = True
        self._child.kill()

    def _gone(self) -> DataError:
        code = self._ended.code if self._ended is not None else 0
        if self._expired:
            what = f"looking through it took longer than {self._seconds:g} s"
        elif code == -getattr(signal, "SIGPROF", 0):
            what = "looking through it came to no end"
        elif code == -getattr(signal, "SIGKILL", 0):
            what = "the system ended the process that read it"
        elif code < 0:
            what = f"the HDF5 library crashed on it ({signal.Signals(-code).name})"
        else:
            what = "the process that read it ended"
        return unusable(self.path, f"{what}, {_HARMFUL}")

    def _strange(self) -> DataError:
        """The child says what no child of ours says: something else speaks through it."""
        self._child.kill()
        self.close()
        return unusable(self.path, f"the process that read it gave a senseless answer, {_HARMFUL}")


@contextmanager
def opened(
    path: Path, starting: Callable[[], Child] = start, seconds: float = limits.SECONDS
) -> Iterator[RemoteFile]:
    """The file at `path`, opened in a child process that ends with the block.

    Raises
    ------
    DataError
        If it cannot be opened: what happened, and what to do.
    """
    child = starting()
    try:
        yield RemoteFile(path, child, seconds)
    finally:
        child.end()


def held(path: Path) -> RemoteFile:
    """The file at `path`, opened in a child process that ends when nobody holds the result.

    Raises
    ------
    DataError
        If it cannot be opened: what happened, and what to do.
    """
    child = start()
    try:
        file = RemoteFile(path, child)
    except BaseException:
        child.end()
        raise
    weakref.finalize(file, child.end)
    return file


def _shape(sizes: Any) -> tuple[int, ...]:
    shape = tuple(sizes)
    if len(shape) > 32 or not all(type(size) is int and size >= 0 for size in shape):
        raise ValueError("no shape")
    return shape


def _plausible(path: Path, size: int) -> bool:
    """What `hdf5_checks` has made sure of, once more: it was the child that checked."""
    return size <= path.stat().st_size * LARGEST_RATIO + SMALL_BYTES


def _memory() -> float:
    """Bytes of memory that the machine has, or infinity where it does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return math.inf
