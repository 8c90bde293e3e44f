"""Run against twin, dev example by dev example."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dllab.diagnosis.example_costs import Costs
from dllab.training.evaluation import Z_95
from dllab.twin.protocol import TwinError

Word = Literal["better", "worse", "unclear"]


@dataclass(frozen=True)
class Verdict:
    """What a nudge did to the dev cost by update ``step``.

    ``difference`` is the mean over m dev examples of the run's cost minus the twin's, ``band`` half
    the width of its 95 % interval.
    """

    step: int
    run_cost: float
    twin_cost: float
    difference: float
    band: float
    m: int

    @property
    def word(self) -> Word:
        """``unclear`` where the interval holds 0."""
        if self.difference + self.band < 0:
            return "better"
        if self.difference - self.band > 0:
            return "worse"
        return "unclear"

    @property
    def sentence(self) -> str:
        """What it means, in words."""
        figures = (
            f"{self.run_cost:#.4g} with the nudge, {self.twin_cost:#.4g} without it at step "
            f"{self.step:,}: {self.difference:+.3g} ± {self.band:.2g}"
        )
        means = {
            "better": "The nudge helped",
            "worse": "The nudge hurt",
            "unclear": "No difference can be told",
        }
        if not self.difference and not self.band:
            means["unclear"] = "The nudge changed nothing"
        return f"{means[self.word]}. Dev cost {figures} over {self.m:,} dev examples."


def compare(step: int, run: Costs, twin: Costs) -> Verdict:
    """The paired difference of the costs of every dev example (m,), run minus twin.

    Paired, because both have seen the same mini-batches and are asked the same examples: what makes
    an example hard is in both and falls out of the difference. The band is 1.96 standard errors of
    the mean; it covers the choice of dev examples, not that of another seed.

    Raises
    ------
    TwinError
        If the two are not of the same examples, these are fewer than two, or a cost is not finite.
    """
    if run.shape != twin.shape:
        raise TwinError("Run and twin were not evaluated on the same dev examples.")
    if len(run) < 2:
        raise TwinError("One dev example says nothing about a difference.")
    differences = run - twin
    if not np.isfinite(differences).all():
        raise TwinError("A dev cost is not finite; run and twin cannot be compared.")
    m = len(differences)
    band = Z_95 * float(differences.std(ddof=1)) / math.sqrt(m)
    mean = float(differences.mean())
    return Verdict(step, float(run.mean()), float(twin.mean()), mean, band, m)
