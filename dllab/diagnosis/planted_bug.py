"""A fault put on purpose into a gradient that is to be checked, to see the check find it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from dllab.errors import DiagnosisError
from dllab.network.layout import Block, Layout

Array = npt.NDArray[Any]
Kind = Literal["factor", "no_mean", "l2_sign", "zero_row"]

KINDS: dict[Kind, str] = {
    "factor": "too long by a factor",
    "no_mean": "1/m forgotten",
    "l2_sign": "L2 with the wrong sign",
    "zero_row": "one unit's gradient is 0",
}


def blocks_for(kind: Kind, layout: Layout) -> tuple[str, ...]:
    """Names of the blocks that a fault of this kind can be put into."""
    return tuple(b.name for b in layout.blocks if kind != "l2_sign" or b.penalized)


@dataclass(frozen=True)
class PlantedBug:
    """Spoils one block of a gradient: right + ``size``·(wrong − right).

    Parameters
    ----------
    block:
        Name of the block, as ``W2``.
    kind:
        What the wrong gradient is: ``factor`` twice the right one, ``no_mean`` summed over the
        mini-batch instead of averaged, ``l2_sign`` with −λ/m·W for +λ/m·W, ``zero_row`` 0 for one
        unit.
    size:
        How much of the way to the wrong gradient, not 0. A factor of 1.001 is size 0.001.
    row:
        The unit for ``zero_row``, 0-based; None takes the one with the longest gradient.
    """

    block: str
    kind: Kind = "factor"
    size: float = 1.0
    row: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise DiagnosisError(
                f"There is no planted bug of the kind {self.kind!r}; there are {', '.join(KINDS)}."
            )
        if not math.isfinite(self.size) or self.size == 0:
            raise DiagnosisError(
                f"The size of a planted bug must be a number other than 0; got {self.size}."
            )

    def spoil(
        self, gradient: Array, layout: Layout, theta: Array, m: int, l2: float, l1: float = 0.0
    ) -> Array:
        """A copy of ``gradient`` (layout.size,) with the fault in it.

        Parameters
        ----------
        theta:
            The parameters, of the gradient's layout.
        m, l2, l1:
            Mini-batch size and penalties that the gradient was computed with.

        Raises
        ------
        DiagnosisError
            If there is no such block or unit, or the fault would change nothing.
        """
        block = self._find(layout)
        spoiled = gradient.copy()
        part = layout.views(spoiled)[block.name]
        weights = layout.views(theta)[block.name]
        match self.kind:
            case "factor":
                fault = part.copy()
            case "no_mean":
                penalty = (l2 * weights + l1 / 2 * np.sign(weights)) / m if block.penalized else 0
                fault = (m - 1) * (part - penalty)
            case "l2_sign":
                if not block.penalized or not l2:
                    raise DiagnosisError(
                        f"L2 with the wrong sign cannot be planted in {block.name}: "
                        + ("λ is 0. Set an L2 penalty, or choose another fault."
                           if block.penalized else "only weights have the penalty.")
                    )  # fmt: skip
                fault = -2 * l2 / m * weights
            case "zero_row":
                fault = np.zeros_like(part)
                row = self._row(part)
                fault[row] = -part[row]
        part += self.size * fault
        return spoiled

    def _find(self, layout: Layout) -> Block:
        for block in layout.blocks:
            if block.name == self.block:
                return block
        names = ", ".join(block.name for block in layout.blocks)
        raise DiagnosisError(
            f"A bug cannot be planted in {self.block!r}: this network has the blocks {names}."
        )

    def _row(self, part: Array) -> int:
        if self.row is None:
            return int(np.argmax((part.reshape(len(part), -1) ** 2).sum(axis=1)))
        if not 0 <= self.row < len(part):
            raise DiagnosisError(
                f"{self.block} has the units 0 to {len(part) - 1}; there is no unit {self.row}."
            )
        return self.row
