"""One update on one mini-batch: gradient, check, commit.

The three parts are separate on purpose. Nothing of θ or of the optimizer's state changes before the
cost and the gradient have been found finite, so what stands is always the last good model.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.dropout import draw_bits
from dllab.network.model import Network
from dllab.network.passes import Buffers, backward, forward
from dllab.network.regularization import add_l2_gradient, sum_of_squares
from dllab.optimizers.rules import Rule
from dllab.training.team import Team, shares

Array = npt.NDArray[Any]

# Entries of θ per piece. A piece of θ, gradient, v, s and scratch should about fit a core's L2
# cache; shorter pieces pay the fixed cost of a dozen calls more often, which measured worse.
PIECE = 131_072


class GradientPass:
    """Cost and gradient on mini-batches of one size, buffers made once.

    Parameters
    ----------
    gradient:
        Vector of θ's layout that receives the gradient.
    m:
        Mini-batch size.
    keep_prob:
        One per hidden layer.
    """

    def __init__(
        self, network: Network, gradient: Array, m: int, keep_prob: tuple[float, ...], team: Team
    ) -> None:
        self.network, self.team, self.m = network, team, m
        members = min(team.members, m)
        self.buffers = Buffers(network, m, keep_prob)
        self._drops = [bits for bits in self.buffers.bits if bits is not None]
        self._views = network.layout.views(gradient)
        self._ones = np.ones(m, network.dtype)
        self._costs: list[tuple[float, int]] = [(0.0, 0)] * team.members
        self._sums: list[tuple[float, float]] = [(0.0, 0.0)] * team.members
        self.l2 = 0.0
        self.source: tuple[Array, Array, Array] | None = None
        parts = shares(m, members) if members > 1 else [slice(0, m)]
        self._example_tasks = [self._example_task(i, part) for i, part in enumerate(parts)]
        self._example_tasks += [_nothing] * (team.members - members)
        self._weight_tasks = [self._weight_task(i) for i in range(team.members)]

    def _example_task(self, member: int, part: slice) -> Callable[[], None]:
        """Forward, loss and backward for a member's share of the examples."""
        network, costs, loss, scale = self.network, self._costs, self.network.loss, 1 / self.m
        whole = self.buffers
        shared = part.stop - part.start < self.m
        mine = whole.part(part) if shared else whole

        def task() -> None:
            if self.source is not None:
                X, y, order = self.source
                rows = order[part]
                X.take(rows, axis=0, out=mine.x, mode="clip")
                y.take(rows, out=mine.labels, mode="clip")
            forward(network, mine)
            costs[member] = loss(mine.a[-1], mine.labels, mine.scratch, scale)
            backward(network, mine)
            if shared:
                whole.hand_back(mine, part)

        return task

    def _weight_task(self, member: int) -> Callable[[], None]:
        """∂J/∂W and ∂J/∂b for a member's share of each layer's units, over all examples.

        With the penalty, and with the sums of squares of gradient and weights, which are wanted
        anyway and cheapest while the numbers are in the cache.
        """
        buffers, network = self.buffers, self.network
        products = []
        for index, weights in enumerate(network.weights):
            dz = buffers.delta[index] if index < network.depth - 1 else buffers.a[-1]
            units = shares(len(dz), self.team.members)[member]
            if units.start < units.stop:
                g_weights = self._views[f"W{index + 1}"][units]
                g_biases = self._views[f"b{index + 1}"][units]
                inputs_t = buffers.inputs[index].T
                products.append((dz[units], inputs_t, weights[units], g_weights, g_biases))
        ones, sums, m = self._ones, self._sums, self.m
        work = np.empty(0, network.dtype)

        def task() -> None:
            nonlocal work
            l2, gradient_square, weight_square = self.l2, 0.0, 0.0
            for dz, inputs_t, weights, g_weights, g_biases in products:
                np.dot(dz, inputs_t, out=g_weights)
                np.dot(dz, ones, out=g_biases)
                if l2:
                    if work.size < weights.size:
                        work = np.empty(weights.size, weights.dtype)
                    scratch = work[: weights.size].reshape(weights.shape)
                    weight_square += sum_of_squares(weights)
                    add_l2_gradient(weights, g_weights, l2, m, scratch)
                gradient_square += sum_of_squares(g_weights) + sum_of_squares(g_biases)
            sums[member] = gradient_square, weight_square

        return task

    def draw_dropout(self, rng: np.random.Generator) -> None:
        """Take this pass's random bits from the dropout stream."""
        for bits in self._drops:
            draw_bits(rng, bits)

    @property
    def drops(self) -> bool:
        """Whether any layer has a keep_prob below 1."""
        return bool(self._drops)

    def run(self) -> tuple[float, float, float]:
        """Cost J (penalty included), error, and Σg² of the mini-batch; fills the gradient.

        The mini-batch is rows ``order`` of ``(X, y)`` in ``source``, or, with ``source`` None, what
        the caller has put into ``buffers.x`` and ``buffers.labels``.
        """
        self.team.run(self._example_tasks)
        self.team.run(self._weight_tasks)
        if self.team.members == 1:
            (total, wrong), (squared, weights) = self._costs[0], self._sums[0]
        else:
            total = math.fsum(cost for cost, _ in self._costs)
            wrong = sum(errors for _, errors in self._costs)
            squared = sum(square for square, _ in self._sums)
            weights = sum(square for _, square in self._sums)
        cost = total / self.m
        if self.l2:
            cost += self.l2 / (2 * self.m) * weights
        return cost, wrong / self.m, squared


def _nothing() -> None:
    return


class Commit:
    """Applies a rule to θ in pieces, shared by the team."""

    def __init__(
        self, theta: Array, gradient: Array, slots: dict[str, Array], rule: Rule, team: Team
    ) -> None:
        self.team, self._apply = team, rule.apply
        self.coefficients: tuple[float, ...] = ()
        self._tasks = []
        for part in shares(len(theta), team.members):
            pieces = []
            work = np.empty(min(PIECE, max(1, part.stop - part.start)), theta.dtype)
            for start in range(part.start, part.stop, PIECE):
                piece = slice(start, min(start + PIECE, part.stop))
                cut = tuple(slots[name][piece] for name in rule.slots)
                pieces.append(
                    (theta[piece], gradient[piece], cut, work[: piece.stop - piece.start])
                )
            self._tasks.append(self._task(pieces))

    def _task(self, pieces: list[tuple[Array, Array, tuple[Array, ...], Array]]) -> Any:
        apply = self._apply

        def task() -> None:
            coefficients = self.coefficients
            for theta, gradient, slots, work in pieces:
                apply(theta, gradient, slots, work, coefficients)

        return task

    def run(self, coefficients: tuple[float, ...]) -> None:
        """Change θ and slots in place."""
        self.coefficients = coefficients
        self.team.run(self._tasks)
