"""Matrix products by Intel's MKL, a tenth to a fifth faster than the OpenBLAS in NumPy's wheels.

The package ``mkl`` (the extra ``fast``) is nothing but libraries, so they are called through
ctypes. MKL is told to stay in the calling thread, and to give the same bits wherever in memory the
arrays lie, on which a rollback relies.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache, partial
from importlib import metadata
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.fast import version
from dllab.network.arrays import holding

Array = npt.NDArray[Any]

# Multiplications below which the longer call costs more than the faster product saves.
WORTH_CALLING = 500_000

_NAMES = ("libmkl_rt.so.*", "mkl_rt.*.dll")  # Linux, Windows; there is none for other systems
_LP64, _SEQUENTIAL, _SAME_BITS_ANYWHERE = 0, 1, 2
_ROW_MAJOR, _AS_IT_IS, _TRANSPOSED = 101, 111, 112


def product(a: Array, b: Array, out: Array) -> Callable[[], object] | None:
    """A call that sets ``out`` (n, m) to a (n, k) · b (k, m), or None where MKL is not to do it.

    The arrays are of one type, stay where they are, and have rows or columns without gaps.
    """
    given, function = arguments(a, b, out), routine(out.dtype)
    if given is None or function is None:
        return None
    values = (*given[:6], 1, *given[6:10], 0, *given[10:])
    # Made once, these are quicker to hand over than Python's numbers.
    bound = [kind(value) for kind, value in zip(function.argtypes, values, strict=True)]
    return holding(partial(function, *bound), a, b, out)


def arguments(a: Array, b: Array, out: Array) -> tuple[int, ...] | None:
    """What `routine` wants to be told of such a product but its factors 1 and 0, or None.

    Addresses are among it: whoever uses it keeps the arrays.
    """
    if a.size * b.shape[1] < WORTH_CALLING or routine(out.dtype) is None:
        return None
    return order_of(a, b, out)


def order_of(a: Array, b: Array, out: Array) -> tuple[int, ...]:
    """The same for products of any size."""
    orders = [_order(x) for x in (a, b)]
    places = [(x.ctypes.data, _order(x)[1]) for x in (a, b, out)]
    return (
        _ROW_MAJOR, *(order for order, _ in orders), *out.shape, a.shape[1],
        *(number for place in places for number in place),
    )  # fmt: skip


def _order(array: Array) -> tuple[int, int]:
    """How the matrix is stored, and how many entries its rows or columns are apart."""
    rows, columns = (stride // array.itemsize for stride in array.strides)
    if columns == 1:
        return _AS_IT_IS, max(rows, array.shape[1])
    return _TRANSPOSED, max(columns, array.shape[0])


def routine(dtype: np.dtype[Any]) -> Any:
    """The function that multiplies arrays of this type, or None where MKL is not to be used."""
    return None if version("mkl") is None else _routines().get(dtype)


@cache
def _routines() -> dict[np.dtype[Any], Any]:
    """The product for each type of array; empty without MKL."""
    library = _load()
    if library is None:
        return {}
    found: dict[np.dtype[Any], Any] = {}
    integer, pointer = ctypes.c_int, ctypes.c_void_p
    for name, real, dtype in (
        ("cblas_sgemm", ctypes.c_float, np.dtype(np.float32)),
        ("cblas_dgemm", ctypes.c_double, np.dtype(np.float64)),
    ):
        function = getattr(library, name)
        function.restype = None
        function.argtypes = (
            *[integer] * 6, real, pointer, integer, pointer, integer, real, pointer, integer,
        )  # fmt: skip
        found[dtype] = function
    return found


def _load() -> ctypes.CDLL | None:
    for file in metadata.files("mkl") or ():
        if any(PurePath(file.name).match(name) for name in _NAMES):
            try:
                library = ctypes.CDLL(str(file.locate()))
            except OSError:
                return None
            library.MKL_Set_Interface_Layer(_LP64)
            library.MKL_Set_Threading_Layer(_SEQUENTIAL)
            return None if library.MKL_CBWR_Set(_SAME_BITS_ANYWHERE) else library
    return None
