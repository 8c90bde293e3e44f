"""Elastic distortion: a smooth random field that says how far away each pixel comes from.

Simard, Steinkraus & Platt 2003, *Best practices for convolutional neural networks applied to visual
document analysis*: Δx and Δy of every pixel are drawn uniformly from [-1, 1], convolved with a
Gaussian of standard deviation σ, and multiplied by the strength α.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.augmentation.chance import LEVELS, fill_uniform

Array = npt.NDArray[Any]

# The Gaussian ends this many σ from its centre, as in scipy.ndimage.
_REACH = 4.0


def gaussian_matrix(n: int, sigma: float) -> Array:
    """Convolution of n numbers, zeros around them, with a Gaussian: an (n, n) matrix in float64.

    The weights of the whole Gaussian, edges left out of account, sum to 1.
    """
    weights = np.exp(-0.5 * (np.arange(int(_REACH * sigma + 0.5) + 1) / sigma) ** 2)
    weights /= 2 * weights.sum() - weights[0]
    weights = np.pad(weights, (0, max(0, n - len(weights))))
    places = np.arange(n)
    matrix: Array = weights[abs(places[:, np.newaxis] - places)]
    return matrix


class Elastic:
    """Makes displacement fields for images of (height, width) pixels.

    ``work`` (2, 2, most, height · width) is room for two fields of up to ``most`` images.
    """

    def __init__(self, height: int, width: int, work: Array) -> None:
        self._fields = work.reshape(2, -1, height, width)
        self._made_for = (0.0, 0.0)
        self._down = self._across = np.empty((0, 0), work.dtype)

    def displace(
        self, coordinates: Array, strength: float, sigma: float, rng: np.random.Generator
    ) -> None:
        """Add a field to ``coordinates`` (2, m, height · width), in pixels.

        The Gaussian is applied along rows, then along columns, as a product with a small matrix:
        for the images a fully connected network sees that is faster than sliding over them.
        """
        self._prepare(strength, sigma)
        m = coordinates.shape[1]
        drawn, across_done = (field[: 2 * m] for field in self._fields)
        fill_uniform(rng, drawn)
        np.matmul(drawn, self._across, out=across_done)
        np.matmul(self._down, across_done, out=drawn)
        np.add(coordinates, drawn.reshape(coordinates.shape), out=coordinates)

    def _prepare(self, strength: float, sigma: float) -> None:
        if self._made_for != (strength, sigma):
            height, width = self._fields.shape[2:]
            dtype = self._fields.dtype
            self._down = gaussian_matrix(height, sigma).astype(dtype)
            self._across = (gaussian_matrix(width, sigma) * (strength / LEVELS)).astype(dtype)
            self._made_for = strength, sigma
