"""The sets of delimited text files."""

from __future__ import annotations

from pathlib import Path

from dllab.data.labels import guess
from dllab.data.labels_file import read_labels
from dllab.data.missing import called
from dllab.data.options import DataOptions
from dllab.data.raw import Raw, RawSet
from dllab.data.shapes import image_shape
from dllab.data.text.dialect import sample
from dllab.data.text.fast import read_table
from dllab.data.text.features import (
    Categories,
    categories_of,
    labels_of,
    matrix_of,
    moved,
    names_of,
)
from dllab.data.text.files import other_layout
from dllab.data.text.layout import EMPTY, INDEX, TEXT, Layout, lay_out
from dllab.data.text.records import line_of
from dllab.data.text.table import Table
from dllab.errors import DataError

_WHY_IGNORED = {
    TEXT: "holds many different texts and is not used",
    INDEX: "numbers the rows and is not used",
    EMPTY: "is empty and is not used",
}
_SHOWN = 3


def read_text(path: Path, options: DataOptions) -> Raw:
    """Read the training file, and the dev and test files that the options name.

    Raises
    ------
    DataError
        For anything in them that is not as it should be, with file, line and column.
    """
    layout = lay_out(sample(path, options), options)
    check_learnable(layout, options)
    table = read_table(layout)
    categories = categories_of(layout, table)
    names, blocks = names_of(layout, categories)
    train = _set(layout, table, categories, options.labels_file)
    notes = ignored(layout)
    others = {}
    for name, given, labels_file in (
        ("dev", options.dev_file, options.dev_labels_file),
        ("test", options.test_file, options.test_labels_file),
    ):
        if given:
            other = other_layout(layout, Path(given), options, labels_file)
            found = read_table(other)
            there = moved(layout, other, categories)
            notes += _strangers(name, other, found, there)
            others[name] = _set(other, found, there, labels_file)
    beside = options.labels_file and not options.task
    task = guess(train.labels) if beside else layout.task
    shape, guessed = image_shape(options.image_size, len(names), train.X.dtype)
    return Raw(
        name=path.stem,
        train=train,
        task=task,
        dev=others.get("dev"),
        test=others.get("test"),
        feature_names=names,
        target_names=tuple(layout.dialect.names[index] for index in layout.labels),
        blocks=blocks,
        image_shape=shape,
        notes=notes + guessed,
    )


def check_learnable(layout: Layout, options: DataOptions) -> None:
    """Refuse with `DataError` a table without a label or without an input."""
    path = layout.dialect.path
    if not layout.labels and not options.labels_file:
        raise DataError(
            f"{path} has one column that can be used, and learning takes at least an input and a "
            "label; choose another delimiter, or name the file with the labels."
        )
    if not layout.features:
        names = ", ".join(column.name for column in layout.columns[:10])
        raise DataError(
            f"{path} has no column to learn from: of {names}, all are the label or not used; "
            "use more of them."
        )


def ignored(layout: Layout) -> list[str]:
    """A sentence for each column that is not used."""
    return [
        f"{capital(column.name)} {_WHY_IGNORED.get(kind, 'is left out, as chosen')}."
        for column, kind in zip(layout.columns, layout.kinds, strict=True)
        if column.role == "ignored"
    ]


def capital(name: str) -> str:
    """A column at the beginning of a sentence."""
    return called(name).replace("column", "Column", 1)


def _set(layout: Layout, table: Table, categories: Categories, labels_file: str | None) -> RawSet:
    dialect = layout.dialect
    if labels_file:
        labels = read_labels(Path(labels_file))
    elif not layout.labels:
        raise DataError(f"{dialect.path} has no labels; name the file that holds them.")
    else:
        labels = labels_of([table.singles[index] for index in layout.labels])
    X = matrix_of(layout, table, categories)
    return RawSet(X, labels, str(dialect.path), lambda row: f"line {line_of(dialect, row):,}")


def _strangers(name: str, layout: Layout, table: Table, categories: Categories) -> list[str]:
    notes = []
    for column, known in categories.items():
        new = sorted(set(table.singles[column].names or ()) - set(known))
        if new:
            more = " …" if len(new) > _SHOWN else ""
            notes.append(
                f"{capital(layout.dialect.names[column])} of the {name} file holds "
                f"{', '.join(new[:_SHOWN])}{more}, never seen in training: all its inputs are 0 "
                "there."
            )
    return notes
