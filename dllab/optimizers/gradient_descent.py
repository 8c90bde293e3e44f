"""Gradient descent: W −= αg."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]


def coefficients(
    values: Mapping[str, Any], alpha: float, remaining: Mapping[str, float]
) -> tuple[float, ...]:
    """(α,)."""
    return (alpha,)


def apply(
    theta: Vector,
    gradient: Vector,
    slots: tuple[Vector, ...],
    work: Vector,
    coefficients: tuple[float, ...],
) -> None:
    """Change a piece of θ in place."""
    (alpha,) = coefficients
    np.multiply(gradient, alpha, out=work)
    np.subtract(theta, work, out=theta)
