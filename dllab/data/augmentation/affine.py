"""Flip, shift, rotation, zoom and shear as one affine map per image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.augmentation.knobs import Knobs

Array = npt.NDArray[Any]

# Random numbers per image.
CHANCES = 7


@dataclass(frozen=True, eq=False)
class Affine:
    """What is done to each of m images, about its centre and in this order.

    ``mirror_x`` and ``mirror_y`` (m,) are -1 where the image is mirrored left to right or top to
    bottom, else 1. ``shear`` (m,) is the tangent of the angle: pixels to the right per pixel down.
    ``zoom`` (m,) is the factor of size. ``rotation`` (m,) in radians, counter-clockwise.
    ``shift_x`` (m,) in pixels to the right, ``shift_y`` (m,) in pixels down.
    """

    mirror_x: Array
    mirror_y: Array
    shear: Array
    zoom: Array
    rotation: Array
    shift_x: Array
    shift_y: Array

    @classmethod
    def of(cls, chances: Array, knobs: Knobs) -> Affine:
        """Each uniform up to its strength; the zoom uniform in its logarithm.

        ``chances`` (CHANCES, m) are uniform in [0, 1). Each transform has its own of them, so that
        one whose strength changes does not change the others.
        """
        mirror_x, mirror_y, shear, zoom, rotation, shift_x, shift_y = 2 * chances - 1
        ones = np.ones_like(zoom)
        return cls(
            np.where(mirror_x < 0, -1.0, 1.0) if knobs.flip in ("horizontal", "both") else ones,
            np.where(mirror_y < 0, -1.0, 1.0) if knobs.flip in ("vertical", "both") else ones,
            np.tan(np.radians(knobs.shear) * shear),
            (1 + knobs.zoom) ** zoom,
            np.radians(knobs.rotation) * rotation,
            knobs.shift * shift_x,
            knobs.shift * shift_y,
        )

    def inverse(self, height: int, width: int) -> Array:
        """Where each pixel comes from: (2, m, 3), float64.

        The pixel in row y and column x of image i comes from row ``[0, i] · (y, x, 1)`` and column
        ``[1, i] · (y, x, 1)`` of the original. The centre is between the middle pixels.
        """
        cos, sin = np.cos(self.rotation) / self.zoom, np.sin(self.rotation) / self.zoom
        result = np.empty((2, len(self.zoom), 3))
        # (mirror · 1/shear · rotation backwards / zoom), the columns for y and x, not x and y.
        result[0, :, 0] = self.mirror_y * cos
        result[0, :, 1] = self.mirror_y * sin
        result[1, :, 0] = self.mirror_x * (-sin - self.shear * cos)
        result[1, :, 1] = self.mirror_x * (cos - self.shear * sin)
        middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
        for row, middle in zip(result, (middle_y, middle_x), strict=True):
            row[:, 2] = (
                middle
                - row[:, 0] * (middle_y + self.shift_y)
                - row[:, 1] * (middle_x + self.shift_x)
            )
        return result
