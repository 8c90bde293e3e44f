"""Activations of hidden layers, in place: forward turns z into a, backward turns ∂J/∂a into ∂J/∂z.

Backward sees only a. Each activation here has a derivative that a tells: 1 − a² for tanh,
a(1 − a) for sigmoid, the sign for ReLU. At z = 0 ReLU has derivative 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Activation:
    """``forward(z)`` and ``backward(a, d, work)`` write into their (m, n) argument z or d.

    ``work`` (m, n) is scratch space of the same type.
    """

    name: str
    forward: Callable[[Array], None]
    backward: Callable[[Array, Array, Array], None]


def _relu_forward(z: Array) -> None:
    np.maximum(z, 0, out=z)


def _relu_backward(a: Array, d: Array, work: Array) -> None:
    # a ≥ 0, so −bits(a) has its sign bit set exactly where a > 0. Three integer passes take half
    # the time of a comparison and a product of bool by float, which NumPy casts through a buffer.
    kind = np.int32 if a.itemsize == 4 else np.int64
    mask = work.view(kind)
    bits = d.view(kind)
    np.negative(a.view(kind), out=mask)
    np.right_shift(mask, 8 * a.itemsize - 1, out=mask)
    np.bitwise_and(bits, mask, out=bits)


def _tanh_forward(z: Array) -> None:
    np.tanh(z, out=z)


def _tanh_backward(a: Array, d: Array, work: Array) -> None:
    np.multiply(a, a, out=work)
    np.subtract(1, work, out=work)
    np.multiply(d, work, out=d)


def sigmoid(z: Array, out: Array) -> None:
    """1 / (1 + e⁻ᶻ), written as (1 + tanh(z/2)) / 2, which no z overflows."""
    np.multiply(z, 0.5, out=out)
    np.tanh(out, out=out)
    np.add(out, 1, out=out)
    np.multiply(out, 0.5, out=out)


def _sigmoid_forward(z: Array) -> None:
    sigmoid(z, out=z)


def _sigmoid_backward(a: Array, d: Array, work: Array) -> None:
    np.subtract(1, a, out=work)
    np.multiply(work, a, out=work)
    np.multiply(d, work, out=d)


def _linear_forward(z: Array) -> None:
    return


def _linear_backward(a: Array, d: Array, work: Array) -> None:
    return


def leaky_relu(slope: float) -> Activation:
    """max(z, slope·z) for a slope in [0, 1)."""

    def forward(z: Array) -> None:
        # In place without scratch: z for z ≥ 0, slope·z below, as max(z, 0) + slope·min(z, 0).
        np.multiply(z, slope, out=z, where=z < 0)

    def backward(a: Array, d: Array, work: Array) -> None:
        np.multiply(d, slope, out=d, where=a <= 0)

    return Activation("leaky_relu", forward, backward)


_FIXED = {
    "relu": Activation("relu", _relu_forward, _relu_backward),
    "tanh": Activation("tanh", _tanh_forward, _tanh_backward),
    "sigmoid": Activation("sigmoid", _sigmoid_forward, _sigmoid_backward),
    "linear": Activation("linear", _linear_forward, _linear_backward),
}


def activation(name: str, leaky_slope: float = 0.01) -> Activation:
    """The activation called ``name`` in the hyperparameter table."""
    return leaky_relu(leaky_slope) if name == "leaky_relu" else _FIXED[name]
