"""Momentum: v = βv + (1−β)g; W −= αv. No bias correction unless asked: then W −= αv/(1−βᵗ).

PyTorch's SGD with momentum β equals the uncorrected form with its learning rate set to α(1−β).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from dllab.network.blas import blend

Vector = npt.NDArray[Any]


def divisor(values: Mapping[str, Any], remaining: Mapping[str, float]) -> float:
    """What v is divided by: 1 − ∏β with ``momentum_correction`` on, else 1."""
    return 1 - remaining["v"] if values["momentum_correction"] == "on" else 1.0


def coefficients(
    values: Mapping[str, Any], alpha: float, remaining: Mapping[str, float]
) -> tuple[float, ...]:
    """(α, β), the correction moved into α."""
    return alpha / divisor(values, remaining), values["beta"]


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
    blend(v, beta, 1 - beta, gradient, work)
    blend(theta, 1, -alpha, v, work)
