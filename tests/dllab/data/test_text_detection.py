"""Delimited text: what is detected, shown, and can be said otherwise."""

import pytest

from dllab.data import DataOptions, inspect, open_data
from dllab.errors import DataError

ROWS = [("5.1", "3.5", "rot"), ("4.9", "3.25", "blau"), ("7", "3.2", "rot"), ("6.3", "2", "blau")]


def table(delimiter=",", decimal=".", header=True):
    lines = [delimiter.join(row[:2]).replace(".", decimal) + delimiter + row[2] for row in ROWS]
    names = [delimiter.join(["länge", "breite", "farbe"])] if header else []
    return "\n".join([*names, *lines]) + "\n"


def write(tmp_path, content, name="d.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def names_and_labels(dataset):
    return dataset.feature_names, dataset.target_names, dataset.train.X.tolist()


@pytest.mark.parametrize(
    ("delimiter", "decimal"),
    [(mark, ".") for mark in ",;\t| "] + [(mark, ",") for mark in ";\t| "],
)
@pytest.mark.parametrize("header", [True, False])
def test_that_delimiter_decimals_and_header_are_detected(tmp_path, delimiter, decimal, header):
    path = write(tmp_path, table(delimiter, decimal, header))
    found = inspect(path).options
    assert found.delimiter == {" ": "whitespace"}.get(delimiter, delimiter)
    assert (found.decimal, found.header) == (decimal, header)
    dataset = open_data(path)
    assert dataset.train.X.tolist() == [[float(a), float(b)] for a, b, _ in ROWS]
    assert dataset.classes == ("blau", "rot")
    named = ("länge", "breite") if header else ("column 1", "column 2")
    assert dataset.feature_names == named


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("header", [True, False])
def test_that_the_encoding_is_detected(tmp_path, encoding, detected, header):
    content = table(";", ",", header).replace("rot", "röt")
    path = write(tmp_path, content, encoding=encoding)
    assert inspect(path).options.encoding == detected
    dataset = open_data(path)
    assert dataset.classes == ("blau", "röt")
    assert dataset.feature_names[0] == ("länge" if header else "column 1")
    assert dataset.train.X[0].tolist() == [5.1, 3.5]


def test_that_a_byte_order_mark_is_no_part_of_a_name_or_number_whatever_encoding_is_given(tmp_path):
    for header in (True, False):
        path = write(tmp_path, table(header=header), encoding="utf-8-sig")
        dataset = open_data(path, DataOptions(encoding="utf-8"))
        assert dataset.feature_names[0] == ("länge" if header else "column 1")
        assert dataset.train.X[0, 0] == 5.1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_that_any_line_ends_do(tmp_path, end):
    path = write(tmp_path, table().replace("\n", end))
    assert open_data(path).train.m == 4
    assert inspect(path).rows == 4


def test_that_everything_detected_can_be_said_otherwise(tmp_path):
    path = write(tmp_path, "1,5;2\n2,5;3\n3,5;4\n")
    found = inspect(path)
    assert (found.options.delimiter, found.options.decimal, found.options.header) == (
        ";",
        ",",
        False,
    )
    given = DataOptions(delimiter=",", header=True, label="5;2", task="classification")
    other = inspect(path, given)
    assert [column.name for column in other.columns] == ["1", "5;2"]
    assert "delimiter" in found.detected
    assert not {"delimiter", "header", "label", "task"} & other.detected
    assert other.preview[0] == ("2", "5;3")
    assert open_data(path, given).classes == ("5;3", "5;4")


def test_that_columns_between_any_blanks_are_read(tmp_path):
    path = write(tmp_path, '  1.0   2.0  a\n 2.0 3.5 "b c"\n  3\t4 a  \n\n 5 6 "b  c"\n')
    dataset = open_data(path)
    assert dataset.train.X.tolist() == [[1, 2], [2, 3.5], [3, 4], [5, 6]]
    assert inspect(path).options.delimiter == "whitespace"


def test_that_quoted_cells_may_hold_delimiters_quotes_and_line_ends(tmp_path):
    path = write(tmp_path, 'name,x,y\n"a, ""b""",1,0\n"two\nlines",2,1\n"a, ""b""",3,1\n')
    dataset = open_data(path)
    assert dataset.feature_names == ('name = a, "b"', "name = two\nlines", "x")
    assert dataset.train.X.tolist() == [[1, 0, 1], [0, 1, 2], [1, 0, 3]]


def test_that_lines_before_the_table_can_be_skipped(tmp_path):
    path = write(tmp_path, "Table 3, Rome\n\nsee below\n" + table())
    dataset = open_data(path, DataOptions(skip_lines=3))
    assert (dataset.train.m, dataset.feature_names) == (4, ("länge", "breite"))
    path = write(tmp_path, "sep=;\n" + table(";"))
    assert inspect(path).options.skip_lines == 1
    assert open_data(path).train.m == 4


LABELS = {
    "by name": ("label,x1,x2\n3,0.5,1\n4,1.5,2\n3,2.5,0\n4,0.5,2\n", "label", "classification"),
    "last text": (table(), "farbe", "classification"),
    "last number": ("a,b,c\n" + "".join(f"{i},{i % 3},{i * 0.37}\n" for i in range(20)), "c",
                    "regression"),
    "first few": ("".join(f"{i % 3},{i * 0.1},{i * 7.5}\n" for i in range(30)), "column 1",
                  "classification"),
    "constant last": ("".join(f"{i % 3},{i * 0.1},0\n" for i in range(30)), "column 1",
                      "classification"),
    "telling name": ("x,Species,z\n1,a,2.5\n2,b,1.5\n3,a,0.25\n4,b,0\n", "Species",
                     "classification"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "label", "task"), LABELS.values(), ids=LABELS)
def test_that_the_label_and_the_task_are_guessed(tmp_path, content, label, task):
    found = inspect(write(tmp_path, content))
    assert found.label_candidates[0] == label
    assert found.options.label == (label,)
    assert found.task == task


def test_that_another_label_can_be_chosen_and_numbers_predicted(tmp_path):
    path = write(tmp_path, table())
    dataset = open_data(path, DataOptions(label="breite"))
    assert not dataset.is_classification
    assert dataset.train.y.tolist() == [3.5, 3.25, 3.2, 2.0]
    assert dataset.feature_names == ("länge", "farbe = blau", "farbe = rot")
    assert dataset.target_names == ("breite",)
    both = open_data(path, DataOptions(label=["länge", "breite"]))
    assert both.train.y.shape == (4, 2)
    assert both.target_names == ("länge", "breite")
    assert open_data(path, DataOptions(label="breite", task="classification")).classes == (
        ("2", "3.2", "3.25", "3.5")
    )


def test_that_categories_become_one_input_each(tmp_path):
    path = write(tmp_path, "city,age,y\nRome,1,0\nParis,2,1\n Rome ,3,1\nBonn,5,0\n")
    dataset = open_data(path)
    assert dataset.feature_names == ("city = Bonn", "city = Paris", "city = Rome", "age")
    assert dataset.train.X.tolist() == [[0, 0, 1, 1], [0, 1, 0, 2], [0, 0, 1, 3], [1, 0, 0, 5]]
    city = inspect(path).columns[0]
    assert (city.kind, city.role, city.width, city.distinct) == ("category", "feature", 3, 3)


def test_that_the_kind_of_a_column_can_be_chosen(tmp_path):
    path = write(tmp_path, "zip,age,y\n01,1,0\n02,2,1\n01,3,1\n1,5,0\n")
    assert open_data(path).train.X[:, 0].tolist() == [1, 2, 1, 1]
    as_category = open_data(path, DataOptions(columns={"zip": "category"}))
    assert as_category.feature_names == ("zip = 01", "zip = 02", "zip = 1", "age")
    ignored = open_data(path, DataOptions(columns={"zip": "ignore"}))
    assert ignored.feature_names == ("age",)
    assert "Column zip is left out, as chosen." in ignored.notes


@pytest.mark.parametrize(
    ("content", "column", "kind"),
    [
        (",a,y\n0,5,1\n1,6,0\n2,7,1\n", "column 1", "index"),
        ("id,a,y\n1,5,1\n2,6,0\n3,7,1\n", "id", "index"),
        ('"a","y"\n"r1",1,0\n"r2",2,1\n"r3",4,1\n', "column 1", "index"),
        ("a,e,y\n1,,0\n2,,1\n3,,0\n", "e", "empty"),
        ("name,a,y\n" + "".join(f"n{i},{i},{i % 2}\n" for i in range(30)), "name", "text"),
        ("a,y,\n1,0,\n2,1,\n3,0,\n", "column 3", "empty"),
    ],
)
def test_that_columns_of_no_use_are_left_out_told_and_can_be_used(tmp_path, content, column, kind):
    path = write(tmp_path, content)
    found = {one.name: one for one in inspect(path).columns}
    assert (found[column].kind, found[column].role) == (kind, "ignored")
    notes = open_data(path).notes
    assert any(note.startswith(column.capitalize() if " " in column else f"Column {column}")
               for note in notes)  # fmt: skip
    if kind == "index":
        used = open_data(path, DataOptions(columns={column: "category"}))
        assert used.feature_names[0].startswith(f"{column} = ")


def test_that_a_column_of_row_numbers_without_a_header_is_kept(tmp_path):
    path = write(tmp_path, "".join(f"{i},{i * 0.5}\n" for i in range(10)))
    assert open_data(path).feature_names == ("column 1",)


def test_that_equal_names_are_told_apart(tmp_path):
    path = write(tmp_path, "x,x,y\n1,2,0\n2,3,1\n4,5,1\n")
    assert open_data(path).feature_names == ("x", "x (2)")


def test_that_words_alone_are_a_header_only_when_they_stand_out(tmp_path):
    mushrooms = "p,x,s\ne,x,s\np,b,y\ne,x,y\n"
    assert inspect(write(tmp_path, mushrooms)).options.header is False
    assert inspect(write(tmp_path, "class,cap,surface\n" + mushrooms)).options.header is True


def test_that_bytes_that_fill_a_square_are_taken_as_images_unless_said_otherwise(tmp_path):
    lines = [",".join([str(i % 2), *(str((i * j) % 256) for j in range(64))]) for i in range(12)]
    path = write(tmp_path, "\n".join(lines))
    dataset = open_data(path)
    assert dataset.image_shape == (8, 8) == inspect(path).image_shape
    assert dataset.train.X.dtype == "uint8"
    assert "images of 8 × 8" in dataset.notes[0]
    assert open_data(path, DataOptions(image_size=[])).image_shape is None
    assert open_data(path, DataOptions(image_size=[4, 16])).image_shape == (4, 16)
    with pytest.raises(DataError, match="no image of 5 × 5"):
        open_data(path, DataOptions(image_size=[5, 5]))


def test_that_an_inspection_tells_missing_values_examples_and_rows(tmp_path):
    path = write(tmp_path, "a,b,y\n1,x,0\n,y,1\n3,?,0\n4,x,1\n")
    found = inspect(path)
    assert [(c.missing, c.distinct, c.examples) for c in found.columns] == [
        (1, 3, ("1", "3", "4")),
        (1, 2, ("x", "y")),
        (0, 2, ("0", "1")),
    ]
    assert (found.rows, found.rows_exact, found.rows_seen) == (4, True, 4)
    assert found.preview[1] == ("", "y", "1")
    assert "2 values are missing in a, b; choose what to do about them." in found.warnings
    assert "line 3: column a has no value" in found.problem
    assert inspect(path, DataOptions(missing="mean")).problem == ""


def test_that_a_large_file_is_looked_at_by_its_first_rows(tmp_path):
    path = write(tmp_path, "a,b,y\n" + "".join(f"{i},{i / 7:.3f},{i % 3}\n" for i in range(30_000)))
    found = inspect(path)
    assert (found.rows, found.rows_exact) == (30_000, False)
    assert found.rows_seen < 30_000
    assert open_data(path).train.m == 30_000


def test_that_options_for_other_formats_are_refused(tmp_path):
    path = write(tmp_path, table())
    for act in (inspect, open_data):
        with pytest.raises(DataError, match=r"colour does not apply to .*folder of images"):
            act(path, DataOptions(colour="grey"))
    with pytest.raises(DataError, match="delimiter does not apply to circles"):
        open_data("circles", DataOptions(delimiter=";"))


def test_that_built_in_data_can_be_inspected():
    found = inspect("circles")
    assert (found.format, found.rows, found.classes) == ("builtin", 300, ("outer", "inner"))
    assert inspect("mnist").images.shape == (16, 28, 28)


def test_that_a_column_that_is_not_there_is_told_with_a_near_name(tmp_path):
    path = write(tmp_path, table())
    for options in (DataOptions(label="farve"), DataOptions(columns={"farve": "ignore"})):
        with pytest.raises(DataError, match="no column called 'farve'; did you mean farbe"):
            open_data(path, options)
