"""From the columns of a table to the matrix X: numbers as they are, an input for each category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.raw import Labels
from dllab.data.text.layout import Layout
from dllab.data.text.table import Single, Table

Categories = Mapping[int, tuple[str, ...]]
_UNKNOWN = -2


def categories_of(layout: Layout, table: Table) -> dict[int, tuple[str, ...]]:
    """The categories of each feature that is one, by the alphabet."""
    return {
        column: tuple(sorted(set(table.singles[column].names or ())))
        for column in layout.singles
        if column not in layout.labels
    }


def labels_of(singles: list[Single]) -> Labels:
    """One column of labels, or several of numbers."""
    if len(singles) == 1:
        return Labels(singles[0].values, singles[0].names)
    for single in singles:
        if single.names is not None:
            return Labels(single.values, single.names)
    return Labels(np.column_stack([single.values.astype(np.float64) for single in singles]))


def matrix_of(layout: Layout, table: Table, categories: Categories) -> NDArray[Any]:
    """X (m, n_x): the features in the order of the columns, NaN where missing.

    Each category of a column is an input of 0 or 1; for one that is not among `categories` all
    of them are 0.
    """
    if not categories:
        return table.numbers
    widths = [len(categories.get(column, " ")) for column in layout.features]
    coded = {column: _codes(table.singles[column], names) for column, names in categories.items()}
    gaps = any((codes == -1).any() for codes in coded.values())
    kinds = {table.numbers.dtype} if layout.numbers else {np.dtype(np.uint8)}
    X = np.zeros(
        (len(table.numbers), sum(widths)), np.result_type(*kinds, *([np.float64] if gaps else []))
    )
    start = 0
    for column, width in zip(layout.features, widths, strict=True):
        if column in coded:
            codes = coded[column]
            there = np.flatnonzero(codes >= 0)
            X[there, start + codes[there]] = 1
            X[codes == -1, start : start + width] = np.nan if gaps else 0
        else:
            X[:, start] = table.numbers[:, layout.numbers.index(column)]
        start += width
    return X


def _codes(single: Single, names: tuple[str, ...]) -> NDArray[np.intp]:
    index = {name: code for code, name in enumerate(names)}
    lookup = [index.get(name, _UNKNOWN) for name in single.names or ()]
    return np.array([*lookup, -1], np.intp)[single.values]


def names_of(
    layout: Layout, categories: Categories
) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The name of each column of X, and the (start, stop) of those that are one category."""
    names: list[str] = []
    blocks = []
    for column in layout.features:
        name = layout.dialect.names[column]
        if column in categories:
            blocks.append((len(names), len(names) + len(categories[column])))
            names += [f"{name} = {category}" for category in categories[column]]
        else:
            names.append(name)
    return tuple(names), tuple(blocks)


def moved(train: Layout, other: Layout, categories: Categories) -> dict[int, tuple[str, ...]]:
    """The categories of the training file, by the columns of another."""
    return {
        there: categories[here]
        for here, there in zip(train.features, other.features, strict=True)
        if here in categories
    }
