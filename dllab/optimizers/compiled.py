"""Adam in one pass over memory, compiled by numba where it is installed (the extra ``fast``).

NumPy takes seven calls per piece of θ. Each reads and writes it anew, and between two calls a
thread may wait for the interpreter's lock; this one needs it only once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.fast import version

Vector = npt.NDArray[Any]
Apply = Callable[[Vector, Vector, tuple[Vector, ...], Vector, tuple[float, ...]], None]

# Entries of θ below which it is not worth to start numba, which takes about a second.
WORTH_COMPILING = 10_000


def adam(size: int, dtype: np.dtype[Any]) -> Apply | None:
    """`dllab.optimizers.adam.apply` for θ of this size and type, or None where it stays NumPy's."""
    if size < WORTH_COMPILING or version("numba") is None:
        return None
    kernel = _kernel()
    if kernel is None:
        return None
    nothing = np.empty(0, dtype)
    real = dtype.type

    def apply(
        theta: Vector,
        gradient: Vector,
        slots: tuple[Vector, ...],
        work: Vector,
        coefficients: tuple[float, ...],
    ) -> None:
        alpha, beta, beta2, epsilon = coefficients
        v, s = slots
        kernel(
            theta, gradient, v, s, real(alpha), real(beta), real(1 - beta), real(beta2),
            real(1 - beta2), real(epsilon),
        )  # fmt: skip

    apply(nothing, nothing, (nothing, nothing), nothing, (0.0, 0.0, 0.0, 0.0))
    return apply


@cache
def _kernel() -> Callable[..., None] | None:
    try:
        import numba
    except ImportError:  # made for an older NumPy
        return None
    # Compiled in every process: numba's cache on the disk is a pickle.
    kernel: Callable[..., None] = numba.njit(nogil=True, error_model="numpy")(_adam)
    return kernel


def _adam(
    theta: Vector, gradient: Vector, v: Vector, s: Vector, alpha: Any, beta: Any, rest: Any,
    beta2: Any, rest2: Any, epsilon: Any,
) -> None:  # fmt: skip
    for i in range(theta.size):
        g = gradient[i]
        v[i] = beta * v[i] + rest * g
        s[i] = beta2 * s[i] + rest2 * (g * g)
        theta[i] -= alpha * v[i] / (np.sqrt(s[i]) + epsilon)
