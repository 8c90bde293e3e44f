"""Looking at a text file for the dialog: its first rows, and the encoding of all its bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dllab.data.inspection import Inspection
from dllab.data.labels import class_names, guess
from dllab.data.labels_file import read_labels
from dllab.data.missing import FILLINGS
from dllab.data.options import TEXT, DataOptions
from dllab.data.shapes import image_shape
from dllab.data.text.dialect import Sample, sample
from dllab.data.text.layout import NUMBER, Layout, lay_out, parse_number
from dllab.data.text.source import capital, check_learnable, ignored
from dllab.errors import DataError

_PREVIEW_ROWS = 20
_SHOWN = 5
_MANY_CLASSES = 100


def inspect_text(path: Path, options: DataOptions) -> Inspection:
    """Look at the first rows only; `dllab.data.text.dialect` says how many.

    Raises
    ------
    DataError
        If there is nothing to show: no text, no row, a column that an option names is not there.
    """
    head = sample(path, options)
    layout = lay_out(head, options)
    dialect = layout.dialect
    below = dialect.lines - dialect.skip_lines - int(dialect.header)
    shape, problem, task, classes = None, "", layout.task, _classes(head, layout)
    try:
        if options.labels_file:
            labels = read_labels(Path(options.labels_file))
            task = options.task or guess(labels)
            classes = class_names(labels, None) if task == "classification" else ()
        check_learnable(layout, options)
        width = sum(column.width for column in layout.columns if column.role == "feature")
        shape, _ = image_shape(options.image_size, width, _dtype(head, layout))
    except DataError as error:
        problem = str(error)
    found = DataOptions(
        label=tuple(dialect.names[index] for index in layout.labels) or None,
        task=task,
        missing="refuse",
        duplicates="keep",
        delimiter=dialect.delimiter,
        decimal=dialect.decimal,
        header=dialect.header,
        encoding=dialect.encoding,
        skip_lines=dialect.skip_lines,
    )
    return Inspection(
        path=path,
        format=TEXT,
        options=options.or_else(found),
        detected=frozenset(found.given()) - frozenset(options.given()),
        rows=len(head.rows) if head.whole else below,
        rows_exact=head.whole,
        rows_seen=len(head.rows),
        columns=layout.columns,
        label_candidates=layout.candidates,
        task=task,
        classes=classes,
        preview=head.rows[:_PREVIEW_ROWS],
        image_shape=shape,
        files=(("train", path), *given_files(options)),
        warnings=tuple(_warnings(head, layout, options)),
        problem=problem,
    )


def given_files(options: DataOptions) -> list[tuple[str, Path]]:
    """The files that the options name, with their roles."""
    named = {
        "labels": options.labels_file,
        "dev": options.dev_file,
        "dev labels": options.dev_labels_file,
        "test": options.test_file,
        "test labels": options.test_labels_file,
    }
    return [(role, Path(path)) for role, path in named.items() if path]


def _warnings(head: Sample, layout: Layout, options: DataOptions) -> list[str]:
    found = []
    if head.wrong:
        found.append(
            f"Not all of the first lines have {head.dialect.width:,} cells: {head.wrong:,} of them "
            "cannot be a row of the table."
        )
    found += ignored(layout)
    gaps = [column for column in layout.columns if column.missing and column.role != "ignored"]
    if gaps:
        count = sum(column.missing for column in gaps)
        names = ", ".join(column.name for column in gaps[:_SHOWN])
        more = " …" if len(gaps) > _SHOWN else ""
        one = count == 1
        values = "value is" if one else "values are"
        end = f"choose what to do about {'it' if one else 'them'}"
        if options.missing in FILLINGS:
            end = f"{'it' if one else 'they'} will be filled in"
        elif options.missing == "drop":
            end = f"{'its row' if one else 'these rows'} will be left out"
        found.append(f"{count:,} {values} missing in {names}{more}; {end}.")
    for column in layout.columns:
        if column.role == "feature" and column.distinct == 1 and len(head.rows) > 1:
            found.append(f"{capital(column.name)} never changes so far; such an input becomes 0.")
    found += _not_numbers(head, layout)
    classes = len(_classes(head, layout))
    if classes > _MANY_CLASSES and 2 * classes > len(head.rows):
        found.append(
            f"The label has {classes:,} different values in {len(head.rows):,} rows; is it the "
            "right column?"
        )
    return found


def _not_numbers(head: Sample, layout: Layout) -> list[str]:
    found = []
    decimal = layout.dialect.decimal
    for index in (*layout.numbers, *layout.labels):
        if layout.kinds[index] != NUMBER:
            continue
        name = layout.dialect.names[index]
        for row in head.rows:
            cell = row[index]
            if cell.lower() not in layout.words and not _is_number(cell, decimal):
                found.append(
                    f"{capital(name)} holds numbers, but {cell[:40]!r} is none; opening stops "
                    "there."
                )
                break
    return found


def _is_number(cell: str, decimal: str) -> bool:
    try:
        parse_number(cell, decimal)
    except ValueError:
        return False
    return True


def _classes(head: Sample, layout: Layout) -> tuple[str, ...]:
    if layout.task != "classification" or len(layout.labels) != 1:
        return ()
    index = layout.labels[0]
    cells = {row[index] for row in head.rows if row[index].lower() not in layout.words}
    decimal = layout.dialect.decimal
    if layout.kinds[index] == NUMBER:
        numbers = {parse_number(cell, decimal) for cell in cells if _is_number(cell, decimal)}
        return tuple(f"{value:.15g}" for value in sorted(numbers))
    return tuple(sorted(cells))


def _dtype(head: Sample, layout: Layout) -> np.dtype[np.generic]:
    """uint8 when all that has been seen of the inputs are bytes."""
    decimal = layout.dialect.decimal
    cells = {row[index] for row in head.rows[:100] for index in layout.numbers}
    byte = all(
        _is_number(cell, decimal) and parse_number(cell, decimal) in range(256) for cell in cells
    )
    return np.dtype(np.uint8 if byte else np.float64)
