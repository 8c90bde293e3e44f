"""Gaussian noise on inputs of any kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Noise:
    """Adds noise to at most ``most`` numbers at a time.

    By the formula of Box & Muller (1958): √(-2 ln u) cos 2πv and √(-2 ln u) sin 2πv are independent
    and normal for u and v uniform in (0, 1). NumPy draws normal numbers one by one, which takes
    more than twice as long. With 32 bits for u, nothing lies beyond 6.8 standard deviations, where
    one number in 10¹¹ would.
    """

    def __init__(self, most: int, dtype: np.dtype[Any]) -> None:
        pairs = -(-most // 2)
        self._radius, self._angle = np.empty((2, pairs), dtype)
        self._normal = np.empty((2, pairs), dtype)

    def add(self, X: Array, strength: float, rng: np.random.Generator) -> None:
        """Add numbers of mean 0 and standard deviation ``strength`` to X (m, n_x) in place."""
        pairs = -(-X.size // 2)
        radius, angle = self._radius[:pairs], self._angle[:pairs]
        words = rng.bit_generator.random_raw(pairs).view(np.int32)
        # Halves keep both away from the ends: u from 0, whose logarithm there is none of.
        np.add(words[:pairs].view(np.uint32), 0.5, out=radius, dtype=radius.dtype)
        np.multiply(radius, 2.0**-32, out=radius)
        np.log(radius, out=radius)
        np.multiply(radius, -2 * strength**2, out=radius)
        np.sqrt(radius, out=radius)
        np.multiply(words[pairs:], np.pi / 2**31, out=angle, dtype=angle.dtype)
        normal = self._normal.reshape(-1)[: 2 * pairs].reshape(2, pairs)
        np.cos(angle, out=normal[0])
        np.sin(angle, out=normal[1])
        np.multiply(normal, radius, out=normal)
        np.add(X, normal.reshape(-1)[: X.size].reshape(X.shape), out=X)
