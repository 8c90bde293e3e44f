"""y ← βy + αx in one pass over memory.

NumPy needs three passes for it, and a training step is mostly such updates. The BLAS that NumPy has
loaded does it in one (``axpby``), so it is called directly where it can be found; elsewhere NumPy
does it. The two differ in the last bit: a checkpoint's facts name the BLAS.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info

Vector = npt.NDArray[Any]
Routine = Callable[[int, float, int, int, float, int, int], None]

# Names under which OpenBLAS exports the routine, with the integer type of its build: first the one
# of NumPy's own wheels.
_NAMES = (
    ("scipy_cblas_{}axpby64_", ctypes.c_int64),
    ("cblas_{}axpby64_", ctypes.c_int64),
    ("scipy_cblas_{}axpby", ctypes.c_int32),
    ("cblas_{}axpby", ctypes.c_int32),
)


def _routines() -> dict[np.dtype[Any], Routine]:
    found: dict[np.dtype[Any], Routine] = {}
    for info in threadpool_info():
        if info.get("internal_api") != "openblas" or found:
            continue
        library = ctypes.CDLL(info["filepath"])
        for letter, real, dtype in (
            ("s", ctypes.c_float, np.dtype(np.float32)),
            ("d", ctypes.c_double, np.dtype(np.float64)),
        ):
            for pattern, integer in _NAMES:
                routine = getattr(library, pattern.format(letter), None)
                if routine is not None:
                    pointer = ctypes.c_void_p
                    routine.argtypes = (integer, real, pointer, integer, real, pointer, integer)
                    routine.restype = None
                    found[dtype] = routine
                    break
    return found


_ROUTINES = _routines()


def blend(y: Vector, beta: float, alpha: float, x: Vector, work: Vector) -> None:
    """y ← βy + αx, in place.

    Parameters
    ----------
    y, x, work:
        Contiguous arrays of one shape and type (float32 or float64); ``work`` is scratch and may
        be x, which is then lost.
    """
    routine = _ROUTINES.get(y.dtype)
    if routine is None:
        np.multiply(x, alpha, out=work)
        np.multiply(y, beta, out=y)
        np.add(y, work, out=y)
    else:
        routine(y.size, alpha, x.ctypes.data, 1, beta, y.ctypes.data, 1)
