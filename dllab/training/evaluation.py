"""Cost and error of a fixed set of examples, every unit kept; touches nothing of the run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dllab.network.model import EVALUATION_ROWS, Network
from dllab.network.passes import Buffers, Step, evaluation_steps
from dllab.training.prepare import Labelled
from dllab.training.team import Team, shares

# Of the standard normal distribution: 95 % lie within ± this.
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Evaluation:
    """Cost (without penalties) and error over m examples.

    The error is the share of wrong predictions; of a regression the unexplained share of the
    targets' variance, and ``deviation`` then the standard deviation of the examples' own errors.
    """

    cost: float
    error: float
    m: int
    deviation: float | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the error.

        Wilson's for a share (Wilson 1927, JASA 22); for a regression mean ± 1.96 standard errors.
        """
        if self.deviation is not None:
            spread = Z_95 * self.deviation / math.sqrt(self.m)
            return max(0.0, self.error - spread), self.error + spread
        center = self.error + Z_95 * Z_95 / (2 * self.m)
        spread = Z_95 * math.sqrt(
            self.error * (1 - self.error) / self.m + Z_95 * Z_95 / (4 * self.m * self.m)
        )
        scale = 1 + Z_95 * Z_95 / self.m
        return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


class _Chunk:
    """A forward pass over so many examples, buffers made once."""

    def __init__(self, network: Network, m: int) -> None:
        self.network, self.buffers = network, Buffers(network, m)
        self._steps: list[Step] = evaluation_steps(network, self.buffers)

    def run(self, examples: Labelled, rows: slice) -> tuple[float, float, float]:
        """Σ cost, Σ error and Σ error² over these rows."""
        buffers = self.buffers
        buffers.look_at(examples.X[rows])
        for step in self._steps:
            step()
        cost, error = self.network.loss.call(buffers.a[-1], examples.y[rows], buffers.scratch, None)
        return cost, error, buffers.scratch.squared_errors


class Evaluator:
    """Evaluates chunk by chunk, each member of the team its share."""

    def __init__(self, network: Network, team: Team) -> None:
        self.network, self.team = network, team
        self._chunks: list[dict[int, _Chunk]] = [{} for _ in range(team.members)]

    def __call__(self, examples: Labelled) -> Evaluation:
        """Evaluate normalized examples."""
        members = self.team.members
        results: list[list[tuple[float, float, float]]] = [[] for _ in range(members)]
        steps = [
            self._step(examples, part, member, results[member])
            for member, part in enumerate(shares(examples.m, members))
        ]
        self.team.run(steps)
        sums = zip(*(chunk for chunks in results for chunk in chunks), strict=True)
        cost, error, squares = (math.fsum(values) / examples.m for values in sums)
        deviation = None
        if self.network.loss.numbers:
            deviation = math.sqrt(max(0.0, squares - error * error))
        return Evaluation(cost, error, examples.m, deviation)

    def _step(
        self,
        examples: Labelled,
        part: slice,
        member: int,
        results: list[tuple[float, float, float]],
    ) -> Callable[[], None]:
        network, known = self.network, self._chunks[member]

        def step() -> None:
            for start in range(part.start, part.stop, EVALUATION_ROWS):
                rows = slice(start, min(start + EVALUATION_ROWS, part.stop))
                m = rows.stop - rows.start
                if m not in known:
                    known[m] = _Chunk(network, m)
                results.append(known[m].run(examples, rows))

        return step


def automatic_interval(network: Network, mini_batch: int, rows: int) -> int:
    """Steps between evaluations of ``rows`` examples that cost about a tenth of the time.

    An estimate from the sizes alone, never from a clock: the interval decides which steps have a
    point on the curve, and the same recipe must give the same curve. The constants are rounded
    rates of one core; the result is rounded up to a round number.
    """
    units = sum(network.layer_sizes[1:])
    products = sum(w.size for w in network.weights)
    update = (
        6e-5
        + network.update_flops(mini_batch) / 6e10
        + 3e-9 * network.layout.size
        + 2e-9 * mini_batch * units
    )
    evaluation = (
        1.5e-4
        + 5e-5 * math.ceil(rows / EVALUATION_ROWS)
        + rows * (2 * products / 8e10 + 1.5e-9 * units + 6e-10 * network.layer_sizes[0])
    )
    wanted = max(1.0, 10 * evaluation / update)
    power = 10.0 ** math.floor(math.log10(wanted))
    factor = next(f for f in (1, 1.5, 2, 3, 5, 7, 10) if f * power >= wanted * (1 - 1e-9))
    return math.ceil(factor * power)


def probe_of(train: Labelled, size: int) -> Labelled:
    """A fixed part of the training set: its first examples, which the split has shuffled."""
    size = min(size, train.m)
    return Labelled(np.ascontiguousarray(train.X[:size]), train.y[:size])
