"""A product and what follows it as one call, compiled where the extra ``fast`` is installed.

Two threads that share an update wait for each other at the interpreter's lock between any two of
NumPy's calls, and a core that sleeps meanwhile takes long to wake. Such a call needs the lock once
for a whole layer. It is for ReLU without batch norm and for products that MKL makes; elsewhere
these functions return None. But for sums of squares and of columns, the bits are those of NumPy's
calls after the same product.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.fast import version
from dllab.network import mkl
from dllab.network.arrays import holding
from dllab.network.dropout import RESOLUTION

Array = npt.NDArray[Any]

log = logging.getLogger(__name__)


def relu_forward(
    weights: Array,
    inputs: Array,
    bias: Array,
    a: Array,
    dropout: tuple[Array, float, Array, Array] | None,
) -> Callable[[], None] | None:
    """A call for a hidden layer: a ← ReLU(W·inputs + b), then dropout.

    Parameters
    ----------
    weights, inputs, bias, a:
        (n, k), (k, m), (n, 1) and (n, m).
    dropout:
        Random bits, keep_prob, the mask to make of them, and a·mask to make, each (n, m).
    """
    product = mkl.arguments(weights, inputs, a)
    kernels = None if product is None else _kernels(a.dtype)
    if product is None or kernels is None:
        return None
    nothing = np.empty((0, 0), a.dtype)
    bits, keep_prob, mask, dropped = dropout or (nothing.astype(np.uint16), 1.0, nothing, nothing)
    threshold = round(keep_prob * RESOLUTION)
    factor = a.dtype.type(RESOLUTION / threshold)
    call = partial(
        kernels[0], *product, bias, a, dropout is not None, bits, threshold, factor, mask, dropped
    )
    return holding(call, weights, inputs)


def relu_backward(
    weights: Array, delta_above: Array, a: Array, delta: Array, mask: Array | None
) -> Callable[[], None] | None:
    """A call for a hidden layer: delta ← (W·delta_above)·mask where a > 0, else 0.

    Parameters
    ----------
    weights, delta_above, a, delta:
        (n, k), those of the layer above transposed; (k, m), (n, m) and (n, m).
    mask:
        Dropout's (n, m), or None.
    """
    product = mkl.arguments(weights, delta_above, delta)
    kernels = None if product is None else _kernels(a.dtype)
    if product is None or kernels is None:
        return None
    given = np.empty((0, 0), a.dtype) if mask is None else mask
    call = partial(kernels[1], *product, a, delta, mask is not None, given)
    return holding(call, weights, delta_above)


def gradients(
    delta: Array, inputs: Array, g_weights: Array, g_bias: Array
) -> Callable[[], float] | None:
    """A call that sets ∂J/∂W = delta·inputsᵀ and ∂J/∂b = Σ delta and returns their Σ g².

    Parameters
    ----------
    delta, inputs, g_weights, g_bias:
        (n, m), (k, m), (n, k) and (n,).
    """
    product = mkl.arguments(delta, inputs.T, g_weights)
    kernels = None if product is None else _kernels(delta.dtype)
    if product is None or kernels is None:
        return None
    return holding(partial(kernels[2], *product, delta, g_weights, g_bias), inputs)


def make_ready(dtype: np.dtype[Any]) -> None:
    """Compile now, which takes a second, what would else be compiled within an update."""
    _kernels(dtype)


def _kernels(dtype: np.dtype[Any]) -> tuple[Any, Any, Any] | None:
    return _compiled(dtype) if version("numba") is not None else None


@cache
def _compiled(dtype: np.dtype[Any]) -> tuple[Any, Any, Any] | None:
    routine = mkl.routine(dtype)
    if routine is None:
        return None
    try:
        import numba
    except ImportError:  # made for an older NumPy
        return None
    try:
        kernels = _defined(numba, routine, dtype)
        _call_once(kernels, dtype)
    except numba.core.errors.NumbaError as error:
        log.warning("layers are not compiled: %s", error)
        return None
    return kernels


def _call_once(kernels: tuple[Any, Any, Any], dtype: np.dtype[Any]) -> None:
    few, bits, bias = np.zeros((1, 1), dtype), np.zeros((1, 1), np.uint16), np.zeros(1, dtype)
    product = mkl.order_of(few, few, few)
    factor = dtype.type(1)
    kernels[0](*product, few, few, True, bits, 1, factor, few, few)
    kernels[1](*product, few, few, True, few)
    kernels[2](*product, few, few, bias)


def _defined(numba: Any, routine: Any, dtype: np.dtype[Any]) -> tuple[Any, Any, Any]:
    zero, one = dtype.type(0), dtype.type(1)
    # Compiled in every process: numba's cache on the disk is a pickle.
    compiled = partial(numba.njit, nogil=True, error_model="numpy")

    @compiled()
    def multiply(  # type: ignore[no-untyped-def]
        order, order_a, order_b, n, m, k, a, gap_a, b, gap_b, out, gap_out
    ):
        routine(order, order_a, order_b, n, m, k, one, a, gap_a, b, gap_b, zero, out, gap_out)

    @compiled()
    def forward(  # type: ignore[no-untyped-def]
        o, oa, ob, n, m, k, pa, ga, pb, gb, po, go,
        bias, a, drops, bits, threshold, factor, mask, dropped,
    ):  # fmt: skip
        multiply(o, oa, ob, n, m, k, pa, ga, pb, gb, po, go)
        for i in range(n):
            b = bias[i, 0]
            for j in range(m):
                z = a[i, j] + b
                # NaN stays, for the guard to find.
                a[i, j] = zero if z <= zero else z
            if drops:
                for j in range(m):
                    kept = factor if bits[i, j] < threshold else zero
                    mask[i, j] = kept
                    dropped[i, j] = a[i, j] * kept

    @compiled()
    def backward(  # type: ignore[no-untyped-def]
        o, oa, ob, n, m, k, pa, ga, pb, gb, po, go, a, delta, drops, mask
    ):
        multiply(o, oa, ob, n, m, k, pa, ga, pb, gb, po, go)
        for i in range(n):
            if drops:
                for j in range(m):
                    delta[i, j] *= mask[i, j]
            for j in range(m):
                delta[i, j] = zero if a[i, j] <= zero else delta[i, j]

    # A row is summed in the order that suits the processor, the rows in float64.
    @compiled(fastmath={"reassoc", "contract"})
    def gradient(  # type: ignore[no-untyped-def]
        o, oa, ob, n, m, k, pa, ga, pb, gb, po, go, delta, g_weights, g_bias
    ):
        multiply(o, oa, ob, n, m, k, pa, ga, pb, gb, po, go)
        total = 0.0
        for i in range(g_weights.shape[0]):
            squares = zero
            for j in range(g_weights.shape[1]):
                squares += g_weights[i, j] * g_weights[i, j]
            column = zero
            for j in range(delta.shape[1]):
                column += delta[i, j]
            g_bias[i] = column
            total += squares + column * column
        return total

    return forward, backward, gradient
