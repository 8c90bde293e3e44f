"""Forward and backward passes over preallocated buffers, one step per layer.

Inputs are batch-first, as everywhere. Inside, activations lie as columns, one per example: with
Z = W A the products meet OpenBLAS in the orders it is fastest in (forward a sixth faster than A Wᵀ)
and softmax and batch norm reduce along the long axis. The transpose is a matter of this package
alone.

A step is a function without arguments that has bound its arrays. It covers some units of a layer,
which lie in one piece of memory, so that the members of a team can share a layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network import compiled
from dllab.network.arrays import empty
from dllab.network.batch_norm import BatchNormPass
from dllab.network.dropout import mask_from_bits
from dllab.network.losses import Scratch
from dllab.network.model import Network
from dllab.network.products import product

Array = npt.NDArray[Any]
Step = Callable[[], None]

ALL = slice(None)


class Dropout:
    """Random bits of one layer and the mask (n, m) made from them."""

    def __init__(self, shape: tuple[int, int], keep_prob: float, dtype: npt.DTypeLike) -> None:
        self.keep_prob = keep_prob
        self.bits = np.empty(shape, np.uint16)
        self.kept = np.empty(shape, bool)
        self.mask = empty(shape, dtype)

    def make_mask(self, units: slice = ALL) -> None:
        """Turn the bits of some rows into their mask."""
        mask_from_bits(self.bits[units], self.keep_prob, self.kept[units], self.mask[units])


class Buffers:
    """Everything that a pass over m examples writes, for one network.

    Indices run over layers 1…L as list positions 0…L−1. ``x`` (m, n_x) and ``labels`` are the
    mini-batch. ``a[l]`` (n, m) holds z, then the activation in place (for the last layer: logits,
    then ∂J/∂z). ``inputs[l]`` (n, m) is what layer l+1 multiplies by its weights.

    Only with ``training``: ``delta[l]`` (n, m) is ∂J/∂z of a hidden layer, ``dropout[l]`` is there
    while the keep_prob of that hidden layer is below 1 and ``input_dropout`` (m, n_x) while that
    of the input is; ``batch_statistics`` holds batch norm's μ and σ² of the mini-batch.
    """

    def __init__(
        self,
        network: Network,
        m: int,
        keep_prob: tuple[float, ...] = (),
        input_keep_prob: float = 1.0,
        *,
        training: bool = False,
    ) -> None:
        sizes, dtype = network.layer_sizes, network.dtype
        hidden = sizes[1:-1]
        self.m = m
        self.a = [empty((n, m), dtype) for n in sizes[1:]]
        self.labels = network.loss.labels(m, sizes[-1], dtype)
        self.scratch = Scratch(m, dtype)
        self.dropout: list[Dropout | None] = [None] * len(hidden)
        self.input_dropout: Dropout | None = None
        if training:
            self.delta = [empty((n, m), dtype) for n in hidden]
            self.work = [empty((n, m), dtype) for n in hidden]
            kept = keep_prob or (1.0,) * len(hidden)
            self.dropout = [
                Dropout((n, m), keep, dtype) if keep < 1 else None
                for n, keep in zip(hidden, kept, strict=True)
            ]
            if input_keep_prob < 1:
                self.input_dropout = Dropout((m, sizes[0]), input_keep_prob, dtype)
            self.batch_statistics = np.zeros_like(network.statistics)
            self._batch_views = network.statistics_layout.views(self.batch_statistics)
            self.normalized = [empty((n, m), dtype) for n in hidden if network.batch_norms]
        dropped = [
            empty(a.shape, dtype) if d else a for a, d in zip(self.a, self.dropout, strict=False)
        ]
        self.inputs: list[Array] = [np.empty((sizes[0], 0), dtype), *dropped]
        if training:
            self.look_at(empty((m, sizes[0]), dtype))

    def look_at(self, X: Array) -> None:
        """Evaluate inputs (m, n_x) where they lie; in training ``x`` stays in its place."""
        self.x = X
        self.inputs[0] = X.T

    @property
    def dropouts(self) -> list[Dropout]:
        """Every dropout of this pass, the input's first."""
        return [d for d in (self.input_dropout, *self.dropout) if d is not None]

    def batch_norm(self, network: Network, index: int, units: slice) -> BatchNormPass | None:
        """Batch norm of some units of a hidden layer during training, if the network has it."""
        if not network.batch_norms or index == network.depth - 1:
            return None
        layer = index + 1
        return BatchNormPass(
            network.batch_norms[index].of(units),
            self.normalized[index][units],
            self.work[index][units],
            self._batch_views[f"mean{layer}"][units],
            self._batch_views[f"variance{layer}"][units],
        )


