"""RMSprop: s = β₂s + (1−β₂)g²; W −= α g/(√s + ε), ε outside the root (Hinton 2012, lecture 6e)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]


def coefficients(
    values: Mapping[str, Any], alpha: float, remaining: Mapping[str, float]
) -> tuple[float, ...]:
    """(α, β₂, ε)."""
    return alpha, values["beta2"], values["epsilon"]


def apply(
    theta: Vector,
    gradient: Vector,
    slots: tuple[Vector, ...],
    work: Vector,
    coefficients: tuple[float, ...],
) -> None:
    """Change a piece of θ and of s in place."""
    alpha, beta2, epsilon = coefficients
    (s,) = slots
    np.multiply(gradient, gradient, out=work)
    np.multiply(work, 1 - beta2, out=work)
    np.multiply(s, beta2, out=s)
    np.add(s, work, out=s)
    np.sqrt(s, out=work)
    np.add(work, epsilon, out=work)
    np.divide(gradient, work, out=work)
    np.multiply(work, alpha, out=work)
    np.subtract(theta, work, out=theta)
