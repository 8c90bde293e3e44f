"""What the columns of a text file are, and which of them are read for what."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dllab.data.guess import Candidate, guess_task, label_order
from dllab.data.inspection import Column
from dllab.data.options import MISSING_WORDS, DataOptions
from dllab.data.text.dialect import Sample
from dllab.data.text.records import Dialect
from dllab.errors import DataError

NUMBER, CATEGORY, TEXT, INDEX, EMPTY = "number", "category", "text", "index", "empty"
_USED = (NUMBER, CATEGORY)
_FEW_CATEGORIES = 20
_NUMERIC_SHARE = 0.9
_UNNAMED = ("column 1", "Unnamed: 0")
_INDEX_NAMES = ("id", "index", "idx", "no", "nr", "row", "rowid", "row_id", "passengerid")
_EXAMPLES = 5


@dataclass(frozen=True)
class Layout:
    """The columns of a text file: `kinds` of all, `features` and `labels` by index.

    `labels` is empty when they come from a file of their own. `words` are the missing ones, in
    small letters. `candidates` are the names of possible labels, the likeliest first.
    """

    dialect: Dialect
    kinds: tuple[str, ...]
    columns: tuple[Column, ...]
    features: tuple[int, ...]
    labels: tuple[int, ...]
    candidates: tuple[str, ...]
    task: str
    words: frozenset[str]

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The features that are numbers."""
        return tuple(index for index in self.features if self.kinds[index] == NUMBER)

    @cached_property
    def singles(self) -> tuple[int, ...]:
        """The columns read one by one: features that are categories, and labels."""
        categories = [index for index in self.features if self.kinds[index] == CATEGORY]
        return (*categories, *self.labels)


def missing_words(options: DataOptions) -> frozenset[str]:
    """The words that stand for a missing value, in small letters."""
    words = MISSING_WORDS if options.missing_words is None else options.missing_words
    return frozenset(word.strip().lower() for word in words)


def parse_number(cell: str, decimal: str) -> float:
    """The number that a cell holds; raises ValueError for anything else, "nan" included."""
    if decimal == ",":
        if "." in cell:
            raise ValueError(cell)
        cell = cell.replace(",", ".")
    # Python also reads 1_000 and the digits of other scripts.
    if "_" in cell or not cell.isascii():
        raise ValueError(cell)
    value = float(cell)
    if math.isnan(value):
        raise ValueError(cell)
    return value


def lay_out(sample: Sample, options: DataOptions) -> Layout:
    """Decide from the first rows what each column is; the options have the last word.

    Raises
    ------
    DataError
        If an option names a column that is not there, a label is no column to learn from, or
        nothing is left to learn from.
    """
    dialect, words = sample.dialect, missing_words(options)
    chosen = dict(options.columns or ())
    labels = tuple(find_column(dialect, name) for name in options.label or ())
    for name in chosen:
        find_column(dialect, name)
    facts = [
        _Facts(name, column, words, dialect.decimal)
        for name, column in zip(dialect.names, zip(*sample.rows, strict=True), strict=True)
    ]
    detected = [fact.kind(unnamed=dialect.header and index == 0 and fact.name in _UNNAMED)
                for index, fact in enumerate(facts)]  # fmt: skip
    kinds = [chosen.get(fact.name, kind) for fact, kind in zip(facts, detected, strict=True)]
    for index in labels:
        if kinds[index] not in _USED:
            kinds[index] = NUMBER if facts[index].numeric else CATEGORY
    possible = [fact.candidate(kind) for fact, kind in zip(facts, kinds, strict=True)
                if kind in _USED]  # fmt: skip
    candidates = label_order(possible)
    if not labels and options.labels_file is None and len(possible) > 1:
        labels = (dialect.names.index(candidates[0]),)
    task = options.task
    if task is None:
        several = len(labels) > 1
        known = {fact.name: fact for fact in possible}
        name = dialect.names[labels[0]] if labels else ""
        task = "regression" if several or name not in known else guess_task(known[name])
    features = tuple(i for i, kind in enumerate(kinds) if kind in _USED and i not in labels)
    columns = tuple(
        fact.describe(
            detected[index],
            "label" if index in labels else "feature" if index in features else "ignored",
            as_category=kinds[index] == CATEGORY,
        )
        for index, fact in enumerate(facts)
    )
    return Layout(dialect, tuple(kinds), columns, features, labels, candidates, task, words)


def find_column(dialect: Dialect, name: str) -> int:
    """The index of the column of this name; raises `DataError` when there is none."""
    if name in dialect.names:
        return dialect.names.index(name)
    near = difflib.get_close_matches(name, dialect.names, n=1)
    names = ", ".join(dialect.names[:10]) + (" …" if dialect.width > 10 else "")
    hint = f"did you mean {near[0]}?" if near else f"there are {names}."
    raise DataError(f"{dialect.path} has no column called {name!r}; {hint}")


class _Facts:
    """Counts over the cells of one column of the sample."""

    def __init__(self, name: str, cells: Sequence[str], words: frozenset[str], mark: str) -> None:
        self.name, self.rows = name, len(cells)
        counts = Counter(cells)
        there = {cell: n for cell, n in counts.items() if cell.lower() not in words}
        self.present = sum(there.values())
        self.numbers: list[float] = []
        self.order = list(there)
        numeric = 0
        for cell, n in there.items():
            try:
                self.numbers.append(parse_number(cell, mark))
            except ValueError:
                continue
            numeric += n
        self.numeric = numeric >= _NUMERIC_SHARE * max(1, self.present)
        self.all_numeric = numeric == self.present
        self.whole = self.numeric and all(value == math.floor(value) for value in self.numbers
                                          if math.isfinite(value))  # fmt: skip

    def kind(self, *, unnamed: bool) -> str:
        if self.present == 0:
            return EMPTY
        if self._counts_rows(unnamed):
            return INDEX
        if self.numeric:
            return NUMBER
        many = len(self.order) > max(_FEW_CATEGORIES, self.present / 2)
        return TEXT if many else CATEGORY

    def _counts_rows(self, unnamed: bool) -> bool:
        # Names of rows, as R and pandas write them into a first column without a name.
        if unnamed and len(self.order) == self.rows and not self.numbers:
            return True
        name = self.name.strip().lower()
        if not (unnamed or name in _INDEX_NAMES) or len(self.numbers) < max(3, self.rows):
            return False
        start = self.numbers[0]
        return start in (0, 1) and self.numbers == [start + i for i in range(self.rows)]

    def candidate(self, kind: str) -> Candidate:
        return Candidate(self.name, kind == CATEGORY, self.whole, len(self.order), self.present)

    def describe(self, kind: str, role: str, *, as_category: bool) -> Column:
        width = len(self.order) if as_category and role == "feature" else 1
        return Column(
            self.name,
            kind,
            role,
            self.rows - self.present,
            len(self.order),
            tuple(self.order[:_EXAMPLES]),
            width,
        )
