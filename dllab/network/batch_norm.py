"""Batch norm (Ioffe & Szegedy 2015, arXiv:1502.03167) on z, before the activation.

With μ and the biased variance σ² = 1/m Σ(z − μ)² of the mini-batch: z_norm = (z − μ)/√(σ² + ε) and
z̃ = scale·z_norm + shift, both learned. An evaluation uses running μ and σ², moving averages of the
mini-batches'. The running σ² is that of the biased one, the text-book form; PyTorch keeps the
unbiased one, m/(m−1) times as large per mini-batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class BatchNorm:
    """Batch norm of some units of a layer: views (n,) into θ and into the running statistics."""

    scale: Array
    shift: Array
    mean: Array
    variance: Array
    epsilon: float

    def of(self, units: slice) -> BatchNorm:
        """The same for a part of the units."""
        return BatchNorm(
            self.scale[units], self.shift[units], self.mean[units], self.variance[units],
            self.epsilon,
        )  # fmt: skip

    def evaluate(self, z: Array) -> None:
        """Turn z (n, m) into z̃ in place, by the running statistics."""
        factor = self.scale / np.sqrt(self.variance + self.epsilon)
        np.multiply(z, factor[:, np.newaxis], out=z)
        np.add(z, (self.shift - self.mean * factor)[:, np.newaxis], out=z)


class BatchNormPass:
    """One mini-batch through batch norm, forward and backward, in preallocated arrays.

    Parameters
    ----------
    norm:
        Scale and shift of n units.
    normalized, work:
        (n, m) each; ``normalized`` keeps z_norm from forward to backward.
    batch_mean, batch_variance:
        (n,) each, filled by `forward`: μ and biased σ² of the mini-batch.
    """

    def __init__(
        self, norm: BatchNorm, normalized: Array, work: Array, batch_mean: Array,
        batch_variance: Array,
    ) -> None:  # fmt: skip
        self._norm, self._normalized, self._work = norm, normalized, work
        self._mean, self._variance = batch_mean, batch_variance
        n, m = normalized.shape
        self._ones = np.ones(m, normalized.dtype)
        self._inverse = np.empty(n, normalized.dtype)
        self._share = normalized.dtype.type(1 / m)

    def forward(self, z: Array) -> None:
        """Turn z (n, m) into z̃ in place."""
        mean, variance, inverse = self._mean, self._variance, self._inverse
        np.dot(z, self._ones, out=mean)
        np.multiply(mean, self._share, out=mean)
        np.subtract(z, mean[:, np.newaxis], out=z)
        np.multiply(z, z, out=self._work)
        np.dot(self._work, self._ones, out=variance)
        np.multiply(variance, self._share, out=variance)
        np.add(variance, self._norm.epsilon, out=inverse)
        np.sqrt(inverse, out=inverse)
        np.divide(1, inverse, out=inverse)
        np.multiply(z, inverse[:, np.newaxis], out=self._normalized)
        np.multiply(self._normalized, self._norm.scale[:, np.newaxis], out=z)
        np.add(z, self._norm.shift[:, np.newaxis], out=z)

    def backward(self, d: Array, scale_gradient: Array, shift_gradient: Array) -> None:
        """Turn ∂J/∂z̃ (n, m) into ∂J/∂z in place and fill ∂J/∂scale and ∂J/∂shift (n,).

        ∂J/∂z = scale/√(σ² + ε) · (d − mean(d) − z_norm·mean(d·z_norm)).
        """
        normalized, work = self._normalized, self._work
        np.multiply(d, normalized, out=work)
        np.dot(work, self._ones, out=scale_gradient)
        np.dot(d, self._ones, out=shift_gradient)
        np.multiply(normalized, (scale_gradient * self._share)[:, np.newaxis], out=work)
        np.subtract(d, work, out=d)
        np.subtract(d, (shift_gradient * self._share)[:, np.newaxis], out=d)
        np.multiply(d, (self._norm.scale * self._inverse)[:, np.newaxis], out=d)
