"""Gradient descent: W −= αg."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from dllab.network.blas import blend

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
    blend(theta, 1, -alpha, gradient, work)
