"""The records of a delimited text file, one list of cells each, read with care.

This is the reading that decides what a file says and where it is wrong. It goes through the file
record by record; `dllab.data.text.fast` is ten times faster where all is well.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from dllab.data.text.encoding import open_text
from dllab.errors import DataError

WHITESPACE = "whitespace"
_MARK = "\ufeff"
_END = "\ue000end\ue000"


@dataclass(frozen=True)
class Dialect:
    """How the text of `path` is cut into cells; `lines` is the number of its lines.

    `skip_lines` come before the table; `header` says whether its first record holds `names`,
    one for each column; where there is no header they are made up. `row_names` is true when the
    header is one name short, because the first column holds names of rows.
    """

    path: Path
    encoding: str
    lines: int
    skip_lines: int
    delimiter: str
    decimal: str
    header: bool
    names: tuple[str, ...]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)


def cut(lines: Iterable[str], delimiter: str, *, strict: bool = True) -> Iterator[list[str]]:
    """Cut lines of text into records; blank lines are left out, cells stripped of blanks.

    Quotes are ``"``, doubled inside; what follows a closing one belongs to the cell. Raises
    `csv.Error` for a quote that is never closed, if ``strict``.
    """
    if delimiter == WHITESPACE:
        lines, delimiter = (" ".join(line.split()) for line in lines), " "
    # A last line of our own: an open quote swallows it.
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter, skipinitialspace=True)
    for record in reader:
        if record == [_END]:
            return
        if strict and record and record[-1].endswith(_END):
            raise csv.Error("one is never closed")
        if len(record) > 1 or (record and record[0].strip()):
            yield [cell.strip() for cell in record]


def table_lines(stream: Iterable[str], skip_lines: int) -> Iterator[str]:
    """The lines of the table, without a byte order mark that the codec has left in."""
    for number, line in enumerate(stream):
        text = line.removeprefix(_MARK) if number == 0 else line
        if number >= skip_lines:
            yield text


class _Counted:
    """Hands lines on and keeps count of them."""

    def __init__(self, lines: Iterable[str], start: int) -> None:
        self._lines, self.number = iter(lines), start

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number += 1
            yield line


def records(dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Every record below the header as (line, cells); lines are counted from 1, as editors do.

    A record that goes over several lines, by line ends inside quotes, is told by its last.
    Raises `DataError` with the line for quotes that do not fit and for a record with more or
    fewer cells than there are columns.
    """
    with open_text(dialect.path, dialect.encoding) as stream:
        lines = _Counted(table_lines(stream, dialect.skip_lines), dialect.skip_lines)
        cut_records = cut(lines, dialect.delimiter)
        start = dialect.skip_lines + 1
        try:
            for _ in islice(cut_records, int(dialect.header)):
                start = lines.number + 1
            for record in cut_records:
                if len(record) != dialect.width:
                    raise _ragged(dialect, lines.number, len(record))
                yield lines.number, record
                start = lines.number + 1
        except csv.Error as error:
            raise DataError(
                f"{dialect.path}, line {start:,}: the quotes do not fit ({error}); close each "
                'text that opens with " and double every " inside it.'
            ) from None


def line_of(dialect: Dialect, row: int) -> int:
    """The line of the record with the index `row`, from 0, counted below the header."""
    for line, _ in islice(records(dialect), row, row + 1):
        return line
    return dialect.lines


def _ragged(dialect: Dialect, line: int, cells: int) -> DataError:
    mark = {"\t": "tabs", WHITESPACE: "blanks"}.get(dialect.delimiter, dialect.delimiter)
    return DataError(
        f"{dialect.path}, line {line:,} has {cells:,} cells, but the table has "
        f"{dialect.width:,} columns, with {mark} between them; correct the line (a text that "
        "holds the delimiter needs quotes) or choose another delimiter."
    )
