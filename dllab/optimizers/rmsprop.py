"""RMSprop: s = β₂s + (1−β₂)g²; W −= α g/(√s + ε), ε outside the root (Hinton 2012, lecture 6e)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.blas import blend

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
    blend(s, beta2, 1 - beta2, work, work)
    np.sqrt(s, out=work)
    np.add(work, epsilon, out=work)
    np.divide(gradient, work, out=work)
    blend(theta, 1, -alpha, work, work)
