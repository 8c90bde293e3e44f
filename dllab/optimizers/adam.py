"""Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1): W −= α v̂/(√ŝ + ε).

v = βv + (1−β)g and s = β₂s + (1−β₂)g², each divided by 1 − βᵗ to make up for its start at zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.blas import blend

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
    blend(v, beta, 1 - beta, gradient, work)
    np.multiply(gradient, gradient, out=work)
    blend(s, beta2, 1 - beta2, work, work)
    np.sqrt(s, out=work)
    np.add(work, epsilon, out=work)
    np.divide(v, work, out=work)
    blend(theta, 1, -alpha, work, work)
