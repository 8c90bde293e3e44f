"""All transforms of an image in one map and one interpolation, and noise on any data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.augmentation.affine import CHANCES, Affine
from dllab.data.augmentation.chance import stream_at
from dllab.data.augmentation.elastic import Elastic
from dllab.data.augmentation.knobs import Knobs
from dllab.data.augmentation.noise import Noise
from dllab.data.augmentation.sampling import Sampler
from dllab.data.normalization import Normalization

Array = npt.NDArray[Any]

# Pixels worked on at a time: more fall out of the cache, fewer pay for some sixty calls more often.
# Changing it changes which stream serves an example, and so the images of a run.
BLOCK_ENTRIES = 2**16


class Augmenter:
    """Augments mini-batches of one data set, in place. Not for two threads at once.

    An image is mirrored, sheared, zoomed, rotated and shifted about its centre, then distorted
    elastically; all of that is one map from pixels to where they come from, so that the image is
    interpolated once. What comes from outside is 0 in raw units. Noise is added last.

    Parameters
    ----------
    n_x:
        Inputs of an example.
    image_shape:
        (height, width) or (height, width, channels) of a row, or None.
    normalization:
        What the rows were normalized with: images are moved in raw units, since a pixel that has
        moved must be normalized as the one that it has become.
    dtype:
        float32 or float64, that of the rows.

    Attributes
    ----------
    block:
        Examples that are served by one random stream.
    """

    def __init__(
        self,
        n_x: int,
        image_shape: tuple[int, ...] | None,
        normalization: Normalization,
        dtype: npt.DTypeLike,
    ) -> None:
        self.image_shape, self.dtype = image_shape, np.dtype(dtype)
        pixels = n_x if image_shape is None else math.prod(image_shape[:2])
        # The power of two fills mini-batches, which are mostly one, without a rest.
        self.block = 1 << max(1, BLOCK_ENTRIES // pixels).bit_length() - 1
        self._units = _Units(normalization, self.dtype) if len(normalization.mean) > 1 else None
        mean, std = float(normalization.mean[0]), float(normalization.std[0])
        self._background = -mean / std if self._units is None and std else 0.0
        self._moving: tuple[Sampler, Elastic] | None = None
        self._noise: Noise | None = None

    def augment(self, X: Array, values: Mapping[str, Any], rng: np.random.Generator) -> None:
        """Change normalized examples X (m, n_x) in place.

        Parameters
        ----------
        X:
            C-contiguous rows of the augmenter's dtype.
        values:
            The run's hyperparameters; those called ``augment_…`` are used.
        rng:
            An SFC64 or other stream of 64-bit draws.

        Raises
        ------
        DataError
            If a strength needs images and the data has none.
        ValueError
            If X is not C-contiguous: it would be a copy that is changed.
        """
        if not X.flags.c_contiguous:
            raise ValueError("X must be C-contiguous to be augmented in place.")
        knobs = Knobs.of(values)
        knobs.check(self.image_shape)
        for start in range(0, len(X), self.block):
            self.augment_block(X[start : start + self.block], knobs, rng)

    def preview(self, images: Array, values: Mapping[str, Any], seed: int, n: int = 6) -> Array:
        """How each of k images (k, n_x) may look in training: (k, n, n_x), all normalized.

        Variants stay the same ones while strengths move, so that a slider can be followed.

        Raises
        ------
        DataError
            If a strength needs images and the data has none.
        """
        result = np.repeat(np.asarray(images, self.dtype)[:, np.newaxis], n, axis=1)
        for variant in range(n):
            rows = np.ascontiguousarray(result[:, variant])
            self.augment(rows, values, stream_at(seed, variant, 0))
            result[:, variant] = rows
        return result

    def augment_block(self, X: Array, knobs: Knobs, rng: np.random.Generator) -> None:
        """`augment` for at most ``block`` examples and strengths that have been checked."""
        if knobs.moving:
            self._move(X, knobs, rng)
        if knobs.noise:
            if self._noise is None:
                self._noise = Noise(self.block * X.shape[1], self.dtype)
            self._noise.add(X, knobs.noise, rng)

    def _move(self, X: Array, knobs: Knobs, rng: np.random.Generator) -> None:
        sampler, elastic = self._workspace()
        images = X.reshape(len(X), *sampler.shape)
        if self._units is not None:
            self._units.make_raw(X)
        np.copyto(sampler.images(len(X)), images)
        # Drawn in any case, so that elastic distortion stays the same when rotation comes in.
        chances = rng.random((CHANCES, len(X)))
        maps = Affine.of(chances, knobs).inverse(*sampler.shape[:2]) if knobs.affine else None
        coordinates = sampler.place(len(X), maps)
        if knobs.elastic:
            elastic.displace(coordinates, knobs.elastic, knobs.elastic_sigma, rng)
        sampler.sample(images)
        if self._units is not None:
            self._units.normalize(X)

    def _workspace(self) -> tuple[Sampler, Elastic]:
        if self._moving is None:
            assert self.image_shape is not None
            height, width, *channels = self.image_shape
            shape = height, width, math.prod(channels)
            sampler = Sampler(shape, self.block, self._background, self.dtype)
            self._moving = sampler, Elastic(height, width, sampler.spare)
        return self._moving


class _Units:
    """Normalized to raw units and back, in place, where each pixel has a μ and σ of its own."""

    def __init__(self, normalization: Normalization, dtype: np.dtype[Any]) -> None:
        mean, std = normalization.mean, normalization.std
        # A pixel that was constant stays 0, as in `Normalization.apply`.
        inverse = np.divide(1, std, where=std > 0, out=np.zeros_like(std))
        self._mean, self._std, self._inverse = (a.astype(dtype) for a in (mean, std, inverse))

    def make_raw(self, X: Array) -> None:
        np.multiply(X, self._std, out=X)
        np.add(X, self._mean, out=X)

    def normalize(self, X: Array) -> None:
        np.subtract(X, self._mean, out=X)
        np.multiply(X, self._inverse, out=X)
