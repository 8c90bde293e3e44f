"""Where each parameter block lies in the one vector θ, and each running statistic in its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]


@dataclass(frozen=True)
class Block:
    """An array of a vector: its name (``W1``), layer (1-based), shape and place.

    ``penalized`` tells whether L2, L1 and weight decay shrink it: weights yes; biases, scale and
    shift no.
    """

    name: str
    layer: int
    shape: tuple[int, ...]
    start: int
    penalized: bool = False

    @property
    def stop(self) -> int:
        """Where the next block starts."""
        return self.start + int(np.prod(self.shape))


class Layout:
    """Blocks of a vector, one after another.

    `parameters` and `statistics` make the two layouts that a network has.
    """

    def __init__(self, arrays: Sequence[tuple[str, int, tuple[int, ...], bool]]) -> None:
        blocks: list[Block] = []
        for name, layer, shape, penalized in arrays:
            blocks.append(Block(name, layer, shape, self._end(blocks), penalized))
        self.blocks = tuple(blocks)
        self.size = self._end(blocks)

    @staticmethod
    def _end(blocks: list[Block]) -> int:
        return blocks[-1].stop if blocks else 0

    @classmethod
    def parameters(cls, layer_sizes: Sequence[int], *, batch_norm: bool = False) -> Layout:
        """``W1 b1 W2 b2 …`` of a fully connected network; with batch norm ``W1 scale1 shift1 …``.

        Parameters
        ----------
        layer_sizes:
            ``(n_x, n[1], …, n[L])``; the output layer always has a bias.
        """
        depth = len(layer_sizes) - 1
        arrays: list[tuple[str, int, tuple[int, ...], bool]] = []
        for layer in range(1, depth + 1):
            n_in, n_out = layer_sizes[layer - 1], layer_sizes[layer]
            arrays.append((f"W{layer}", layer, (n_out, n_in), True))
            others = ("scale", "shift") if batch_norm and layer < depth else ("b",)
            arrays += [(f"{name}{layer}", layer, (n_out,), False) for name in others]
        return cls(arrays)

    @classmethod
    def statistics(cls, layer_sizes: Sequence[int], *, batch_norm: bool = False) -> Layout:
        """``mean1 variance1 mean2 …`` of the hidden layers; empty without batch norm."""
        return cls(
            [
                (f"{name}{layer}", layer, (n,), False)
                for layer, n in enumerate(layer_sizes[1:-1], start=1)
                for name in ("mean", "variance")
                if batch_norm
            ]
        )

    def views(self, vector: Vector) -> dict[str, Vector]:
        """Each block of ``vector`` (size,) as an array of its own shape that shares its memory."""
        return {b.name: vector[b.start : b.stop].reshape(b.shape) for b in self.blocks}

    def block_at(self, index: int) -> Block:
        """The block that holds entry ``index`` of the vector."""
        return next(b for b in self.blocks if b.start <= index < b.stop)
