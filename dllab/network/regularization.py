"""L2: cost + λ/(2m) Σ‖W[l]‖²_F and gradient + λ/m·W[l]; biases are left alone."""

from __future__ import annotations

import numpy as np

from dllab.network.blas import blend
from dllab.network.layout import Vector


def sum_of_squares(array: Vector) -> float:
    """Σ x² over a contiguous array; infinite when a square overflows the array's type."""
    flat = array.reshape(-1)
    return float(np.dot(flat, flat))


def add_l2_gradient(weight: Vector, gradient: Vector, l2: float, m: int, work: Vector) -> None:
    """gradient += λ/m·weight, in place; the three arrays have one shape, m is the mini-batch's."""
    blend(gradient, 1, l2 / m, weight, work)
