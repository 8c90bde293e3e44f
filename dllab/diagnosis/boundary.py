"""What a network says at every point of a plane, and where its decision changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.diagnosis.contour import zero_lines
from dllab.errors import DataError
from dllab.network.losses import softmax
from dllab.network.model import EVALUATION_ROWS, Network

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Rectangle:
    """A part of the plane of the two inputs, in raw units: low < high on both axes."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float


@dataclass(frozen=True, eq=False)
class Boundary:
    """Probabilities (h, w, C) at the middles of h × w equal cells; row 0 is the low end of y.

    ``lines`` (n, 2, 2) are segments ((x, y), (x, y)), in raw units, on which the two likeliest
    classes are equally likely: for two classes, where the probability is ½.
    """

    rectangle: Rectangle
    probabilities: Array
    lines: Array


def boundary(network: Network, rectangle: Rectangle, resolution: tuple[int, int]) -> Boundary:
    """Evaluate a classifier of two inputs on a grid, every unit kept.

    Parameters
    ----------
    network:
        With two inputs, and softmax or one sigmoid unit as output.
    rectangle:
        The part of the plane, in raw units.
    resolution:
        Cells in a row and in a column, (w, h), at least 2 each.

    Raises
    ------
    DataError
        If the network has other than two inputs, or predicts numbers.
    """
    if network.layer_sizes[0] != 2:
        raise DataError(
            f"A boundary in the plane needs two inputs; this network has {network.layer_sizes[0]}."
        )
    if network.loss.numbers:
        raise DataError("This network predicts numbers, so it has no boundary between classes.")
    width, height = resolution
    x = middles(rectangle.x_low, rectangle.x_high, width)
    y = middles(rectangle.y_low, rectangle.y_high, height)
    z = logits_at(network, np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    # From the logits: probabilities round to 0 and 1, and a line between those is a staircase.
    margins = _margins(z).reshape(height, width, -1)
    lines = np.concatenate([zero_lines(margins[..., c]) for c in range(margins.shape[-1])])
    lines[..., 0] = np.interp(lines[..., 0], np.arange(width), x)
    lines[..., 1] = np.interp(lines[..., 1], np.arange(height), y)
    return Boundary(rectangle, probabilities_of(z).reshape(height, width, -1), lines)


def middles(low: float, high: float, cells: int) -> Array:
    """The middles of equal cells between two ends."""
    return low + (high - low) * (np.arange(cells) + 0.5) / cells


def logits_at(network: Network, X: Array) -> Array:
    """z (m, C) of raw inputs X (m, n_x); one sigmoid unit gives two columns, the first 0."""
    parts = []
    for start in range(0, len(X), EVALUATION_ROWS):
        chunk = X[start : start + EVALUATION_ROWS]
        if network.normalization is not None:
            chunk = network.normalization.apply(chunk, network.dtype)
        parts.append(np.asarray(network.logits(chunk), np.float64))
    z = np.concatenate(parts)
    return np.column_stack([np.zeros(len(z)), z]) if network.output == "sigmoid" else z


def probabilities_of(z: Array) -> Array:
    """Softmax over the last axis, as float32. Of (0, z) it is (1 - σ(z), σ(z))."""
    return softmax(z).astype(np.float32)


def _margins(z: Array) -> Array:
    """By how much each class leads its best rival; the last class is left out.

    Every line between two classes is a zero of the lead of either, so one of them may go.
    """
    classes = z.shape[1]
    margins = np.empty((len(z), classes - 1))
    for c in range(classes - 1):
        margins[:, c] = z[:, c] - np.delete(z, c, axis=1).max(axis=1)
    return margins
