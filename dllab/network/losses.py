"""Costs from logits, and their gradient in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.activations import sigmoid

Array = npt.NDArray[Any]


class Scratch:
    """Space for the loss of m examples, made once per mini-batch size.

    ``squared_errors`` is set by the half squared error alone: Σ over examples of the square of
    each one's error, for a confidence interval.
    """

    def __init__(self, m: int, dtype: npt.DTypeLike) -> None:
        self.row = np.empty((1, m), dtype)
        self.target = np.empty((1, m), dtype)
        self.picked = np.empty(m, dtype)
        self.columns = np.arange(m, dtype=np.intp)
        self.flat = np.empty(m, np.intp)
        self.guess = np.empty(m, np.intp)
        self.wrong = np.empty(m, bool)
        self.squared_errors = 0.0


@dataclass(frozen=True)
class Loss:
    """``call(z, labels, scratch, scale)`` gives Σ cost and Σ error over the examples of z (C, m).

    z is overwritten by ``scale``·∂cost/∂z, or by the predictions ŷ if scale is None. ``numbers``
    tells targets (m, n_y) of a regression from classes (m,).
    """

    call: Callable[[Array, Array, Scratch, float | None], tuple[float, float]]
    numbers: bool = False

    def labels(self, m: int, n_out: int, dtype: npt.DTypeLike) -> Array:
        """Space for the labels of m examples."""
        return np.zeros((m, n_out), dtype) if self.numbers else np.zeros(m, np.intp)


def softmax_cross_entropy(
    z: Array, labels: Array, scratch: Scratch, scale: float | None
) -> tuple[float, float]:
    """Σ −log ŷ_y over m examples, and how many hardmax gets wrong.

    Parameters
    ----------
    z:
        Logits, one column per example: (C, m), contiguous. Overwritten by ``scale``·(ŷ − y), or by
        ŷ if scale is None.
    labels:
        Class of each example (m,), intp in [0, C).
    """
    row, picked, flat = scratch.row, scratch.picked, scratch.flat
    np.maximum.reduce(z, axis=0, keepdims=True, out=row)
    np.subtract(z, row, out=z)
    np.multiply(labels, z.shape[1], out=flat)
    np.add(flat, scratch.columns, out=flat)
    entries = z.reshape(-1)
    entries.take(flat, out=picked, mode="clip")
    wrong = _wrong(z, labels, picked, scratch)
    np.exp(z, out=z)
    np.add.reduce(z, axis=0, keepdims=True, out=row)
    np.divide(z, row, out=z)
    np.log(row, out=row)
    np.subtract(row[0], picked, out=picked)
    cost = float(np.add.reduce(picked))
    if scale is not None:
        entries.take(flat, out=picked, mode="clip")
        np.subtract(picked, 1, out=picked)
        entries[flat] = picked
        np.multiply(z, scale, out=z)
    return cost, wrong


def _wrong(z: Array, labels: Array, picked: Array, scratch: Scratch) -> float:
    """How many labels hardmax misses; ``z`` is 0 where a logit is its column's largest."""
    if np.count_nonzero(z) == z.size - len(labels):
        # One zero per column: no ties, and the label's own logit says it all.
        return int(np.count_nonzero(picked))
    np.argmax(z, axis=0, out=scratch.guess)
    np.not_equal(scratch.guess, labels, out=scratch.wrong)
    return int(np.count_nonzero(scratch.wrong))


def sigmoid_cross_entropy(
    z: Array, labels: Array, scratch: Scratch, scale: float | None
) -> tuple[float, float]:
    """Σ −(y log ŷ + (1−y) log(1−ŷ)) over m examples, and how many are on the wrong side of ½.

    As max(z, 0) − zy + log(1 + e^−|z|), which overflows for no z. ``z`` is (1, m); otherwise as
    `softmax_cross_entropy`.
    """
    row, target = scratch.row, scratch.target
    target[0] = labels
    np.not_equal(z[0] > 0, labels, out=scratch.wrong)
    cost = float(np.add.reduce(np.maximum(z, 0), axis=None))
    np.multiply(z, target, out=row)
    cost -= float(np.add.reduce(row, axis=None))
    np.abs(z, out=row)
    np.negative(row, out=row)
    np.exp(row, out=row)
    np.log1p(row, out=row)
    cost += float(np.add.reduce(row, axis=None))
    sigmoid(z, out=z)
    if scale is not None:
        np.subtract(z, target, out=z)
        np.multiply(z, scale, out=z)
    return cost, int(np.count_nonzero(scratch.wrong))


def half_squared_error(
    z: Array, targets: Array, scratch: Scratch, scale: float | None
) -> tuple[float, float]:
    """Σ ½‖ŷ − y‖² over m examples, and Σ of the mean square of ŷ − y over the n_y outputs.

    Targets come normalized by the training set's μ and σ, so the error, divided by m, is the share
    of the targets' variance that is left unexplained (1 − R² on the training set). ``z`` is
    (n_y, m), ``targets`` (m, n_y).
    """
    if scale is None:
        difference = z - targets.T
    else:
        np.subtract(z, targets.T, out=z)
        difference = z
    per_example = np.einsum("ij,ij->j", difference, difference)
    squares = float(np.add.reduce(per_example, dtype=np.float64))
    outputs = len(z)
    scratch.squared_errors = float(np.dot(per_example, per_example)) / outputs**2
    if scale is not None:
        np.multiply(z, scale, out=z)
    return 0.5 * squares, squares / outputs


LOSSES: dict[str, Loss] = {
    "softmax": Loss(softmax_cross_entropy),
    "sigmoid": Loss(sigmoid_cross_entropy),
    "linear": Loss(half_squared_error, numbers=True),
}


def softmax(z: Array) -> Array:
    """ŷ = e^(z − max z) / Σ e^(z − max z) along the last axis, as a new array."""
    shifted = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
