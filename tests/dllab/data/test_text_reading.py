"""Delimited text comes back as it was written, whichever of the two ways reads it."""

import csv
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.data import DataOptions, open_data
from dllab.data.text import fast
from dllab.data.text.careful import read_carefully
from dllab.data.text.dialect import sample
from dllab.data.text.fast import read_table
from dllab.data.text.layout import lay_out
from dllab.errors import DataError

finite = st.floats(allow_nan=False, allow_infinity=False)
words = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\0"),
    min_size=1,
    max_size=6,
).map(str.strip)
WORDS = ("", "?", "na", "n/a", "#n/a", "nan", "null")


def writable(word):
    """A category that is neither a missing word nor a number; those are tried elsewhere."""
    if not word or word.lower() in WORDS or word in ("True", "False"):
        return False
    try:
        float(word.replace(",", "."))
    except ValueError:
        return True
    return False


@st.composite
def tables(draw):
    rows = draw(st.integers(2, 12))
    columns = draw(st.integers(1, 4))
    X = draw(st.lists(st.lists(finite, min_size=columns, max_size=columns), min_size=rows,
                      max_size=rows))  # fmt: skip
    labels = draw(st.lists(words.filter(writable), min_size=2, max_size=4, unique=True))
    y = [labels[0], labels[1], *(draw(st.sampled_from(labels)) for _ in range(rows - 2))]
    return X, y


def write(path, X, y, delimiter, decimal, header, encoding, quoting):
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
        if header:
            writer.writerow([*(f"feature {j}" for j in range(len(X[0]))), "label"])
        for values, label in zip(X, y, strict=True):
            writer.writerow([*(repr(value).replace(".", decimal) for value in values), label])


@settings(max_examples=80, deadline=None)
@given(
    table=tables(),
    dialect=st.sampled_from([(",", "."), (";", ","), (";", "."), ("\t", "."), ("|", ",")]),
    header=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_that_any_table_comes_back_to_the_last_digit(
    tmp_path_factory, table, dialect, header, encoding, quoting
):
    X, y = table
    delimiter, decimal = dialect
    path = tmp_path_factory.mktemp("any") / "d.csv"
    write(path, X, y, delimiter, decimal, header, encoding, quoting)
    label = "label" if header else f"column {len(X[0]) + 1}"
    options = DataOptions(
        delimiter=delimiter, decimal=decimal, header=header, label=label, task="classification",
        columns={label: "category"}, image_size=[],
    )  # fmt: skip
    dataset = open_data(path, options)
    assert dataset.train.X.tolist() == X
    assert [dataset.classes[index] for index in dataset.train.y] == y
    assert dataset.classes == tuple(sorted(set(y)))


cells = st.one_of(
    finite.map(repr),
    st.integers(-300, 300).map(str),
    st.sampled_from(["", "?", "NaN", "na", "inf", "-Infinity", "1e999", "abc", "1_000", "True",
                     " 7 ", "1.", ".5", "+3", "1,5", "0x10", "٣", "--1", "1 2"]),
    words,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=6),
    short=st.none() | st.integers(0, 5),
    kinds=st.lists(st.sampled_from(["number", "category"]), min_size=3, max_size=3),
)
def test_that_the_fast_way_never_reads_anything_else_than_the_careful_one(
    tmp_path_factory, rows, short, kinds
):
    path = tmp_path_factory.mktemp("two") / "d.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b", "c"])
        writer.writerow(["1", "2", "3"])
        for index, row in enumerate(rows):
            writer.writerow(row[:-1] if index == short else row)
    options = DataOptions(
        columns=dict(zip("abc", kinds, strict=True)), label="b", delimiter=",", header=True
    )
    layout = lay_out(sample(path, options), options)

    def read(way):
        try:
            table = way(layout)
        except DataError as error:
            return str(error)
        singles = {
            column: [None if one.names and code < 0 else one.names[code] if one.names else str(code)
                     for code in one.values.tolist()]
            for column, one in table.singles.items()
        }  # fmt: skip
        return str(table.numbers.astype(float).tolist()), singles

    assert read(read_table) == read(read_carefully)


def test_that_the_fast_way_is_taken_where_all_is_well(tmp_path, monkeypatch):
    def never(layout):
        raise AssertionError("read with care")

    monkeypatch.setattr(fast, "read_carefully", never)
    path = tmp_path / "d.csv"
    path.write_text('a,b,y\n1,"x",0\n2,,1\n3,x,0\n4,z,\n5, z,1\n', "utf-8")
    dataset = open_data(path, DataOptions(missing="drop"))
    assert dataset.train.X.tolist() == [[1, 1, 0], [3, 1, 0], [5, 0, 1]]


@pytest.mark.parametrize(
    ("numbers", "dtype"),
    [
        (["0", "255"], np.uint8),
        (["-1", "255"], np.int16),
        (["0", "32768"], np.int32),
        (["0", "2147483648"], np.float64),
        (["0", "0.5"], np.float64),
        (["1e3", "7.0"], np.int16),
    ],
)
def test_that_numbers_take_the_smallest_type_that_holds_them(tmp_path, numbers, dtype):
    path = tmp_path / "d.csv"
    path.write_text("x,y\n" + "".join(f"{x},{i}\n" for i, x in enumerate(numbers)), "utf-8")
    X = open_data(path, DataOptions(task="classification")).train.X
    assert X.dtype == dtype
    assert X[:, 0].tolist() == [float(number) for number in numbers]


def test_that_pieces_of_several_types_are_joined_exactly(tmp_path, monkeypatch):
    monkeypatch.setattr(fast, "_CHUNK_CELLS", 40)
    values = [3, 200, -5, 70_000, 0.25]
    path = tmp_path / "d.csv"
    lines = [f"{values[i // 20]},{'ab'[i % 2]},{i % 3}" for i in range(100)]
    path.write_text("\n".join(["x,c,y", *lines]), "utf-8")
    dataset = open_data(path)
    assert dataset.train.X[:, 0].tolist() == [values[i // 20] for i in range(100)]
    assert dataset.train.X[:, 1].tolist() == [float(i % 2 == 0) for i in range(100)]
    assert dataset.train.y.tolist() == [i % 3 for i in range(100)]


def test_that_memory_holds_the_numbers_and_a_piece_of_the_text(tmp_path, monkeypatch):
    monkeypatch.setattr(fast, "_CHUNK_CELLS", 2**14)
    path = tmp_path / "d.csv"
    X = np.random.default_rng(0).random((20_000, 8))
    with path.open("w") as file:
        np.savetxt(file, np.column_stack([X, np.arange(len(X)) % 2]), fmt="%.9f", delimiter=",")
    layout = lay_out(sample(path, DataOptions()), DataOptions())
    read_table(layout)
    tracemalloc.start()
    try:
        table = read_table(layout)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # The pieces and what they are joined into; as texts the cells would take eight times as much.
    assert peak < 3 * table.numbers.nbytes


def test_that_the_parser_of_numbers_is_exact_at_the_edges(tmp_path):
    numbers = [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 1 / 3, -0.0,
               math.nextafter(1, 2), 123456789.12345679]  # fmt: skip
    path = tmp_path / "d.csv"
    lines = [f"{number!r},{index % 2}" for index, number in enumerate(numbers)]
    path.write_text("\n".join(lines), "utf-8")
    assert open_data(path).train.X[:, 0].tolist() == numbers
