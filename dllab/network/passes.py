"""Forward and backward passes over preallocated buffers.

Inputs are batch-first, as everywhere. Inside, activations lie as columns, one per example: with
Z = W A the products meet OpenBLAS in the orders it is fastest in (forward a sixth faster than A Wᵀ)
and softmax reduces along the long axis. The transpose is a matter of this package alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.dropout import mask_from_bits
from dllab.network.losses import Scratch
from dllab.network.model import Network

Array = npt.NDArray[Any]


class Buffers:
    """Everything that a pass over m examples writes, for one network.

    Indices run over layers 1…L as list positions 0…L−1. ``x`` (m, n_x) and ``labels`` (m,) are the
    mini-batch. ``a[l]`` (n, m) holds z, then the activation in place (for the last layer: logits,
    then ∂J/∂z). ``inputs[l]`` (n, m) is what layer l+1 multiplies by its weights. ``delta[l]``
    (n, m) is ∂J/∂z of a hidden layer. The dropout buffers of a layer exist only while its keep_prob
    is below 1.
    """

    def __init__(self, network: Network, m: int, keep_prob: tuple[float, ...] = ()) -> None:
        sizes, dtype = network.layer_sizes, network.dtype
        self.m = m
        # On whole arrays; quicker to call than matmul, which parts of arrays need.
        self.product: Callable[..., Array] = np.dot
        self.keep_prob = keep_prob or (1.0,) * (network.depth - 1)
        self.x = np.empty((m, sizes[0]), dtype)
        self.labels = np.zeros(m, np.intp)
        self.a = [np.empty((n, m), dtype) for n in sizes[1:]]
        self.delta = [np.empty((n, m), dtype) for n in sizes[1:-1]]
        self.work = [np.empty((n, m), dtype) for n in sizes[1:-1]]
        self.bits: list[Array | None] = []
        self.kept: list[Array | None] = []
        self.mask: list[Array | None] = []
        self.dropped: list[Array | None] = []
        for n, keep in zip(sizes[1:-1], self.keep_prob, strict=True):
            drops = keep < 1
            self.bits.append(np.empty((n, m), np.uint16) if drops else None)
            self.kept.append(np.empty((n, m), bool) if drops else None)
            self.mask.append(np.empty((n, m), dtype) if drops else None)
            self.dropped.append(np.empty((n, m), dtype) if drops else None)
        self.scratch = Scratch(m, dtype)
        self._link()

    def _link(self) -> None:
        hidden = [a if d is None else d for a, d in zip(self.a, self.dropped, strict=False)]
        self.inputs = [self.x.T, *hidden]

    def look_at(self, X: Array) -> None:
        """Take inputs (m, n_x) from where they lie instead of copying them into ``x``."""
        self.x = X
        self.inputs[0] = X.T

    def part(self, examples: slice) -> Buffers:
        """Buffers for some of the examples, sharing memory with these.

        Logits are the exception, since the loss wants them contiguous: `hand_back` copies them.
        """
        piece = Buffers.__new__(Buffers)
        piece.m = len(range(*examples.indices(self.m)))
        piece.product = np.matmul
        piece.keep_prob = self.keep_prob
        piece.x, piece.labels = self.x[examples], self.labels[examples]
        logits = np.empty((len(self.a[-1]), piece.m), self.x.dtype)
        piece.a = [*(array[:, examples] for array in self.a[:-1]), logits]
        piece.delta = [array[:, examples] for array in self.delta]
        piece.work = [array[:, examples] for array in self.work]
        for name in ("bits", "kept", "mask", "dropped"):
            arrays = getattr(self, name)
            setattr(piece, name, [None if one is None else one[:, examples] for one in arrays])
        piece.scratch = Scratch(piece.m, self.x.dtype)
        piece._link()
        return piece

    def hand_back(self, part: Buffers, examples: slice) -> None:
        """Copy ∂J/∂z[L] of a part to its place."""
        self.a[-1][:, examples] = part.a[-1]


def forward(network: Network, buffers: Buffers) -> None:
    """Fill ``buffers.a`` from the inputs; the last one holds the logits.

    With dropout, ``buffers.bits`` must hold this pass's random bits.
    """
    last, product = network.depth - 1, buffers.product
    for index in range(network.depth):
        a = buffers.a[index]
        product(network.weights[index], buffers.inputs[index], out=a)
        np.add(a, network.bias_columns[index], out=a)
        if index == last:
            return
        network.activation.forward(a)
        mask = buffers.mask[index]
        if mask is not None:
            bits, kept, dropped = buffers.bits[index], buffers.kept[index], buffers.dropped[index]
            assert bits is not None
            assert kept is not None
            mask_from_bits(bits, buffers.keep_prob[index], kept, mask)
            np.multiply(a, mask, out=dropped)


def backward(network: Network, buffers: Buffers) -> None:
    """Fill ``buffers.delta`` from ∂J/∂z[L], which the loss has left in the last ``buffers.a``."""
    d = buffers.a[-1]
    for index in range(network.depth - 2, -1, -1):
        delta = buffers.delta[index]
        buffers.product(network.weights[index + 1].T, d, out=delta)
        mask = buffers.mask[index]
        if mask is not None:
            np.multiply(delta, mask, out=delta)
        network.activation.backward(buffers.a[index], delta, buffers.work[index])
        d = delta
