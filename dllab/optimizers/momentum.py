"""Momentum: v = βv + (1−β)g; W −= αv. No bias correction.

PyTorch's SGD with momentum β equals this with its learning rate set to α(1−β).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]


def coefficients(
    values: Mapping[str, Any], alpha: float, remaining: Mapping[str, float]
) -> tuple[float, ...]:
    """(α, β)."""
    return alpha, values["beta"]


def apply(
    theta: Vector,
    gradient: Vector,
    slots: tuple[Vector, ...],
    work: Vector,
    coefficients: tuple[float, ...],
) -> None:
    """Change a piece of θ and of v in place."""
    alpha, beta = coefficients
    (v,) = slots
    np.multiply(gradient, 1 - beta, out=work)
    np.multiply(v, beta, out=v)
    np.add(v, work, out=v)
    np.multiply(v, alpha, out=work)
    np.subtract(theta, work, out=theta)
