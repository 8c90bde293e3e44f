"""Finding out how a text file is cut into cells: lines to skip, delimiter, decimals, header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dllab.data.options import MISSING_WORDS, DataOptions
from dllab.data.text.encoding import look_at, open_text
from dllab.data.text.records import WHITESPACE, Dialect, cut, table_lines
from dllab.errors import DataError

SAMPLE_RECORDS = 10_000
SAMPLE_CELLS = 300_000
_FEWEST_RECORDS = 200
_SNIFFED = 200
_CANDIDATES = (",", ";", "\t", "|", WHITESPACE)
_POINT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_COMMA = re.compile(r"[-+]?(\d+,?\d*|,\d+)([eE][-+]?\d+)?")
# A cell such as "5;2" or "5 2" is two numbers that a wrong delimiter has left together.
_LEFT_TOGETHER = re.compile(r"[-+\d.,eE]*\d\s*[;|\s]\s*[-+.,\d][-+\d.,eE\s;|]*")
_SEP_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Sample:
    """A dialect and the first records below the header, those with the right number of cells.

    `whole` is true when they are all there is. `wrong` is the number of records with another
    number of cells.
    """

    dialect: Dialect
    rows: tuple[tuple[str, ...], ...]
    whole: bool
    wrong: int


def number(cell: str, decimal: str) -> bool:
    """True for a finite number written with this decimal mark."""
    return bool((_COMMA if decimal == "," else _POINT).fullmatch(cell))


def sample(path: Path, options: DataOptions) -> Sample:
    """Find the dialect from the first records, where the options do not say it.

    Raises
    ------
    DataError
        If the file is not text in the encoding, or holds no record.
    """
    encoded = look_at(path, options.encoding)
    with open_text(path, encoded.encoding) as stream:
        lines = list(islice(table_lines(stream, 0), _SNIFFED))
    skip, named = _skipped(lines, options.skip_lines)
    delimiter = options.delimiter or named or find_delimiter(lines[skip:])
    with open_text(path, encoded.encoding) as stream:
        found, whole = _first(cut(table_lines(stream, skip), delimiter, strict=False))
    if not found:
        raise DataError(f"{path} holds no row of data; give a file with at least one.")
    width = Counter(map(len, found[1:] or found)).most_common(1)[0][0]
    decimal = options.decimal or _decimal(found, delimiter)
    first, body = found[0], [row for row in found[1:] if len(row) == width]
    header = options.header
    if header is None:
        header = _is_header(first, body, decimal)
    names = _names(first, body, width, path) if header else _numbered(width)
    rows = body if header else [row for row in found if len(row) == width]
    if not rows:
        raise DataError(f"{path} holds a header but no row of data; give at least one row.")
    dialect = Dialect(
        path, encoded.encoding, encoded.lines, skip, delimiter, decimal, header, names
    )
    wrong = len(found) - int(header) - len(rows)
    return Sample(dialect, tuple(map(tuple, rows)), whole, wrong)


def find_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts these lines most evenly into cells that hold no other one.

    A comma where none does: a single column.
    """
    best, delimiter = 0.0, ","
    for candidate in _CANDIDATES:
        found = list(cut(lines, candidate, strict=False))
        if not found:
            continue
        width, frequency = Counter(map(len, found)).most_common(1)[0]
        if width < 2:
            continue
        cells = [cell for record in found if len(record) == width for cell in record]
        tidy = sum(map(_tidy, cells)) / len(cells)
        even = frequency / len(found)
        # Words with blanks between them are no table, unless all lines agree.
        if candidate == WHITESPACE and (even < 1 or tidy < 1):
            continue
        score = even * tidy
        if score > best:
            best, delimiter = score, candidate
    return delimiter


def _tidy(cell: str) -> bool:
    if _POINT.fullmatch(cell) or _COMMA.fullmatch(cell):
        return True
    return not any(mark in cell for mark in ";\t|") and not _LEFT_TOGETHER.fullmatch(cell)


def _skipped(lines: Sequence[str], given: int | None) -> tuple[int, str | None]:
    # Excel writes and reads a first line "sep=;".
    named = _SEP_LINE.fullmatch(lines[0]) if lines else None
    if given is not None:
        return given, named[1] if named and given == 1 else None
    return (1, named[1]) if named else (0, None)


def _first(cut_records: Iterable[list[str]]) -> tuple[list[list[str]], bool]:
    found: list[list[str]] = []
    cells = 0
    for record in cut_records:
        enough = len(found) >= SAMPLE_RECORDS or cells >= SAMPLE_CELLS
        if enough and len(found) >= _FEWEST_RECORDS:
            return found, False
        found.append(record)
        cells += len(record)
    return found, True


def _decimal(found: Iterable[Sequence[str]], delimiter: str) -> str:
    if delimiter == ",":
        return "."
    cells = [cell for record in found for cell in record]
    commas = sum("," in cell and bool(_COMMA.fullmatch(cell)) for cell in cells)
    points = sum("." in cell and bool(_POINT.fullmatch(cell)) for cell in cells)
    return "," if commas > points else "."


def _is_header(first: Sequence[str], body: Sequence[Sequence[str]], decimal: str) -> bool:
    """True when the first record names the columns rather than being one of their rows."""
    if not body:
        return not any(number(cell, decimal) for cell in first)
    width = len(body[0])
    if len(first) == width and first[0] == "" and list(first[1:]) == _counting(width - 1):
        return True
    if len(first) not in (width, width - 1) or any(number(cell, decimal) for cell in first):
        return False
    named = [cell for cell in first if cell.lower() not in MISSING_WORDS]
    if len(named) < len(first) - 1:
        return False
    if len(first) < width:
        return True
    columns = list(zip(*body, strict=True))
    numeric = any(
        sum(number(cell, decimal) for cell in column) > len(column) / 2 for column in columns
    )
    strange = all(name not in column for name, column in zip(first, columns, strict=True) if name)
    return numeric or (strange and len(set(named)) == len(named))


def _counting(n: int) -> list[str]:
    return [str(index) for index in range(n)]


def _numbered(width: int) -> tuple[str, ...]:
    return tuple(f"column {index}" for index in range(1, width + 1))


def _names(
    first: Sequence[str], body: Sequence[Sequence[str]], width: int, path: Path
) -> tuple[str, ...]:
    """The names of the columns; empty ones numbered, equal ones told apart."""
    names = list(first)
    if len(names) == width - 1:
        # The delimiter at each line's end makes an empty last cell; R leaves the first unnamed.
        trailing = body and all(row[-1] == "" for row in body)
        names = [*names, ""] if trailing else ["", *names]
    if len(names) != width:
        raise DataError(
            f"{path}: the header names {len(names):,} columns but the rows below have {width:,} "
            "cells; correct it, or say that there is no header or another delimiter."
        )
    unique: dict[str, None] = {}
    for index, name in enumerate(names, start=1):
        name = name or f"column {index}"
        count = 2
        plain = name
        while name in unique:
            name, count = f"{plain} ({count})", count + 1
        unique[name] = None
    return tuple(unique)
