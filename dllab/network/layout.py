"""Where each parameter block lies in the one vector θ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]


@dataclass(frozen=True)
class Block:
    """A parameter array: its name (``W1``), layer (1-based), shape and place in θ.

    ``penalized`` tells whether L2 shrinks it: weights yes, biases no.
    """

    name: str
    layer: int
    shape: tuple[int, ...]
    start: int
    penalized: bool

    @property
    def stop(self) -> int:
        """Where the next block starts."""
        return self.start + int(np.prod(self.shape))


class Layout:
    """Blocks ``W1 b1 W2 b2 …`` of a fully connected network, one after another in θ.

    Parameters
    ----------
    layer_sizes:
        ``(n_x, n[1], …, n[L])``.
    """

    def __init__(self, layer_sizes: Sequence[int]) -> None:
        self.layer_sizes = tuple(layer_sizes)
        blocks: list[Block] = []
        start = 0
        for layer, (n_in, n_out) in enumerate(
            zip(self.layer_sizes, self.layer_sizes[1:], strict=False), start=1
        ):
            blocks.append(Block(f"W{layer}", layer, (n_out, n_in), start, True))
            blocks.append(Block(f"b{layer}", layer, (n_out,), blocks[-1].stop, False))
            start = blocks[-1].stop
        self.blocks = tuple(blocks)
        self.size = start
        self.depth = len(self.layer_sizes) - 1

    def views(self, vector: Vector) -> dict[str, Vector]:
        """Each block of ``vector`` (size,) as an array of its own shape that shares its memory."""
        return {b.name: vector[b.start : b.stop].reshape(b.shape) for b in self.blocks}

    def block_at(self, index: int) -> Block:
        """The block that holds entry ``index`` of θ."""
        return next(b for b in self.blocks if b.start <= index < b.stop)
