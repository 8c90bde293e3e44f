"""Gradient check: backpropagation against slopes of the cost, block by block.

All parameters are one vector θ. Each one chosen is moved by ±ε and J is computed anew:
(J(θ + ε) − J(θ − ε))/2ε approximates ∂J/∂θ with an error of O(ε²), and the ratio
‖approx − grad‖ / (‖approx‖ + ‖grad‖) says how far backpropagation is from it. Everything is done in
float64 or wider, on a copy of the run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dllab.diagnosis.block_check import SWEEPS, BlockChecker
from dllab.diagnosis.gradient_report import BlockReport, GradientReport, Rung, ratio
from dllab.diagnosis.gradient_subject import Subject, subject_of_replica
from dllab.diagnosis.planted_bug import PlantedBug
from dllab.diagnosis.progress import Progress
from dllab.diagnosis.slopes import Slopes, entry
from dllab.errors import DiagnosisError
from dllab.network.layout import Block
from dllab.training.replica import Replica
from dllab.training.streams import stream

ENTRIES_MOST = 500
MINI_BATCH_MOST = 1024
EPSILON = 1e-7
LADDER = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
"""Values of ε that the one-sided comparison goes through."""

_LADDER_ENTRIES = 3


@dataclass(frozen=True)
class GradientCheck:
    """Settings of a check.

    Parameters
    ----------
    entries:
        Entries checked one by one in each block, 1 to 500; all of a smaller block.
    mini_batch:
        Training examples that J is taken over, 1 to 1,024.
    one_sided:
        Also compare one-sided and two-sided differences for ε from 0.1 down to 1e-7.
    hold_mask:
        Check with one dropout mask held still, instead of without dropout.
    bug:
        A fault to put into the gradient first, to see it found.
    epsilon:
        Half the distance between the two costs, 1e-9 to 1e-2.

    Raises
    ------
    DiagnosisError
        If a setting is out of range.
    """

    entries: int = 20
    mini_batch: int = 32
    one_sided: bool = False
    hold_mask: bool = False
    bug: PlantedBug | None = None
    epsilon: float = EPSILON

    def __post_init__(self) -> None:
        for name, value, most in (
            ("entries per block", self.entries, ENTRIES_MOST),
            ("examples", self.mini_batch, MINI_BATCH_MOST),
        ):
            if not 1 <= value <= most:
                raise DiagnosisError(f"A gradient check takes 1 to {most:,} {name}; got {value}.")
        if not 1e-9 <= self.epsilon <= 1e-2:
            raise DiagnosisError(f"ε must lie between 1e-9 and 1e-2; got {self.epsilon}.")


def check_gradient(
    replica: Replica, progress: Progress, settings: GradientCheck | None = None
) -> GradientReport:
    """Check a run at its present θ.

    Raises
    ------
    Cancelled
        If the person has cancelled it.
    DiagnosisError
        If the planted bug does not fit the network.
    """
    settings = settings or GradientCheck()
    progress.report(0.0, "backpropagation")
    subject = subject_of_replica(
        replica, settings.mini_batch, hold_mask=settings.hold_mask, bug=settings.bug
    )
    rng = stream(replica.state.hyperparameters["seed"], "gradient_check entries")
    return check_subject(subject, progress, settings, rng, replica.state.step)


def check_subject(
    subject: Subject,
    progress: Progress,
    settings: GradientCheck,
    rng: np.random.Generator,
    step: int = 0,
) -> GradientReport:
    """Check one mini-batch at one θ; ``rng`` chooses entries and directions."""
    teller = _Teller(progress)
    checker = BlockChecker(subject, settings.entries, settings.epsilon, rng, teller.tell)
    parts = subject.layout.blocks
    teller.all = sum(checker.wanted(block) + SWEEPS for block in parts)
    if settings.one_sided:
        teller.all += len(parts) * _LADDER_ENTRIES * len(LADDER)
    blocks: list[BlockReport] = []
    places: list[tuple[Block, int]] = []
    for block in parts:
        report, indices = checker.check(block)
        blocks.append(report)
        places += [(block, index) for index in indices[:_LADDER_ENTRIES]]
    every = [e for block in blocks for e in block.entries]
    return GradientReport(
        step=step,
        m=subject.m,
        epsilon=settings.epsilon,
        blocks=tuple(blocks),
        ratio=ratio([e.approximate for e in every], [e.gradient for e in every]),
        cost=subject.cost,
        reference_cost=float(subject.reference.value),
        ladder=_ladder(subject, places, teller) if settings.one_sided else (),
        bug=subject.bug,
    )


class _Teller:
    """Counts places, of ``all`` in the end."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._done, self._words = progress, 0, ""
        self.all = 1

    def tell(self, words: str, places: int) -> None:
        self._done += places
        self._words = words or self._words
        self._progress.report(min(1.0, self._done / self.all), self._words)


def _ladder(subject: Subject, places: list[tuple[Block, int]], teller: _Teller) -> tuple[Rung, ...]:
    """How far both kinds of differences are off for ε from large to small."""
    slopes = Slopes(subject.reference)
    rungs = []
    for epsilon in LADDER:
        found: list[tuple[float, float, float]] = []
        for block, index in places:
            teller.tell(f"ε = {epsilon:g}", 1)
            direction = entry(block, index)
            pair = slopes.both(direction, epsilon)
            if pair is not None:
                found.append((*pair, direction.slope_of(subject.gradient)))
        one, two = math.nan, math.nan
        if found:
            one_sided, two_sided, gradient = zip(*found, strict=True)
            one, two = ratio(one_sided, gradient), ratio(two_sided, gradient)
        rungs.append(Rung(epsilon, one, two, len(found)))
    return tuple(rungs)
