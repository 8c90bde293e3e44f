"""Looking at images between their pixels: bilinear interpolation, background around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# Whole numbers up to here are exact in float32.
_EXACT = 2**24


class Sampler:
    """Takes images in, and gives them back as they are at other coordinates.

    Channels lie in planes of their own, each image with a border of background, so that coordinates
    need only be held within the border and no pixel is a case of its own.

    Parameters
    ----------
    shape:
        Height, width and number of channels.
    most:
        Images at a time.
    background:
        The value around an image.
    dtype:
        float32 or float64.

    Attributes
    ----------
    coordinates:
        (2, most, height · width): from which row and column each pixel comes, 1 the first, since
        the border is 0.
    spare:
        (2, 2, most, height · width), free for any use until `sample`. What is used again is still
        in the cache.
    """

    def __init__(
        self, shape: tuple[int, int, int], most: int, background: float, dtype: np.dtype[Any]
    ) -> None:
        self.shape = height, width, channels = shape
        pixels = height * width
        # A border of one before, one after, and one more that is met with a weight of 0.
        rows, self._columns = height + 3, width + 3
        if most * rows * self._columns > _EXACT:
            dtype = np.dtype(np.float64)
        self._planes = np.full((channels, most, rows, self._columns), background, dtype)
        self._first = (np.arange(most) * (rows * self._columns)).astype(dtype)[:, np.newaxis]
        ones = np.ones((height, width))
        self._grid = np.stack([*np.indices((height, width)), ones]).reshape(3, pixels).astype(dtype)
        self.coordinates = np.empty((2, most, pixels), dtype)
        self.spare = np.empty((2, 2, most, pixels), dtype)
        self._index = np.empty((most, pixels), np.intp)
        # Rows and columns, the border included.
        self._last = np.array([height + 1, width + 1], dtype).reshape(2, 1, 1)

    def images(self, m: int) -> Array:
        """Where to put m images, (m, height, width, channels)."""
        return self._planes[:, :m, 1:-2, 1:-2].transpose(1, 2, 3, 0)

    def place(self, m: int, maps: Array | None = None) -> Array:
        """Set and return the ``coordinates`` of m images: their own, or by affine maps (2, m, 3).

        The pixel in row y and column x of image i, both counted from 0, comes from row
        ``maps[0, i] · (y, x, 1)`` and column ``maps[1, i] · (y, x, 1)``.
        """
        coordinates: Array = self.coordinates[:, :m]
        if maps is None:
            np.add(self._grid[:2, np.newaxis], 1, out=coordinates)
        else:
            bordered = (maps + np.array([0, 0, 1])).astype(coordinates.dtype)
            np.matmul(bordered, self._grid, out=coordinates)
        return coordinates

    def sample(self, out: Array) -> None:
        """Fill ``out`` (m, height, width, channels); the coordinates are lost."""
        m, shape = len(out), out.shape[:-1]
        self._locate(m)
        index, (down, across) = self._index[:m], self.coordinates[:, :m]
        left, right = self.spare[:, :, :m]
        upper, lower = left
        for channel, plane in enumerate(self._planes):
            pixels = plane.reshape(-1)
            for line, first in enumerate((0, self._columns)):
                # Every index is within bounds; this mode is the quickest way of taking.
                pixels[first:].take(index, out=left[line], mode="wrap")
                pixels[first + 1 :].take(index, out=right[line], mode="wrap")
            np.subtract(right, left, out=right)
            np.multiply(right, across, out=right)
            np.add(left, right, out=left)
            np.subtract(lower, upper, out=lower)
            np.multiply(lower, down, out=lower)
            np.add(upper.reshape(shape), lower.reshape(shape), out=out[..., channel])

    def _locate(self, m: int) -> None:
        """Split coordinates into the index of a pixel and what is left of them, in [0, 1)."""
        coordinates, whole = self.coordinates[:, :m], self.spare[0, :, :m]
        np.clip(coordinates, 0, self._last, out=coordinates)
        np.floor(coordinates, out=whole)
        np.subtract(coordinates, whole, out=coordinates)
        rows, columns = whole
        np.multiply(rows, self._columns, out=rows)
        np.add(rows, columns, out=rows)
        np.add(rows, self._first[:m], out=self._index[:m], casting="unsafe")
