"""Costs from logits, and their gradient in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.activations import sigmoid

Array = npt.NDArray[Any]


class Scratch:
    """Space for the loss of m examples, made once per mini-batch size."""

    def __init__(self, m: int, dtype: npt.DTypeLike) -> None:
        self.row = np.empty((1, m), dtype)
        self.target = np.empty((1, m), dtype)
        self.picked = np.empty(m, dtype)
        self.columns = np.arange(m, dtype=np.intp)
        self.flat = np.empty(m, np.intp)
        self.guess = np.empty(m, np.intp)
        self.wrong = np.empty(m, bool)


Loss = Callable[[Array, Array, Scratch, float | None], tuple[float, int]]


def softmax_cross_entropy(
    z: Array, labels: Array, scratch: Scratch, scale: float | None
) -> tuple[float, int]:
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


def _wrong(z: Array, labels: Array, picked: Array, scratch: Scratch) -> int:
    """How many labels hardmax misses; ``z`` is 0 where a logit is its column's largest."""
    if np.count_nonzero(z) == z.size - len(labels):
        # One zero per column: no ties, and the label's own logit says it all.
        return int(np.count_nonzero(picked))
    np.argmax(z, axis=0, out=scratch.guess)
    np.not_equal(scratch.guess, labels, out=scratch.wrong)
    return int(np.count_nonzero(scratch.wrong))


def sigmoid_cross_entropy(
    z: Array, labels: Array, scratch: Scratch, scale: float | None
) -> tuple[float, int]:
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


LOSSES: dict[str, Loss] = {"softmax": softmax_cross_entropy, "sigmoid": sigmoid_cross_entropy}


def softmax(z: Array) -> Array:
    """ŷ = e^(z − max z) / Σ e^(z − max z) along the last axis, as a new array."""
    shifted = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
