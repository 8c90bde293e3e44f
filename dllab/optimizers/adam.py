"""Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1): W −= α v̂/(√ŝ + ε).

v = βv + (1−β)g and s = β₂s + (1−β₂)g², each divided by 1 − βᵗ to make up for its start at zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]


def coefficients(
    values: Mapping[str, Any], alpha: float, remaining: Mapping[str, float]
) -> tuple[float, ...]:
    """(α√(1−β₂ᵗ)/(1−βᵗ), β, β₂, ε√(1−β₂ᵗ)): the corrections moved into two numbers.

    α (v/c₁)/(√(s/c₂) + ε) = (α√c₂/c₁) v/(√s + ε√c₂).
    """
    root = math.sqrt(1 - remaining["s"])
    return (
        alpha * root / (1 - remaining["v"]),
        values["beta"],
        values["beta2"],
        values["epsilon"] * root,
    )


def apply(
    theta: Vector,
    gradient: Vector,
    slots: tuple[Vector, ...],
    work: Vector,
    coefficients: tuple[float, ...],
) -> None:
    """Change a piece of θ, v and s in place."""
    alpha, beta, beta2, epsilon = coefficients
    v, s = slots
    np.multiply(gradient, 1 - beta, out=work)
    np.multiply(v, beta, out=v)
    np.add(v, work, out=v)
    np.multiply(gradient, gradient, out=work)
    np.multiply(work, 1 - beta2, out=work)
    np.multiply(s, beta2, out=s)
    np.add(s, work, out=s)
    np.sqrt(s, out=work)
    np.add(work, epsilon, out=work)
    np.divide(v, work, out=work)
    np.multiply(work, alpha, out=work)
    np.subtract(theta, work, out=theta)
