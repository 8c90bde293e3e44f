"""Nesterov's momentum: v = βv + (1−β)g; W −= α(βv + (1−β)g), one average ahead of momentum.

The form of Sutskever et al. 2013 (ICML 28, 1139) that frameworks use: W stands where the gradient
is taken. With the bias correction on, v counts as v/(1−βᵗ) in the step: W −= α(βv̂ + (1−β)g), whose
weights add up to 1 at every t. PyTorch's SGD(nesterov=True, momentum=β) equals the uncorrected form
with its learning rate set to α(1−β).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from dllab.network.blas import blend
from dllab.optimizers.momentum import divisor

Vector = npt.NDArray[Any]


def coefficients(
    values: Mapping[str, Any], alpha: float, remaining: Mapping[str, float]
) -> tuple[float, ...]:
    """(αβ, α(1−β), β), the correction moved into the first."""
    beta = values["beta"]
    return alpha * beta / divisor(values, remaining), alpha * (1 - beta), beta


def apply(
    theta: Vector,
    gradient: Vector,
    slots: tuple[Vector, ...],
    work: Vector,
    coefficients: tuple[float, ...],
) -> None:
    """Change a piece of θ and of v in place."""
    along_v, along_gradient, beta = coefficients
    (v,) = slots
    blend(v, beta, 1 - beta, gradient, work)
    blend(theta, 1, -along_v, v, work)
    blend(theta, 1, -along_gradient, gradient, work)
