"""Dev, test and labels files beside a table, matched to it column by column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dllab.data.options import TEXT, DataOptions
from dllab.data.raw import Labels
from dllab.data.sniff import format_of
from dllab.data.text.dialect import sample
from dllab.data.text.fast import read_table
from dllab.data.text.features import labels_of
from dllab.data.text.layout import CATEGORY, NUMBER, Layout, lay_out
from dllab.errors import DataError

IGNORED = "ignore"


def other_layout(
    train: Layout, path: Path, options: DataOptions, labels_file: str | None
) -> Layout:
    """The layout of a dev or test file: its own dialect, the training file's columns.

    Columns are matched by name where both have a header, else by place. Raises `DataError` when
    one is missing or the files are of different kinds.
    """
    if (kind := format_of(path)) != TEXT:
        raise DataError(
            f"{path} is not delimited text but {kind}, unlike {train.dialect.path}; give files of "
            "one kind."
        )
    dialect = sample(path, options).dialect
    names = train.dialect.names
    wanted = (*train.features, *(() if labels_file else train.labels))
    if dialect.header and train.dialect.header:
        absent = [names[index] for index in wanted if names[index] not in dialect.names]
        if absent:
            what = (
                "needs the labels too, to measure the error on it"
                if absent[0] in {names[index] for index in train.labels}
                else "needs the columns of the training file"
            )
            raise DataError(f"{path} has no column {absent[0]}; a dev or test file {what}.")
        place = {index: dialect.names.index(names[index]) for index in wanted}
    elif dialect.width == len(names):
        place = {index: index for index in wanted}
    else:
        raise DataError(
            f"{path} has {dialect.width:,} columns but {train.dialect.path} has {len(names):,}; "
            "give both the same columns, or both a header to match them by."
        )
    kinds = [IGNORED] * dialect.width
    for here, there in place.items():
        kinds[there] = train.kinds[here]
    return replace(
        train,
        dialect=dialect,
        kinds=tuple(kinds),
        features=tuple(place[index] for index in train.features),
        labels=() if labels_file else tuple(place[index] for index in train.labels),
    )


def read_label_column(path: Path) -> Labels:
    """The labels of a text file that holds nothing else: a column, or several of numbers."""
    found = sample(path, DataOptions())
    layout = lay_out(found, DataOptions(labels_file=str(path)))
    everything = tuple(range(layout.dialect.width))
    kinds = tuple(kind if kind == NUMBER else CATEGORY for kind in layout.kinds)
    layout = replace(layout, features=(), labels=everything, kinds=kinds)
    table = read_table(layout)
    return labels_of([table.singles[index] for index in everything])
