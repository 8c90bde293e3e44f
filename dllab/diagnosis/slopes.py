"""Slopes of the cost by differences, along one parameter or along many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.diagnosis.reference_cost import ReferenceCost, Wide
from dllab.network.layout import Block

Array = npt.NDArray[Any]

# A difference of two costs was off by at most one rounding of the cost in networks from 3-6-5-3 to
# 784-2048-2048-10, whatever the activation; the rest is margin.
_ROUNDINGS = 8


@dataclass(frozen=True, eq=False)
class Direction:
    """A direction in θ within one block: ``change`` (k, …) on its ``units`` (k,), 0 elsewhere."""

    block: Block
    units: Array
    change: Array

    def slope_of(self, gradient: Array) -> float:
        """∂J along it, by the gradient (layout.size,)."""
        part = gradient[self.block.start : self.block.stop].reshape(self.block.shape)
        return float(np.sum(part[self.units] * self.change))


def entry(block: Block, index: int) -> Direction:
    """One parameter: entry ``index`` of the block, counted row by row."""
    width = _width(block)
    change = np.zeros(width)
    change[index % width] = 1
    return Direction(block, np.array([index // width]), change.reshape(-1, *block.shape[1:]))


def entry_name(block: Block, index: int) -> str:
    """``W2[3, 17]``: unit 3 of layer 2, its weight for input 17; both counted from 0."""
    place = ", ".join(str(int(i)) for i in np.unravel_index(index, block.shape))
    return f"{block.name}[{place}]"


def _width(block: Block) -> int:
    """Entries of each unit."""
    return block.shape[1] if len(block.shape) > 1 else 1


def sweep(block: Block, rng: np.random.Generator, part: slice = slice(None)) -> Direction:
    """All entries of a block (or a part of it, counted row by row), each by ± the same amount.

    The amount is 1/√n_in, so that no unit's z moves much further than in a check of one entry.
    """
    size = block.stop - block.start
    start, stop, _ = part.indices(size)
    width = _width(block)
    first, last = start // width, (stop - 1) // width
    flat = np.zeros((last - first + 1) * width)
    signs = rng.integers(0, 2, stop - start) * 2 - 1
    flat[start - first * width : stop - first * width] = signs / np.sqrt(width)
    return Direction(block, np.arange(first, last + 1), flat.reshape(-1, *block.shape[1:]))


class Slopes:
    """Differences of `ReferenceCost` divided by ε."""

    def __init__(self, cost: ReferenceCost) -> None:
        self.cost = cost

    def both(self, direction: Direction, epsilon: float) -> tuple[float, float] | None:
        """The one-sided slope (J(θ + ε) − J(θ))/ε and the two-sided (J(θ + ε) − J(θ − ε))/2ε.

        Their errors are O(ε) and O(ε²). None if the cost bends between the two places.
        """
        block, units = direction.block, direction.units
        step = direction.change * epsilon
        up = self.cost.after(block, units, step)
        down = self.cost.after(block, units, -step)
        here, width = self.cost.value, Wide(epsilon)
        # A cost that does not move at all has slope 0 whatever lies between.
        if not (up.value == down.value == here or up.same_sides(down)):
            return None
        one_sided, two_sided = (up.value - here) / width, (up.value - down.value) / (2 * width)
        return float(one_sided), float(two_sided)

    def noise(self, epsilon: float) -> float:
        """How far rounding may put a slope off, at worst."""
        rounding = float(np.finfo(Wide).eps) / epsilon + float(np.finfo(np.float64).eps)
        return _ROUNDINGS * rounding * max(1.0, abs(float(self.cost.value)))
