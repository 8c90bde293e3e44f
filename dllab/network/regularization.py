"""L2: cost + λ/(2m) Σ‖W[l]‖²_F and gradient + λ/m·W[l]; biases are left alone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dllab.network.layout import Vector


def l2_cost(weights: Iterable[Vector], l2: float, m: int) -> float:
    """λ/(2m) Σ‖W‖²_F over contiguous weight matrices; m is the mini-batch's size."""
    total = 0.0
    for matrix in weights:
        flat = matrix.reshape(-1)
        total += float(np.dot(flat, flat))
    return l2 / (2 * m) * total


def add_l2_gradient(weight: Vector, gradient: Vector, l2: float, m: int, work: Vector) -> None:
    """gradient += λ/m·weight, in place; the three arrays have one shape."""
    np.multiply(weight, l2 / m, out=work)
    np.add(gradient, work, out=gradient)
