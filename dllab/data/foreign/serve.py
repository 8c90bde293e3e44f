"""The child's side: opens one file and answers questions about it until nobody asks any more."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import h5py
import numpy as np

from dllab.data.foreign import limits, wire
from dllab.data.hdf5_file import PlainFile
from dllab.errors import DataError

_LARGEST_QUESTION = 2**20
_LONGEST_REASON = 500


class Served:
    """The file, and how each question is answered."""

    def __init__(
        self, output: BinaryIO, held: limits.Limits, file: PlainFile | None = None
    ) -> None:
        self._output, self._limits, self._file = output, held, file
        self._size = 0
        self._asked: Mapping[str, Callable[..., None]] = {
            "open": self._open,
            "attribute": self._attribute,
            "kind_of": self._kind_of,
            "facts": self._facts,
            "array": self._array,
        }

    def answer(self, question: dict[str, Any]) -> None:
        """Answer one question; any error is an answer too."""
        try:
            self._limits.allow(limits.cpu_seconds_to_look(self._size))
            self._asked[question.pop("ask")](**question)
        except DataError as error:
            self._fail("refused", error)
        except MemoryError as error:
            self._fail("memory", error)
        except Exception as error:
            # Whatever a damaged file makes of the library.
            text = str(error)
            memory = "memory alloc" in text or "unable to allocate" in text.lower()
            self._fail("memory" if memory else "damaged", error)

    def _fail(self, kind: str, error: BaseException) -> None:
        text = str(getattr(error, "strerror", None) or error or type(error).__name__)
        if isinstance(error, KeyError) and error.args:
            text = str(error.args[0])
        wire.put(self._output, {"failed": kind, "why": text[:_LONGEST_REASON]})

    def _open(self, path: str) -> None:
        self._size = os.stat(path).st_size
        file = h5py.File(path, "r", locking="best-effort")
        self._limits.shut()
        self._file = PlainFile(file, self._size)
        wire.put(self._output, {})

    def _attribute(self, name: str, kinds: str, ndim: int) -> None:
        value = self._opened.attribute(name, kinds, ndim)
        if isinstance(value, bytes):
            answer: dict[str, Any] = {"bytes": value.decode("latin-1")}
        else:
            answer = {"value": value.tolist() if hasattr(value, "tolist") else value}
        wire.put(self._output, answer)

    def _kind_of(self, name: str) -> None:
        wire.put(self._output, {"value": self._opened.kind_of(name)})

    def _facts(self) -> None:
        wire.put(self._output, {"value": self._opened.facts()})

    def _array(self, name: str, kinds: str, rows: int | None) -> None:
        stored = self._opened.dataset(name, kinds)
        shape, dtype = tuple(map(int, stored.shape)), stored.dtype.newbyteorder("<")
        if shape and rows is not None:
            shape = (min(rows, shape[0]), *shape[1:])
        step = limits.rows_at_once(shape, dtype.itemsize, stored.chunks)
        size = dtype.itemsize * math.prod(shape)
        piece = dtype.itemsize * math.prod((step, *shape[1:]))
        chunk = dtype.itemsize * math.prod(stored.chunks or ())
        self._limits.allow(
            limits.seconds_to_read(size), max(min(piece, size), chunk, limits.PIECE_BYTES)
        )
        wire.put(self._output, {"shape": shape, "dtype": dtype.str})
        try:
            for start in range(0, (shape[0] if shape else 1) if size else 0, step):
                values = stored[start : min(start + step, shape[0])] if shape else stored[()]
                little = np.ascontiguousarray(values, dtype)
                wire.put_piece(self._output, little.reshape(-1).view(np.uint8).data)
        finally:
            wire.put_piece(self._output, b"")
        wire.put(self._output, {})

    @property
    def _opened(self) -> PlainFile:
        if self._file is None:
            raise DataError("it is not open")
        return self._file


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the other side closes the line or is no longer there."""
    served = Served(answers, limits.Limits())
    try:
        while True:
            served.answer(wire.get(questions, _LARGEST_QUESTION))
    except (wire.Broken, OSError):
        return


def warm() -> None:
    """Do once what is loaded at its first use: once a file is open, nothing can be loaded."""
    with h5py.File("warm", "w", driver="core", backing_store=False) as file:
        file.create_dataset("g/x", data=np.zeros((4, 2), ">f4"), chunks=(2, 2), compression="gzip")
        file["t"] = np.array([b"a"])
        file["e"] = h5py.Empty("f8")
        file.attrs["a"] = np.bytes_("a")
        served = Served(io.BytesIO(), limits.NoLimits(), PlainFile(file))
        served.answer({"ask": "facts"})
        served.answer({"ask": "array", "name": "g/x", "kinds": "f", "rows": 3})
        for name in ("t", "e", "none"):
            served.answer({"ask": "array", "name": name, "kinds": "S", "rows": None})
        served.answer({"ask": "attribute", "name": "a", "kinds": "S", "ndim": 0})
        served.answer({"ask": "open", "path": "/"})
