"""Guesses from the first rows: which column is the label, and whether it names classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LABELS = ("label", "labels", "class", "classes", "target", "targets", "y", "outcome", "response")
_TARGETS = (
    "species", "diagnosis", "survived", "quality", "price", "medv", "income", "rings", "score",
    "grade", "category", "type", "result", "output", "value", "mpg", "charges", "default", "churn",
)  # fmt: skip
MOST_CLASSES = 20
MOST_NAMED_CLASSES = 1000


@dataclass(frozen=True)
class Candidate:
    """What is known of a column that may be the label.

    `text` is true when it holds no numbers; `whole` when its numbers are all whole; `distinct`
    is the number of its different values among `rows`.
    """

    name: str
    text: bool
    whole: bool
    distinct: int
    rows: int


def label_order(columns: Sequence[Candidate]) -> tuple[str, ...]:
    """The names of the columns, the likeliest label first.

    A telling name counts most, then the last place, then few different values in the first or
    last place, as files without a header have it.
    """
    scored = []
    for index, column in enumerate(columns):
        name = column.name.strip().lower()
        score = 100 * (name in _LABELS) + 40 * (name in _TARGETS)
        first, last = index == 0, index == len(columns) - 1
        score += 20 * last + 10 * first
        if column.distinct < 2 < column.rows:
            score -= 30
        elif (first or last) and column.distinct <= min(50, column.rows / 2):
            score += 15 * (column.text or column.whole)
        scored.append((-score, index, column.name))
    return tuple(name for _, _, name in sorted(scored))


def guess_task(column: Candidate) -> str:
    """Classification for text, and for few different whole numbers; else regression."""
    if column.text:
        return "classification"
    called_label = column.name.strip().lower() in _LABELS[:4]
    most = MOST_NAMED_CLASSES if called_label else MOST_CLASSES
    few = column.distinct <= most and (column.rows < 8 or 2 * column.distinct <= column.rows)
    return "classification" if column.whole and few else "regression"
