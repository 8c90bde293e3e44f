"""The gradient of one mini-batch: cost, error and ∂J/∂θ, nothing of the model changed.

Separate from the commit on purpose. Nothing of θ or of the optimizer's state changes before the
cost and the gradient have been found finite, so what stands is always the last good model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.compiled import gradients
from dllab.network.dropout import draw_bits
from dllab.network.model import Network
from dllab.network.passes import ALL, Buffers, LayerPass, Step
from dllab.network.products import product
from dllab.network.regularization import add_l1_gradient, add_l2_gradient, sum_of_squares
from dllab.training.team import Team, shares

Array = npt.NDArray[Any]

# Multiplications of a layer's product below which one member makes it alone: the other would take
# longer to wake, and two that make many short calls wait for each other at the interpreter's lock.
WORTH_SPLITTING = 16_000_000


class GradientPass:
    """Cost and gradient on mini-batches of one size, buffers made once.

    Parameters
    ----------
    gradient:
        Vector of θ's layout that receives the gradient.
    m:
        Mini-batch size.
    values:
        Hyperparameters in force; others may be taken later by `adopt`.

    The mini-batch is what `read_rows` or `read` was given last.
    """

    def __init__(
        self, network: Network, gradient: Array, m: int, values: Mapping[str, Any], team: Team
    ) -> None:
        self.network, self.team, self.m = network, team, m
        self._kept = values["keep_prob"], values["input_keep_prob"]
        self.buffers = Buffers(network, m, *self._kept, training=True)
        self.l2, self.l1 = values["l2"], values["l1"]
        self.source: tuple[Array, Array, Array] | None = None
        self._given: tuple[Array, Array] | None = None
        self._dropouts = self.buffers.dropouts
        self._views = network.layout.views(gradient)
        self._ones = np.ones(m, network.dtype)
        self._sums = [(0.0, 0.0, 0.0)] * team.members
        self._outcome: tuple[float, float] = (0.0, 0.0)
        self._forward, self._stages = self._build()
        # One member needs no stages: the steps follow each other.
        self._steps = [stage[0] for stage in self._stages]

    def adopt(self, values: Mapping[str, Any], team: Team) -> bool:
        """Take other hyperparameters; False if these or another team ask for a new pass."""
        if team is not self.team or self._kept != (values["keep_prob"], values["input_keep_prob"]):
            return False
        self.l2, self.l1 = values["l2"], values["l1"]
        return True

    def _build(self) -> tuple[list[list[Step]], list[list[Step]]]:
        """One list of steps per stage, one step per member: of the forward pass, and of all."""
        network, members = self.network, range(self.team.members)
        layers = [
            [
                LayerPass(network, self.buffers, index, units, self._views, shared=len(members) > 1)
                for units in self._units(index)
            ]
            for index in range(network.depth)
        ]
        gather = [self._gather(rows) for rows in self._parts(self.m)]
        forward = [[part.forward for part in layer] for layer in layers]
        backward = [[part.backward for part in layer] for layer in reversed(layers[:-1])]
        gradients = [self._weight_step(member) for member in members]
        if backward and len(backward[-1]) == len(gradients):
            # A member's gradients need ∂J/∂z of its own units alone: nobody has to be waited for.
            gradients = list(map(_in_turn, backward.pop(), gradients))
        return forward, [gather, *forward, [self._take_loss], *backward, gradients]

    def _parts(self, length: int) -> list[slice]:
        return shares(length, self.team.members) if self.team.members > 1 else [ALL]

    def _units(self, index: int) -> list[slice]:
        """The units of each member, or all for the first one, which is quicker with few."""
        n_in, n_out = self.network.layer_sizes[index : index + 2]
        return [ALL] if self.m * n_in * n_out < WORTH_SPLITTING else self._parts(n_out)

    def read_rows(self, X: Array, y: Array, rows: Array) -> None:
        """Take these rows of X (m_train, n_x) and y as mini-batch; they are copied in `run`."""
        self.source, self._given = (X, y, rows), None

    def read(self, X: Array, labels: Array) -> None:
        """Take X (m, n_x) and its labels as mini-batch; they are copied in `run`."""
        self.source, self._given = None, (X, labels)

    def _gather(self, part: slice) -> Step:
        x, labels = self.buffers.x[part], self.buffers.labels[part]
        dropout = self.buffers.input_dropout

        def step() -> None:
            if self.source is not None:
                X, y, order = self.source
                rows = order[part]
                X.take(rows, axis=0, out=x, mode="clip")
                y.take(rows, axis=0, out=labels, mode="clip")
            elif self._given is not None:
                x[:], labels[:] = self._given[0][part], self._given[1][part]
            if dropout is not None:
                dropout.make_mask(part)
                np.multiply(x, dropout.mask[part], out=x)

        return step

    def _take_loss(self) -> None:
        buffers = self.buffers
        self._outcome = self.network.loss.call(
            buffers.a[-1], buffers.labels, buffers.scratch, 1 / self.m
        )

    def _weight_step(self, member: int) -> Step:
        """∂J/∂W and ∂J/∂b for a member's share of each layer's units, over all examples.

        With the penalties, and with the sums of squares of gradient and weights, which are wanted
        anyway and cheapest while the numbers are in the cache.
        """
        buffers, network, last = self.buffers, self.network, self.network.depth - 1
        products = []
        for index, weights in enumerate(network.weights):
            shared = self._units(index)
            if member >= len(shared):
                continue
            layer, units = index + 1, shared[member]
            dz = (buffers.delta[index] if index < last else buffers.a[-1])[units]
            bias = self._views.get(f"b{layer}")
            others = [self._views[f"{n}{layer}"][units] for n in ("scale", "shift") if bias is None]
            g_biases = None if bias is None else bias[units]
            g_weights = self._views[f"W{layer}"][units]
            inputs = buffers.inputs[index]
            whole = None
            if self.team.members > 1 and g_biases is not None:
                whole = gradients(dz, inputs, g_weights, g_biases)
            multiply = product(dz, inputs.T, g_weights)
            products.append((whole, multiply, dz, weights[units], g_weights, g_biases, others))
        ones, sums, m = self._ones, self._sums, self.m
        work = np.empty(0, network.dtype)

        def step() -> None:
            nonlocal work
            l2, l1 = self.l2, self.l1
            gradient_square = weight_square = weight_sum = 0.0
            for whole, multiply, dz, weights, g_weights, g_biases, others in products:
                if whole is not None and not (l2 or l1):
                    gradient_square += whole()
                    continue
                multiply()
                if l2 or l1:
                    if work.size < weights.size:
                        work = np.empty(weights.size, weights.dtype)
                    scratch = work[: weights.size].reshape(weights.shape)
                    if l2:
                        weight_square += sum_of_squares(weights)
                        add_l2_gradient(weights, g_weights, l2, m, scratch)
                    if l1:
                        weight_sum += add_l1_gradient(weights, g_weights, l1, m, scratch)
                gradient_square += sum_of_squares(g_weights)
                if g_biases is not None:
                    np.dot(dz, ones, out=g_biases)
                    gradient_square += sum_of_squares(g_biases)
                for other in others:
                    gradient_square += sum_of_squares(other)
            sums[member] = gradient_square, weight_square, weight_sum

        return step

    def draw_dropout(self, rng: np.random.Generator) -> None:
        """Take this pass's random bits from the dropout stream."""
        for dropout in self._dropouts:
            draw_bits(rng, dropout.bits)

    @property
    def drops(self) -> bool:
        """Whether any layer has a keep_prob below 1."""
        return bool(self._dropouts)

    def run(self) -> tuple[float, float, float]:
        """Cost J (penalties included), error, and Σg² of the mini-batch; fills the gradient."""
        if self.team.members == 1:
            for step in self._steps:
                step()
            squared, weight_square, weight_sum = self._sums[0]
        else:
            self.team.run(*self._stages)
            squared, weight_square, weight_sum = map(math.fsum, zip(*self._sums, strict=True))
        total, wrong = self._outcome
        cost = total / self.m
        if self.l2:
            cost += self.l2 / (2 * self.m) * weight_square
        if self.l1:
            cost += self.l1 / (2 * self.m) * weight_sum
        return cost, wrong / self.m, squared

    def run_forward(self) -> None:
        """Fill the activations and logits once more, which the loss has overwritten."""
        for stage in self._forward:
            for step in stage:
                step()


def _in_turn(first: Step, second: Step) -> Step:
    def step() -> None:
        first()
        second()

    return step
