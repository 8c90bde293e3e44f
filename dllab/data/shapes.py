"""When the rows of X are images."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.errors import DataError

_SMALLEST_GUESSED = 8
_MOST_CHANNELS = 4


def image_shape(
    size: tuple[int, ...] | None, n_x: int, dtype: np.dtype[Any]
) -> tuple[tuple[int, ...] | None, list[str]]:
    """The shape of the image that a row of `n_x` numbers is, and a note on a guess.

    `size` is the chosen (height, width), empty for no images, or None to be guessed: bytes that
    fill a square of at least 8 × 8. Raises `DataError` when the chosen size does not fit.
    """
    if size is None:
        side = math.isqrt(n_x)
        if side * side != n_x or side < _SMALLEST_GUESSED or dtype != np.uint8:
            return None, []
        return (side, side), [f"The rows are taken as images of {side} × {side} pixels."]
    if not size:
        return None, []
    channels, rest = divmod(n_x, math.prod(size))
    if rest or not 1 <= channels <= _MOST_CHANNELS:
        raise DataError(
            f"A row of {n_x:,} numbers is no image of {size[0]} × {size[1]} pixels; give the "
            "height and width whose product it is, in colour 3 times the product, or none."
        )
    return (size if channels == 1 else (*size, channels)), []


def flattened(X: NDArray[Any], place: str) -> tuple[NDArray[Any], tuple[int, ...] | None]:
    """X as a matrix (m, n_x), and the image shape that its further axes say.

    (m, h, w) and (m, h, w, channels) are images, and (m, channels, h, w), whose channels go
    last. Raises `DataError` when there is no axis to count examples, or nothing in it.
    """
    if X.dtype.kind == "b":
        X = X.view(np.uint8)
    if X.dtype.kind not in "iuf" or X.dtype.itemsize > 8:
        raise DataError(
            f"{place} holds values of type {X.dtype}; give integers or floating-point numbers of "
            "at most 64 bits."
        )
    if X.ndim == 0 or 0 in X.shape:
        raise DataError(f"{place} has shape {X.shape}; give at least one example with one input.")
    if X.ndim == 4 and X.shape[1] in (1, 3) and X.shape[3] > _MOST_CHANNELS:
        X = np.moveaxis(X, 1, -1)
    shape = X.shape[1:]
    if X.ndim == 4 and shape[-1] == 1:
        shape = shape[:-1]
    is_image = len(shape) == 2 or (len(shape) == 3 and shape[-1] <= _MOST_CHANNELS)
    return X.reshape(len(X), -1), (shape if is_image else None)
