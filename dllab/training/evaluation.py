"""Cost and error of a fixed set of examples, every unit kept; touches nothing of the run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dllab.network.model import EVALUATION_ROWS, Network
from dllab.network.passes import Buffers, forward
from dllab.training.prepare import Labelled
from dllab.training.team import Team, shares


@dataclass(frozen=True)
class Evaluation:
    """Cost (cross-entropy without penalties) and share of wrong predictions over m examples."""

    cost: float
    error: float
    m: int

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the error (Wilson 1927, JASA 22)."""
        z = 1.959963984540054
        center = self.error + z * z / (2 * self.m)
        spread = z * math.sqrt(
            self.error * (1 - self.error) / self.m + z * z / (4 * self.m * self.m)
        )
        scale = 1 + z * z / self.m
        return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


class Evaluator:
    """Evaluates chunk by chunk, each member of the team its share, with buffers made once."""

    def __init__(self, network: Network, team: Team) -> None:
        self.network, self.team = network, team
        self._buffers: list[dict[int, Buffers]] = [{} for _ in range(team.members)]

    def __call__(self, examples: Labelled) -> Evaluation:
        """Evaluate normalized examples."""
        members = self.team.members
        results: list[tuple[float, int]] = [(0.0, 0)] * members
        tasks = [
            self._task(examples, part, member, results)
            for member, part in enumerate(shares(examples.m, members))
        ]
        self.team.run(tasks)
        cost = math.fsum(c for c, _ in results) / examples.m
        return Evaluation(cost, sum(e for _, e in results) / examples.m, examples.m)

    def _task(
        self, examples: Labelled, part: slice, member: int, results: list[tuple[float, int]]
    ) -> Callable[[], None]:
        network, cache = self.network, self._buffers[member]

        def task() -> None:
            costs, wrong = [], 0
            for start in range(part.start, part.stop, EVALUATION_ROWS):
                rows = slice(start, min(start + EVALUATION_ROWS, part.stop))
                m = rows.stop - rows.start
                if m not in cache:
                    cache[m] = Buffers(network, m)
                buffers = cache[m]
                buffers.look_at(examples.X[rows])
                forward(network, buffers)
                cost, errors = network.loss(buffers.a[-1], examples.y[rows], buffers.scratch, None)
                costs.append(cost)
                wrong += errors
            results[member] = (math.fsum(costs), wrong)

        return task


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
