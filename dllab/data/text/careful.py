"""Reading a table record by record: slow, and exact about what is wrong and where."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dllab.data.missing import called
from dllab.data.text.layout import NUMBER, Layout, parse_number
from dllab.data.text.records import records
from dllab.data.text.table import Table, TableBuilder, TooManyWords
from dllab.errors import DataError

_CHUNK_CELLS = 2**18
_THOUSANDS = "; numbers are written without marks between the thousands"


def read_carefully(layout: Layout) -> Table:
    """Read the whole table.

    Raises
    ------
    DataError
        With file, line and column for text where numbers should be and for infinite values, with
        file and line for a record with the wrong number of cells and for quotes that do not fit,
        and for a column with too many categories.
    """
    dialect = layout.dialect
    builder = TableBuilder(layout.singles, layout.labels)
    rows = max(1, _CHUNK_CELLS // dialect.width)
    read = records(dialect)
    while chunk := list(islice(read, rows)):
        lines = [line for line, _ in chunk]
        columns = list(zip(*(cells for _, cells in chunk), strict=True))
        block = np.empty((len(chunk), len(layout.numbers)))
        for place, column in enumerate(layout.numbers):
            block[:, place] = _numbers(layout, column, columns[column], lines)
        builder.add_numbers(block)
        for column in layout.singles:
            if layout.kinds[column] == NUMBER:
                builder.add_values(column, _numbers(layout, column, columns[column], lines))
            else:
                _add_words(layout, builder, column, columns[column])
    return builder.join()


def _numbers(
    layout: Layout, column: int, cells: Sequence[str], lines: Sequence[int]
) -> NDArray[np.float64]:
    decimal, words = layout.dialect.decimal, layout.words
    values = np.empty(len(cells))
    for row, cell in enumerate(cells):
        if cell.lower() in words:
            values[row] = np.nan
            continue
        try:
            values[row] = parse_number(cell, decimal)
        except ValueError:
            raise _no_number(layout, column, cell, lines[row]) from None
        if np.isinf(values[row]):
            raise DataError(
                f"{_place(layout, column, lines[row])}: {cell} is not finite; correct it, or "
                "count it among the words for missing values."
            )
    return values


def _add_words(layout: Layout, builder: TableBuilder, column: int, cells: Sequence[str]) -> None:
    known: dict[str, int] = {}
    codes = [
        -1 if cell.lower() in layout.words else known.setdefault(cell, len(known)) for cell in cells
    ]
    try:
        builder.add_words(column, np.array(codes), list(known))
    except TooManyWords as error:
        raise too_many(layout, error) from None


def too_many(layout: Layout, error: TooManyWords) -> DataError:
    """The sentence for a column of text with too many different ones."""
    what = "classes" if error.column in layout.labels else "one input each"
    return DataError(
        f"{layout.dialect.path}: {called(layout.dialect.names[error.column])} has more than "
        f"{error.most:,} different texts, too many for {what}; ignore it, or choose another label."
    )


def _no_number(layout: Layout, column: int, cell: str, line: int) -> DataError:
    shown = repr(cell if len(cell) <= 40 else cell[:40] + "…")
    marks = _THOUSANDS if cell.strip("+-").replace(",", "").replace(".", "").isdigit() else ""
    return DataError(
        f"{_place(layout, column, line)}: {shown} is not a number{marks}. Correct it, count it "
        "among the words for missing values, or take the column as a category."
    )


def _place(layout: Layout, column: int, line: int) -> str:
    dialect = layout.dialect
    return f"{dialect.path}, line {line:,}, {called(dialect.names[column])}"
