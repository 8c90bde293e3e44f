"""What a cost surface is, and what there is to try on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Point = tuple[float, ...]

# How many times the size of the view a path may stray before it counts as diverged.
_GENEROUS = 5.0


@dataclass(frozen=True)
class Trial:
    """Knobs to set on a surface, and what is to be seen then.

    ``values`` are hyperparameters by key; the others stand at their defaults. With ``fitted`` each
    optimizer has its own learning rate (`Surface.learning_rate_for`). ``noise`` and ``start`` are
    those of `paths`; ``start`` None is the surface's own.
    """

    name: str
    see: str
    optimizers: tuple[str, ...]
    values: Mapping[str, float] = field(default_factory=dict)
    steps: int = 100
    fitted: bool = False
    noise: float = 0.0
    start: Point | None = None


@dataclass(frozen=True)
class Surface:
    """A cost J(w) of one or two weights, small enough to be looked at whole.

    Parameters
    ----------
    formula:
        J as a person writes it.
    cost:
        Takes points (..., n), returns J ≥ 0 of each, (...).
    gradient:
        Takes points (..., n), returns ∂J/∂w, (..., n).
    start:
        Where paths begin, (n,).
    view:
        Lowest and highest value of each weight that is looked at.
    minima:
        The global minima, where J = 0.
    goal:
        A path has arrived once its cost stays at or below this.
    contour:
        (unit, ratio): the isolines are at J = unit · (ratioᵏ − 1) for whole k, so they are
        evenly spaced near a minimum and by equal ratios far from it.
    learning_rates:
        A learning rate that suits each optimizer here, with β = β₂ = 0.9.
    landmarks:
        Other places of zero gradient, with a word for each.
    fact:
        What the surface is an example of.
    """

    key: str
    name: str
    formula: str
    about: str
    cost: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    start: Point
    view: tuple[tuple[float, float], ...]
    minima: tuple[Point, ...]
    goal: float
    contour: tuple[float, float]
    learning_rates: Mapping[str, float]
    trials: tuple[Trial, ...]
    landmarks: tuple[tuple[str, Point], ...] = ()
    fact: str = ""

    @property
    def dimensions(self) -> int:
        """Number of weights n: 1 or 2."""
        return len(self.start)

    @property
    def box(self) -> tuple[Array, Array]:
        """Lowest and highest corner, each (n,), beyond which a path has diverged."""
        low, high = np.array(self.view, np.float64).T
        middle, half = (low + high) / 2, (high - low) / 2
        return middle - _GENEROUS * half, middle + _GENEROUS * half

    def learning_rate_for(self, optimizer: str, alpha: float) -> float:
        """The fitting learning rate of an optimizer, scaled as α is to gradient descent's own.

        An optimizer without a fitting learning rate gets α itself.
        """
        own = self.learning_rates.get(optimizer)
        return alpha if own is None else alpha * own / self.learning_rates["gradient_descent"]

    def heights(self, points: npt.ArrayLike) -> Array:
        """Number of isolines between a minimum and each of the points, with fractions.

        Parameters
        ----------
        points:
            (..., n).

        Returns
        -------
        array
            (...), log(1 + J/unit)/log(ratio): whole numbers lie on isolines.
        """
        unit, ratio = self.contour
        heights: Array = np.log1p(self.cost(np.asarray(points, np.float64)) / unit) / np.log(ratio)
        return heights

    def isoline(self, height: float) -> float:
        """The cost J of an isoline, counted from 0 at a minimum."""
        unit, ratio = self.contour
        return float(unit * (ratio**height - 1))


def weights_text(point: Any) -> str:
    """A point in words: ``w = 5`` or ``w₁ = -9, w₂ = 1.5``."""
    values = np.atleast_1d(np.asarray(point, np.float64))
    names = ("w",) if len(values) == 1 else ("w₁", "w₂")
    return ", ".join(
        f"{name} = {value:.4g}" for name, value in zip(names, values, strict=True)
    ).replace("-", "−")
