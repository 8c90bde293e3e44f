"""A run with one or two inputs as a picture: its points, and what the network makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.dataset import Examples
from dllab.diagnosis.boundary import Boundary, Rectangle, boundary, middles
from dllab.diagnosis.progress import Progress
from dllab.network.model import Network
from dllab.training.prepare import Prepared
from dllab.training.replica import Replica

Array = npt.NDArray[Any]

CELLS = 112
"""Cells along the longer side of a picture; the lines between them are interpolated."""
MOST_TRAIN, MOST_DEV = 1500, 750
_MARGIN = 0.08
_COMPARABLE = 3.0


@dataclass(frozen=True, eq=False)
class Points:
    """Examples to draw, in raw units: X (m, n_x), y (m,) classes or (m, n_y) numbers.

    Of a large set some, evenly spread over its shuffled order; ``m`` is how many there are.
    """

    X: Array
    y: Array
    m: int

    @classmethod
    def of(cls, examples: Examples, most: int) -> Points:
        """At most ``most`` examples of a set."""
        every = max(1, examples.m // most)
        rows = slice(0, every * most, every)
        return cls(examples.X[rows], examples.y[rows], examples.m)


@dataclass(frozen=True, eq=False)
class PlanePicture:
    """A classifier of two inputs after ``step`` updates. ``wrong`` (m,) tells of each dev point."""

    step: int
    train: Points
    dev: Points
    wrong: Array
    classes: tuple[str, ...]
    boundary: Boundary


@dataclass(frozen=True, eq=False)
class LinePicture:
    """A network of one input after ``step`` updates.

    ``values`` (n, k) are what it says at ``x`` (n,), both in raw units: targets of a regression, or
    the probability of each class but the first.
    """

    step: int
    train: Points
    dev: Points
    classes: tuple[str, ...]
    x: Array
    values: Array


@dataclass(frozen=True)
class NoPicture:
    """Why there is nothing to draw, in a sentence."""

    why: str


Picture = PlanePicture | LinePicture | NoPicture


def why_not(n_x: int, output: str) -> str:
    """The sentence for a network that cannot be drawn, or nothing if it can."""
    if n_x > 2:
        return (
            f"This data has {n_x:,} inputs. A decision boundary can be drawn for two inputs, and a "
            f"curve for one."
        )
    if n_x == 2 and output == "linear":
        return "This network predicts numbers from two inputs. A curve can be drawn for one input."
    return ""


def picture(
    replica: Replica,
    progress: Progress,
    rectangle: Rectangle | None = None,
    aspect: float = 1.0,
) -> Picture:
    """What the network says around its data, at the replica's step.

    Parameters
    ----------
    rectangle:
        The part to draw, in raw units (of a single input: its x); None for all points with a
        margin.
    aspect:
        Width ÷ height of the picture on screen. With inputs of comparable spread the whole is cut
        so that a unit is as long on both axes.
    """
    network, prepared = replica.network(), replica.prepared
    why = why_not(network.layer_sizes[0], network.output)
    if why:
        return NoPicture(why)
    train = Points.of(prepared.split.train, MOST_TRAIN)
    dev = Points.of(prepared.split.dev, MOST_DEV)
    progress.report(0.0, "evaluating")
    step = replica.state.step
    if network.layer_sizes[0] == 1:
        return _line_picture(step, network, prepared, train, dev, rectangle)
    part = whole(train, dev, aspect) if rectangle is None else rectangle
    # Square cells on a screen of this aspect, whatever the units are.
    cells = (CELLS, round(CELLS / aspect)) if aspect >= 1 else (round(CELLS * aspect), CELLS)
    found = boundary(network, part, (max(2, cells[0]), max(2, cells[1])))
    wrong = network.predict(dev.X) != dev.y
    return PlanePicture(step, train, dev, wrong, prepared.dataset.classes, found)


def whole(train: Points, dev: Points, aspect: float = 1.0) -> Rectangle:
    """The rectangle around all points of two inputs, with a margin."""
    X = np.concatenate([train.X, dev.X]).astype(np.float64)
    low, high = X.min(axis=0), X.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    middle, half = (low + high) / 2, span * (0.5 + _MARGIN)
    if max(span) / min(span) <= _COMPARABLE:
        scale = max(half[0] / aspect, half[1])
        half = np.array([scale * aspect, scale])
    (x_low, y_low), (x_high, y_high) = middle - half, middle + half
    return Rectangle(float(x_low), float(x_high), float(y_low), float(y_high))


def _line_picture(
    step: int,
    network: Network,
    prepared: Prepared,
    train: Points,
    dev: Points,
    rectangle: Rectangle | None,
) -> LinePicture:
    X = np.concatenate([train.X[:, 0], dev.X[:, 0]]).astype(np.float64)
    low, high = (X.min(), X.max()) if rectangle is None else (rectangle.x_low, rectangle.x_high)
    span = high - low if high > low else 1.0
    margin = _MARGIN * span if rectangle is None else 0.0
    x = middles(float(low - margin), float(high + margin), 2 * CELLS)
    X = x[:, np.newaxis]
    values = network.predict(X) if network.loss.numbers else network.predict_proba(X)[:, 1:]
    return LinePicture(step, train, dev, prepared.dataset.classes, x, np.asarray(values))
