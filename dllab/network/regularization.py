"""Penalties on the weights; biases, scale and shift are left alone. m is the mini-batch's size.

L2: cost + λ/(2m) Σ‖W[l]‖²_F and gradient + λ/m·W[l]. L1: cost + λ₁/(2m) Σ|W[l]| and gradient +
λ₁/(2m)·sign(W[l]), with sign(0) = 0.
"""

from __future__ import annotations

import numpy as np

from dllab.network.blas import blend
from dllab.network.layout import Vector


def sum_of_squares(array: Vector) -> float:
    """Σ x² over a contiguous array; infinite when a square overflows the array's type."""
    flat = array.reshape(-1)
    return float(np.dot(flat, flat))


def add_l2_gradient(weight: Vector, gradient: Vector, l2: float, m: int, work: Vector) -> None:
    """gradient += λ/m·weight, in place; the three arrays have one shape."""
    blend(gradient, 1, l2 / m, weight, work)


def add_l1_gradient(weight: Vector, gradient: Vector, l1: float, m: int, work: Vector) -> float:
    """gradient += λ₁/(2m)·sign(weight), in place; returns Σ|weight|."""
    np.abs(weight, out=work)
    total = float(np.add.reduce(work, axis=None))
    np.sign(weight, out=work)
    blend(gradient, 1, l1 / (2 * m), work, work)
    return total
