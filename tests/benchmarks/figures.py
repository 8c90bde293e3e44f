"""Medians with their spread, and tables of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of repeats, the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """The spread of at least one value."""
        found = list(values)
        return cls(statistics.median(found), min(found), max(found))

    def times(self, factor: float) -> Spread:
        """The same in another unit."""
        return Spread(self.median * factor, self.low * factor, self.high * factor)

    def __str__(self) -> str:
        return f"{number(self.median)} ({number(self.low)}–{number(self.high)})"


@dataclass(frozen=True)
class Target:
    """A figure that is aimed at, and what was found."""

    text: str
    found: str
    met: bool

    def __str__(self) -> str:
        return f"{'met' if self.met else '**not met**'}: {self.text}; found {self.found}"


@dataclass(frozen=True)
class Section:
    """One part of the results: tables as Markdown, words about them, targets."""

    title: str
    body: str
    targets: tuple[Target, ...] = ()


def number(value: float) -> str:
    """A figure with three digits that count, thousands separated."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """The ratio of each round, so that a slow moment of the computer falls on both sides."""
    return Spread.of(a / b for a, b in zip(above, below, strict=True))


def median_and_error(values: Sequence[float]) -> tuple[float, float]:
    """The median and its standard error, from the middle half: a few wild turns do not count."""
    low, middle, high = statistics.quantiles(values, n=4)
    return middle, 1.25 * (high - low) / 1.35 / math.sqrt(len(values))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that can be read in a terminal as well."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]

    def one(line: Sequence[str]) -> str:
        first = line[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        return f"| {' | '.join([first, *rest])} |"

    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([one(lines[0]), f"| {' | '.join(rule)} |", *map(one, lines[1:])])
