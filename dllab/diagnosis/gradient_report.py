"""What a gradient check found, in numbers and in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from dllab.diagnosis.planted_bug import KINDS, PlantedBug

Verdict = Literal["great", "look again", "wrong", "too flat", "at a bend"]

SUSPICIOUS = ("wrong", "look again")
JUDGED = (*SUSPICIOUS, "great")

# The method's landmarks are 1e-7 great, 1e-5 look again, 1e-3 wrong. The borders lie half-way
# between them, on the scale that the landmarks are on.
GREAT_BELOW = 1e-6
WRONG_FROM = 1e-4


def ratio(approximate: npt.ArrayLike, gradient: npt.ArrayLike) -> float:
    """‖approx − grad‖ / (‖approx‖ + ‖grad‖), from 0 to 1; 0 where both are 0."""
    approximate, gradient = np.asarray(approximate), np.asarray(gradient)
    total = _norm(approximate) + _norm(gradient)
    return _norm(approximate - gradient) / total if total else 0.0


def ratio_words(value: float) -> str:
    """A ratio with two digits, a dash for NaN."""
    return "–" if math.isnan(value) else f"{value:.2g}".replace("e-0", "e-")


def _norm(vector: npt.NDArray[Any]) -> float:
    return float(np.linalg.norm(vector))


def verdict_of(value: float) -> Verdict:
    """The word for a ratio."""
    if value < GREAT_BELOW:
        return "great"
    return "look again" if value < WRONG_FROM else "wrong"


@dataclass(frozen=True)
class Entry:
    """One parameter that was checked: its slope by backpropagation and by differences of J."""

    name: str
    gradient: float
    approximate: float

    @property
    def ratio(self) -> float:
        """As `ratio`, of this entry alone."""
        return ratio(self.gradient, self.approximate)


@dataclass(frozen=True)
class BlockReport:
    """One parameter block.

    ``entries`` were checked one by one and give ``sample_ratio``; ``sweep_ratio`` compares slopes
    along random directions that move every entry of the block. Each is NaN where J bends or is too
    flat; the second also where all entries were checked one by one.
    ``one_sided_ratio`` is that of the entries with (J(θ + ε) − J(θ))/ε. ``bends`` counts entries
    and directions left out because J bends within ±ε. ``worst`` is the entry that is off most.
    """

    name: str
    shape: tuple[int, ...]
    verdict: Verdict
    entries: tuple[Entry, ...]
    sample_ratio: float
    sweep_ratio: float
    one_sided_ratio: float
    worst: Entry | None
    bends: int = 0

    @property
    def ratio(self) -> float:
        """The worse of the two ratios; NaN if the block could not be judged."""
        known = [r for r in (self.sample_ratio, self.sweep_ratio) if not math.isnan(r)]
        return max(known, default=math.nan)


@dataclass(frozen=True)
class Rung:
    """How far each kind of difference is off at one ε, as ratios over ``entries`` entries.

    Entries where J bends within ±ε are left out; NaN if none is left.
    """

    epsilon: float
    one_sided: float
    two_sided: float
    entries: int


@dataclass(frozen=True)
class GradientReport:
    """The whole check.

    ``ratio`` is over the entries of all blocks as one vector. ``cost`` is the engine's J and
    ``reference_cost`` the one written down a second time. ``ladder`` is empty unless a one-sided
    comparison was asked for.
    """

    step: int
    m: int
    epsilon: float
    blocks: tuple[BlockReport, ...]
    ratio: float
    cost: float
    reference_cost: float
    ladder: tuple[Rung, ...] = ()
    bug: PlantedBug | None = None

    @property
    def costs_agree(self) -> bool:
        """Whether engine and reference compute the same J."""
        apart = abs(self.cost - self.reference_cost)
        return apart <= 1e-9 * max(1.0, abs(self.reference_cost))

    @property
    def verdict(self) -> Verdict:
        """That of the worst block; a block that could not be judged does not make it worse."""
        found = {block.verdict for block in self.blocks}
        if not self.costs_agree or "wrong" in found:
            return "wrong"
        if "look again" in found:
            return "look again"
        return "great" if "great" in found else next(iter(found))

    @property
    def suspects(self) -> tuple[BlockReport, ...]:
        """Blocks that are not right, the worst first."""
        found = [b for b in self.blocks if b.verdict in SUSPICIOUS]
        return tuple(sorted(found, key=lambda block: -block.ratio))

    @property
    def bug_found(self) -> bool:
        """Whether a bug was planted and its block stands out."""
        return self.bug is not None and self.bug.block in {block.name for block in self.suspects}

    @property
    def headline(self) -> str:
        """The outcome in a few words."""
        if not self.costs_agree:
            return "Wrong already in the forward pass"
        if self.suspects:
            first = self.suspects[0]
            lead = "Wrong in" if first.verdict == "wrong" else "Look again at"
            return f"{lead} {first.name}: ratio {ratio_words(first.ratio)}"
        return {
            "great": f"Great: ratio {ratio_words(self.ratio)}",
            "too flat": "Too flat for a judgement",
            "at a bend": "No judgement: the cost bends everywhere",
        }[self.verdict]

    @property
    def details(self) -> str:
        """What stands behind the headline, in sentences."""
        parts = [self._evidence()]
        unjudged = [f"{b.name} ({b.verdict})" for b in self.blocks if b.verdict not in JUDGED]
        if unjudged and self.verdict in JUDGED:
            parts.append(f"Not judged: {', '.join(unjudged)}.")
        bends = sum(block.bends for block in self.blocks)
        if bends:
            what = "place was" if bends == 1 else "places were"
            parts.append(f"{bends} {what} left out because J bends there.")
        if self.bug is not None:
            found = (
                "was found" if self.bug_found else "was not found: it changes too little to show"
            )
            parts.append(f"The bug planted in {self.bug.block} ({KINDS[self.bug.kind]}) {found}.")
        return " ".join(parts)

    @property
    def sentence(self) -> str:
        """Headline and details."""
        return f"{self.headline}. {self.details}"

    def _evidence(self) -> str:
        if not self.costs_agree:
            return (
                f"The engine's cost is {self.cost:.12g}, the reference's "
                f"{self.reference_cost:.12g}."
            )
        if self.suspects:
            first, *others = self.suspects
            also = ", ".join(f"{block.name} ({ratio_words(block.ratio)})" for block in others)
            return _worst(first) + (f" Also {also}." if also else "")
        if self.verdict == "great":
            checked = sum(len(block.entries) for block in self.blocks)
            return (
                f"Backpropagation and the slopes of J agree in {checked} entries of "
                f"{len(self.blocks)} blocks."
            )
        if self.verdict == "too flat":
            return "Every slope drowns in rounding."
        return "There is no slope to compare with at any entry tried."


def _worst(block: BlockReport) -> str:
    entry = block.worst
    if entry is None:
        return "Along random directions of the whole block the two slopes differ."
    return (
        f"Worst at {entry.name}, where backpropagation says {entry.gradient:.4g} and J has the "
        f"slope {entry.approximate:.4g}."
    )


def worst_of(entries: Iterable[Entry]) -> Entry | None:
    """The entry whose two slopes lie furthest apart."""
    return max(entries, key=lambda e: abs(e.gradient - e.approximate), default=None)