def evaluation_steps(network: Network, buffers: Buffers) -> list[Step]:
    """Forward with every unit kept and running statistics; logits end up in ``buffers.a[-1]``."""

    def step(index: int) -> Step:
        weights, a, inputs = network.weights[index], buffers.a[index], buffers.inputs
        bias = network.bias_columns[index]
        last = index == network.depth - 1

        def run() -> None:
            np.dot(weights, inputs[index], out=a)
            if bias is None:
                network.batch_norms[index].evaluate(a)
            else:
                np.add(a, bias, out=a)
            if not last:
                network.activation.forward(a)

        return run

    return [step(index) for index in range(network.depth)]


class LayerPass:
    """Some units of one layer in training: ``forward``, and ``backward`` of a hidden layer.

    ``shared``: other threads make other units meanwhile, so the fewer calls the better.
    """

    def __init__(
        self,
        network: Network,
        buffers: Buffers,
        index: int,
        units: slice,
        gradients: Any,
        *,
        shared: bool = False,
    ) -> None:
        self._activation, self._units = network.activation, units
        self._a = buffers.a[index][units]
        self._multiply = product(network.weights[index][units], buffers.inputs[index], self._a)
        bias = network.bias_columns[index]
        self._bias = None if bias is None else bias[units]
        self._norm = buffers.batch_norm(network, index, units)
        self.hidden = index < network.depth - 1
        if not self.hidden:
            return
        self._dropout = buffers.dropout[index]
        self._dropped = buffers.inputs[index + 1][units]
        self._delta, self._work = buffers.delta[index][units], buffers.work[index][units]
        next_is_last = index + 1 == network.depth - 1
        next_d = buffers.a[index + 1] if next_is_last else buffers.delta[index + 1]
        next_weights = network.weights[index + 1][:, units].T
        self._multiply_back = product(next_weights, next_d, self._delta)
        if self._norm is not None:
            self._scale_gradient = gradients[f"scale{index + 1}"][units]
            self._shift_gradient = gradients[f"shift{index + 1}"][units]
        if shared and network.activation.name == "relu" and self._bias is not None:
            self._compile(
                network.weights[index][units], buffers.inputs[index], next_weights, next_d
            )

    def _compile(self, weights: Array, inputs: Array, next_weights: Array, next_d: Array) -> None:
        """Make each way one call, where it can be."""
        dropout, mask = self._dropout, None
        parts = None
        if dropout is not None:
            mask = dropout.mask[self._units]
            parts = dropout.bits[self._units], dropout.keep_prob, mask, self._dropped
        assert self._bias is not None
        forward = compiled.relu_forward(weights, inputs, self._bias, self._a, parts)
        backward = compiled.relu_backward(next_weights, next_d, self._a, self._delta, mask)
        if forward is not None:
            self.forward = forward  # type: ignore[method-assign]
        if backward is not None:
            self.backward = backward  # type: ignore[method-assign]

    def forward(self) -> None:
        """z, batch norm or bias, activation, dropout; of the last layer logits."""
        a = self._a
        self._multiply()
        if self._bias is not None:
            np.add(a, self._bias, out=a)
        elif self._norm is not None:
            self._norm.forward(a)
        if not self.hidden:
            return
        self._activation.forward(a)
        if self._dropout is not None:
            self._dropout.make_mask(self._units)
            np.multiply(a, self._dropout.mask[self._units], out=self._dropped)

    def backward(self) -> None:
        """∂J/∂z of these units, from ∂J/∂z of the layer above."""
        delta = self._delta
        self._multiply_back()
        if self._dropout is not None:
            np.multiply(delta, self._dropout.mask[self._units], out=delta)
        self._activation.backward(self._a, delta, self._work)
        if self._norm is not None:
            self._norm.backward(delta, self._scale_gradient, self._shift_gradient)
