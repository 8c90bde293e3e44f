"""Decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101): W ← (1 − αw)W.

Made before the rule's own step and apart from the gradient, so that neither the moving averages nor
the cost see it. On weights only: biases, scale and shift are left alone. α is the learning rate in
force, with its schedule, as in PyTorch's AdamW.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]


def decay_factor(values: Mapping[str, Any], alpha: float) -> float:
    """1 − αw for w = ``values["weight_decay"]``, in [0, 1].

    Where αw > 1 it is 0: weights end at zero and do not turn over (PyTorch lets them).
    """
    return max(0.0, 1 - alpha * float(values["weight_decay"]))


def shrink(weights: Vector, factor: float) -> None:
    """Multiply a piece of the weights, an array of any shape, by ``factor`` in place."""
    np.multiply(weights, factor, out=weights)
