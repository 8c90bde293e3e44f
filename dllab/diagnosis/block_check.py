"""The gradient check of one parameter block: a sample of entries, and the block as a whole.

A sample alone would miss a fault in a few rows, so that slopes along random directions, which move
every entry of the block, are compared as well. Where such a slope is off and the sample is right,
halving the block again and again finds the entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dllab.diagnosis.gradient_report import (
    JUDGED,
    SUSPICIOUS,
    BlockReport,
    Entry,
    Verdict,
    ratio,
    verdict_of,
    worst_of,
)
from dllab.diagnosis.gradient_subject import Subject
from dllab.diagnosis.slopes import Direction, Slopes, entry, entry_name, sweep
from dllab.network.layout import Block

SWEEPS = 4
"""Random directions compared in each block."""

# So many places are tried for each one wanted, if J bends at some of them.
_PATIENCE = 3

_ORDER: tuple[Verdict, ...] = ("wrong", "look again", "great", "too flat", "at a bend")

Tell = Callable[[str, int], None]


@dataclass
class _Sample:
    """Places that were compared: their entries of the block, and three slopes of each."""

    indices: list[int] = field(default_factory=list)
    gradient: list[float] = field(default_factory=list)
    one_sided: list[float] = field(default_factory=list)
    two_sided: list[float] = field(default_factory=list)
    bends: int = 0

    @property
    def ratio(self) -> float:
        """NaN if nothing could be compared."""
        return ratio(self.two_sided, self.gradient) if self.gradient else math.nan

    @property
    def apart(self) -> float:
        """The largest difference of two slopes."""
        pairs = zip(self.gradient, self.two_sided, strict=True)
        return max((abs(g - s) for g, s in pairs), default=0.0)


class BlockChecker:
    """Checks one block after another.

    Parameters
    ----------
    entries:
        Entries wanted in each block; all of a smaller one.
    rng:
        Chooses entries and directions.
    tell:
        Called with words and the number of places that come next.
    """

    def __init__(
        self, subject: Subject, entries: int, epsilon: float, rng: np.random.Generator, tell: Tell
    ) -> None:
        self._subject, self._entries, self._epsilon = subject, entries, epsilon
        self._rng, self._tell = rng, tell
        self._slopes = Slopes(subject.reference)

    def wanted(self, block: Block) -> int:
        """Entries to be checked one by one."""
        return min(self._entries, block.stop - block.start)

    def check(self, block: Block) -> tuple[BlockReport, list[int]]:
        """The report, and which entries of the block were checked."""
        sample = self._sample(block)
        every = len(sample.indices) == block.stop - block.start
        whole = _Sample() if every else self._sweep(block)
        self._tell("", SWEEPS - len(whole.gradient))
        entries = tuple(
            Entry(entry_name(block, i), g, s)
            for i, g, s in zip(sample.indices, sample.gradient, sample.two_sided, strict=True)
        )
        found = self._verdict(sample), self._verdict(whole)
        verdict = min(found, key=_ORDER.index)
        worst = worst_of(entries)
        if found[1] in SUSPICIOUS and found[0] not in SUSPICIOUS:
            worst = self._find(block) or worst
        report = BlockReport(
            name=block.name,
            shape=block.shape,
            verdict=verdict,
            entries=entries,
            sample_ratio=sample.ratio if found[0] in JUDGED else math.nan,
            sweep_ratio=whole.ratio if found[1] in JUDGED else math.nan,
            one_sided_ratio=ratio(sample.one_sided, sample.gradient) if entries else math.nan,
            worst=worst,
            bends=sample.bends + whole.bends,
        )
        return report, sample.indices

    def _verdict(self, sample: _Sample) -> Verdict:
        if not sample.gradient:
            return "at a bend"
        verdict = verdict_of(sample.ratio)
        if verdict != "great" and sample.apart <= self._slopes.noise(self._epsilon):
            return "too flat"
        return verdict

    def _candidates(self, block: Block) -> list[int]:
        """Entries in the order they are tried: at random, those where |θ| is large first."""
        size = np.abs(self._subject.theta[block.start : block.stop])
        large = size >= np.median(size)
        tries = _PATIENCE * self.wanted(block)
        first = self._rng.permutation(np.flatnonzero(large))[:tries]
        rest = self._rng.permutation(np.flatnonzero(~large))[: tries - len(first)]
        return [int(i) for i in (*first, *rest)]

    def _sample(self, block: Block) -> _Sample:
        sample, wanted = _Sample(), self.wanted(block)
        for index in self._candidates(block):
            done = len(sample.indices)
            if done == wanted:
                break
            self._tell(f"{block.name}: entry {done + 1} of {wanted}", 0)
            if self._compare(entry(block, index), sample):
                sample.indices.append(index)
                self._tell("", 1)
        self._tell("", wanted - len(sample.indices))
        return sample

    def _sweep(self, block: Block) -> _Sample:
        sample = _Sample()
        for _ in range(_PATIENCE * SWEEPS):
            done = len(sample.gradient)
            if done == SWEEPS:
                break
            self._tell(f"{block.name}: direction {done + 1} of {SWEEPS}", 0)
            if self._compare(sweep(block, self._rng), sample):
                self._tell("", 1)
        return sample

    def _compare(self, direction: Direction, sample: _Sample) -> bool:
        pair = self._slopes.both(direction, self._epsilon)
        if pair is None:
            sample.bends += 1
            return False
        sample.one_sided.append(pair[0])
        sample.two_sided.append(pair[1])
        sample.gradient.append(direction.slope_of(self._subject.gradient))
        return True

    def _find(self, block: Block) -> Entry | None:
        """The entry that is off, found by halving the block; None if J bends there."""
        start, stop = 0, block.stop - block.start
        while stop - start > 1:
            self._tell(f"{block.name}: looking for the entry", 0)
            middle = (start + stop) // 2
            left = self._off(block, slice(start, middle))
            right = self._off(block, slice(middle, stop))
            start, stop = (start, middle) if left >= right else (middle, stop)
        found = _Sample()
        if not self._compare(entry(block, start), found):
            return None
        return Entry(entry_name(block, start), found.gradient[0], found.two_sided[0])

    def _off(self, block: Block, part: slice) -> float:
        """How far backpropagation is off along two directions within a part of a block."""
        found = _Sample()
        for _ in range(2):
            self._compare(sweep(block, self._rng, part), found)
        pairs = zip(found.gradient, found.two_sided, strict=True)
        return sum(abs(g - s) for g, s in pairs)
