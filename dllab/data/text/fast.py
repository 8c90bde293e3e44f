"""Reading a table with pandas: about ten times as fast as with care, and as exact in its numbers.

pandas does not say where something is wrong, and fills up short lines without a word. So
whatever it stumbles over, and whatever could be such a line, is read again with care.
"""

from __future__ import annotations

from collections import deque
from typing import Any, TextIO

import numpy as np

from dllab.data.text.careful import read_carefully, too_many
from dllab.data.text.encoding import open_text
from dllab.data.text.layout import NUMBER, Layout
from dllab.data.text.records import WHITESPACE, Dialect, cut, records
from dllab.data.text.table import Table, TableBuilder, TooManyWords

_CHUNK_CELLS = 2**21


class _Doubtful(Exception):
    """Something that only a careful reading can decide."""


def read_table(layout: Layout) -> Table:
    """Read the whole table; raises `DataError` as `read_carefully` does."""
    try:
        return _read(layout)
    except _Doubtful:
        return read_carefully(layout)


def _read(layout: Layout) -> Table:
    # A quarter of a second that nobody pays who opens no table.
    import pandas

    dialect = layout.dialect
    builder = TableBuilder(layout.singles, layout.labels)
    used = {*layout.numbers, *layout.singles}
    kinds = [
        "float64" if index in used and kind == NUMBER else "str"
        for index, kind in enumerate(layout.kinds)
    ]
    gaps = False
    with open_text(dialect.path, dialect.encoding) as stream:
        _pass_header(stream, dialect)
        try:
            # Without usecols and index_col: with them pandas cuts long lines short.
            chunks = pandas.read_csv(
                stream,
                sep=r"\s+" if dialect.delimiter == WHITESPACE else dialect.delimiter,
                header=None,
                names=range(dialect.width),
                dtype=dict(enumerate(kinds)),
                na_values=_forms(layout.words),
                keep_default_na=False,
                skipinitialspace=True,
                decimal=dialect.decimal,
                chunksize=max(1, _CHUNK_CELLS // dialect.width),
            )
            for chunk in chunks:
                gaps |= bool(chunk[dialect.width - 1].isna().any())
                _add(layout, builder, chunk)
        except TooManyWords as error:
            raise too_many(layout, error) from None
        except (ValueError, OverflowError) as error:
            # pandas' own errors are ValueErrors too.
            raise _Doubtful from error
    if gaps:
        # A short line ends in a gap: counted, which costs less than reading again.
        deque(records(dialect), maxlen=0)
    return builder.join()


def _pass_header(stream: TextIO, dialect: Dialect) -> None:
    for _ in range(dialect.skip_lines):
        stream.readline()
    if dialect.header:
        # Cut, not counted: a name in quotes may go over several lines.
        next(cut(iter(stream.readline, ""), dialect.delimiter))


def _forms(words: frozenset[str]) -> list[str]:
    forms = {form for word in words for form in (word, word.upper(), word.capitalize())}
    return sorted(forms | ({"NaN"} if "nan" in words else set()))


def _add(layout: Layout, builder: TableBuilder, chunk: Any) -> None:
    import pandas

    if chunk.shape[1] != layout.dialect.width or not isinstance(chunk.index, pandas.RangeIndex):
        raise _Doubtful
    block = chunk[list(layout.numbers)].to_numpy(np.float64)
    if np.isinf(block).any():
        raise _Doubtful
    builder.add_numbers(block)
    for column in layout.singles:
        values = chunk[column]
        if layout.kinds[column] == NUMBER:
            numbers = values.to_numpy(np.float64)
            if np.isinf(numbers).any():
                raise _Doubtful
            builder.add_values(column, numbers)
            continue
        codes, words = pandas.factorize(values)
        stripped = [str(word).strip() for word in words]
        known = [None if word.lower() in layout.words else word for word in stripped]
        builder.add_words(column, codes, known)
