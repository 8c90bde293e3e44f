"""Promise 13: any data are met with an answer, before anything is created."""

import gzip
import struct
import zipfile

import h5py
import numpy as np
import pytest
from PIL import Image

from dllab import Recipe, Session
from dllab.data import DataOptions, circles, inspect, open_data, preview_split, write_dataset
from dllab.errors import DataError, DllabError

GOOD = "".join(f"{i},{i * 0.5},{'ab'[i % 2]}\n" for i in range(40))
HEADED = "x,z,label\n" + GOOD


@pytest.fixture
def make(tmp_path):
    """Write a file of this content."""

    def write(content, name="d.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


def refused(path, *words, options=None):
    """The sentence with which opening, and creating a session, refuse; looking says it too."""
    options = options or DataOptions()
    with pytest.raises(DataError) as caught:
        open_data(path, options)
    message = str(caught.value)
    for word in (str(path), *words):
        assert word in message, message
    assert message.endswith((".", "?"))
    assert "\n" not in message
    folder = path.parent / "session"
    with pytest.raises(DllabError, match="^" + message[:40].replace("(", r"\(")):
        Session.create(Recipe("mine", str(path), data=options), folder)
    assert not folder.exists()
    assert said_by(inspect, path, options) == message
    return message


def said_by(act, path, options=None):
    """What opening or looking has to say against the data, or ""."""
    try:
        found = act(path, options)
    except DataError as error:
        return str(error)
    return found.problem if act is inspect else ""


def spoilt(row, text):
    """The good table with one line, counted from 1 as editors do, replaced."""
    lines = HEADED.splitlines()
    lines[row - 1] = text
    return "\n".join(lines) + "\n"


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["nan", "NaN", "", "?", "N/A"])
def test_that_nan_and_empty_cells_are_told_by_file_line_and_column(make, cell):
    path = make(spoilt(17, f"5,{cell},a"))
    refused(path, "line 17", "column z has no value", "1 of 40 rows", "drop these rows")


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999"])
def test_that_infinite_cells_are_told_by_file_line_and_column(make, cell):
    path = make(spoilt(9, f"{cell},1,a"))
    refused(path, "line 9", "column x", cell, "not finite")


@pytest.mark.parametrize("cell", ["1_000", "٣", "0x1f", "1e", "--1", "1 2", "True", "1,5", "12%"])
def test_that_only_plain_numbers_are_numbers(make, cell):
    refused(make(spoilt(23, f'5,"{cell}",a')), "line 23", "column z", f"'{cell}' is not a number")


def test_that_text_in_a_column_of_numbers_is_told_by_file_line_and_column(make):
    path = make(spoilt(23, "5,twelve,a"))
    refused(path, "line 23", "column z", "'twelve' is not a number", "take the column as a cat")
    as_missing = DataOptions(missing_words=["twelve"], missing="drop")
    assert open_data(path, as_missing).train.m == 39
    as_category = open_data(path, DataOptions(columns={"z": "category"}))
    assert "z = twelve" in as_category.feature_names


def test_that_a_line_number_counts_lines_inside_quotes_and_blank_lines(make):
    path = make('x,z,label\n1,2,a\n\n3,4,"b\nc"\n5,6,a\n7,oops,a\n' + GOOD)
    refused(path, "line 7", "column z", "oops")


def test_that_marks_between_thousands_are_told(make):
    path = make(spoilt(12, '"1,234.5",1,a'))
    refused(path, "line 12", "column x", "without marks between the thousands")


@pytest.mark.parametrize(("line", "cells"), [("1,2", 2), ("1,2,a,4", 4), ("1,2,a,", 4), ("7", 1)])
def test_that_ragged_rows_are_told_by_file_and_line(make, line, cells):
    path = make(spoilt(31, line))
    refused(path, f"line 31 has {cells} cell", "3 columns")


def test_that_a_ragged_row_far_behind_the_first_rows_is_told_too(make):
    long = "x,z,label\n" + "".join(f"{i},{i},{'ab'[i % 2]}\n" for i in range(20_000))
    for text in ("1,2\n", "1,2,a,b\n", "1,two,a\n", "1,,a\n"):
        with pytest.raises(DataError, match="line 20,002"):
            open_data(make(long + text))


def test_that_quotes_that_do_not_close_are_told_by_the_line_that_opens_them(make):
    refused(make(spoilt(30, '1,2,"a')), "line 30", "quotes")
    assert open_data(make(spoilt(30, '1,2,"a"b'))).classes == ("a", "ab", "b")


def test_that_one_class_only_is_told(make):
    refused(make("x,label\n1,a\n2,a\n3,a\n"), "label is a in all 3 rows", "one class")
    refused(make("x,label\n1,7\n2,7\n3,7\n"), "label is 7 in all 3 rows")


def test_that_constant_columns_are_told_and_become_0(make, tmp_path):
    path = make("x,c,y\n" + "".join(f"{i},5,{i % 2}\n" for i in range(20)))
    dataset = open_data(path)
    assert "1 input never changes and becomes 0: c." in dataset.notes
    assert any("Column c never changes" in warning for warning in inspect(path).warnings)
    with Session.create(Recipe("mine", str(path), {"hidden_layers": [2]})) as session:
        assert not session.prepared.train.X[:, 1].any()
        assert not session.prepared.dev.X[:, 1].any()
        assert session.run(steps=3) == "done"


def test_that_duplicate_rows_are_counted_and_can_be_dropped(make):
    path = make(HEADED + GOOD)
    assert open_data(path).train.m == 80
    once = open_data(path, DataOptions(duplicates="drop"))
    assert once.train.m == 40
    assert once.train.X.tolist() == open_data(make(HEADED, "once.csv")).train.X.tolist()
    assert "40 of 80 training rows repeat another and are left out." in once.notes


# --- forms of text --------------------------------------------------------------------------------


def test_that_a_table_without_header_with_bom_in_utf16_with_semicolons_is_read_all_the_same(make):
    expected = open_data(make(HEADED)).train.X.tolist()
    german = HEADED.replace(",", ";").replace(".", ",")
    for name, content, encoding in (
        ("none.csv", GOOD, "utf-8"),
        ("bom.csv", HEADED, "utf-8-sig"),
        ("u16.csv", HEADED, "utf-16"),
        ("german.csv", german, "cp1252"),
        ("german16.csv", german, "utf-16"),
    ):
        dataset = open_data(make(content, name, encoding))
        assert dataset.train.X.tolist() == expected
        assert dataset.classes == ("a", "b")


def test_that_bytes_that_are_no_text_in_the_given_encoding_are_told_by_line(make):
    path = make(spoilt(20, "1,2,ä"), encoding="cp1252")
    refused(path, "line 20", "byte e4", "utf-8", options=DataOptions(encoding="utf-8"))
    assert open_data(path).classes == ("a", "b", "ä")
    refused(make(b"x;y\n\x81;1\n"), "byte 81", "encoding")
    for end in ("\r", "\r\n"):
        path = make(spoilt(20, "1,2,ä").replace("\n", end), "end.csv", "cp1252")
        refused(path, "line 20", "byte e4", options=DataOptions(encoding="utf-8"))


def test_that_one_row_is_told(make):
    refused(make("1,2,3\n"), "one row only")
    refused(make("x,y\n1,2.5\n", "r.csv"), "one row only", options=DataOptions(task="regression"))
    refused(make("x,y,label\n"), "header but no row")
    refused(make("\n\n  \n"), "no row")


def test_that_two_rows_are_too_few_to_cut(make):
    dataset = open_data(make("1,a\n2,b\n"))
    with pytest.raises(DataError, match="leave none to train on"):
        preview_split(dataset)


def test_that_a_single_column_or_nothing_to_learn_from_is_told(make):
    refused(make("x\n1\n2\n3\n"), "one column that can be used")
    refused(make("id,y\n1,0\n2,1\n3,0\n"), "one column that can be used")
    options = DataOptions(columns={"x": "ignore", "z": "ignore"}, label="label")
    refused(make(HEADED), "no column to learn from", options=options)


def test_that_a_column_of_too_many_categories_is_told(make):
    path = make("word,x,y\n" + "".join(f"w{i},{i},{i % 2}\n" for i in range(1_200)))
    assert any("Column word holds many different texts" in note for note in open_data(path).notes)
    options = DataOptions(columns={"word": "category"})
    refused(path, "column word has more than 1,000 different texts", "ignore it", options=options)


def test_that_text_is_no_target_of_regression(make):
    options = DataOptions(task="regression")
    refused(make(HEADED), "line 2", "label is 'a'", "regression predicts numbers", options=options)


# --- files ----------------------------------------------------------------------------------------


def test_that_an_empty_file_is_told(make):
    for name in ("d.csv", "d.npz", "d.h5", "d.npy"):
        refused(make(b"", name), "is empty")


def test_that_a_directory_is_told(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    refused(folder, "is a folder", "holds no file")
    (folder / "train.csv").write_text(GOOD)
    refused(folder, "is a folder", "train.csv")
    Image.new("L", (4, 4)).save(folder / "a.png")
    refused(folder, "without a folder for each class")


def arrays(tmp_path):
    X = np.random.default_rng(0).random((50, 40))
    return {"x": X, "y": np.arange(50) % 2}


def archives(tmp_path):
    """One sound file of each kind that can be cut short, with the word for its place."""
    named = arrays(tmp_path)
    np.savez(tmp_path / "d.npz", **named)
    np.savez_compressed(tmp_path / "z.npz", **named)
    np.save(tmp_path / "d.npy", np.column_stack([named["x"], named["y"]]))
    write_dataset(tmp_path / "own.h5", circles(200))
    with h5py.File(tmp_path / "d.h5", "w") as file:
        for name, values in named.items():
            file[name] = values
    head = struct.pack(">4BI", 0, 0, 8, 1, 2000)
    images = struct.pack(">4B3I", 0, 0, 8, 3, 2000, 4, 4) + bytes(range(250)) * 128
    (tmp_path / "a-images-idx3-ubyte").write_bytes(images)
    (tmp_path / "a-labels-idx1-ubyte").write_bytes(head + bytes([0, 1] * 1000))
    (tmp_path / "b-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
    (tmp_path / "b-labels-idx1-ubyte.gz").write_bytes(gzip.compress(head + bytes([0, 1] * 1000)))
    return sorted(path for path in tmp_path.iterdir() if "labels" not in path.name)


def test_that_truncated_archives_are_told_wherever_they_are_cut(tmp_path):
    for path in archives(tmp_path):
        content = path.read_bytes()
        open_data(path)
        for share in (0.02, 0.3, 0.6, 0.9, 0.999):
            path.write_bytes(content[: max(8, int(len(content) * share))])
            for act in (open_data, inspect):
                message = said_by(act, path)
                # A look at the head of an IDX file does not reach the cut.
                assert message or act is inspect, (path, share)
                if message:
                    assert str(path) in message
                    assert message.endswith(".")
                    words = ("damaged", "truncated", "fully copied", "not an HDF5", "not a text")
                    assert any(word in message for word in words), message
        path.write_bytes(content)


def test_that_garbled_archives_are_told_or_read_but_never_crash(tmp_path):
    rng = np.random.default_rng(0)
    for path in archives(tmp_path):
        content = path.read_bytes()
        for start in rng.integers(0, len(content) - 8, 12).tolist():
            path.write_bytes(content[:start] + rng.bytes(8) + content[start + 8 :])
            for act in (inspect, open_data):
                message = said_by(act, path)
                assert not message or str(path) in message
        path.write_bytes(content)


def test_that_a_truncated_image_is_told_by_its_name(tmp_path):
    for kind in ("png", "jpg", "gif", "bmp", "tif", "webp"):
        root = tmp_path / kind
        for label in ("cat", "dog"):
            (root / label).mkdir(parents=True)
            for index in range(3):
                noise = np.random.default_rng(index).integers(0, 256, (40, 40), np.uint8)
                Image.fromarray(noise).save(root / label / f"{index}.{kind}")
        broken = root / "dog" / f"1.{kind}"
        content = broken.read_bytes()
        for share in (0.0, 0.1, 0.5, 0.9):
            broken.write_bytes(content[: int(len(content) * share)])
            with pytest.raises(DataError, match=f"dog/1.{kind}"):
                open_data(root)


def test_that_files_of_other_kinds_are_told_with_a_way_out(make):
    for content, words in (
        (b"\x80\x04\x95rest", "pickle"),
        (b"\x89PNG\r\n\x1a\nrest", "one image"),
        (b"PAR1rest", "Parquet"),
        (b"BZh91rest", "unpack it first"),
        (b"dllab checkpoint 1\n", "open it as a session"),
        (bytes(range(256)) * 20, "not a text file"),
        (gzip.compress(b"x,y\n1,2\n"), "unpack it first"),
    ):
        refused(make(content), words)


def test_that_zip_archives_are_told_apart(tmp_path):
    for name, inside, words in (
        ("d.zip", "train.csv", "unpack it first"),
        ("book.xlsx", "[Content_Types].xml", "as CSV"),
        ("d.npz", "readme.txt", "no arrays"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(inside, "x")
        refused(tmp_path / name, words)


def test_that_objects_and_pickles_in_arrays_are_never_loaded(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (print, ("boom",))

    np.save(tmp_path / "d.npy", np.array([Bomb(), Bomb()], object), allow_pickle=True)
    refused(tmp_path / "d.npy", "type object", "never read")
    np.savez(tmp_path / "d.npz", x=np.array([Bomb()], object), y=np.zeros(1))
    refused(tmp_path / "d.npz", "array x", "type object")


def test_that_a_damaged_head_of_an_array_is_told(tmp_path):
    np.save(tmp_path / "d.npy", np.zeros((4, 3)))
    content = (tmp_path / "d.npy").read_bytes()
    (tmp_path / "d.npy").write_bytes(content.replace(b"}", b" ", 1))
    refused(tmp_path / "d.npy", "damaged in its head")
    (tmp_path / "d.npy").write_bytes(content.replace(b"'<f8'", b"f(8) ", 1))
    refused(tmp_path / "d.npy", "damaged in its head")


def test_that_archives_that_declare_more_than_they_hold_are_refused_before_reading(tmp_path):
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 4), }".ljust(117)
    lie = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + head + b"\n" + bytes(64)
    (tmp_path / "d.npy").write_bytes(lie)
    refused(tmp_path / "d.npy", "truncated", "32,000,000,000,000 bytes")
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as archive:
        archive.writestr("x.npy", lie)
        archive.writestr("y.npy", lie)
    refused(tmp_path / "d.npz", "truncated")
    lie = struct.pack(">4B3I", 0, 0, 8, 3, 2**31, 2**15, 2**15) + bytes(64)
    (tmp_path / "a-images-idx3-ubyte").write_bytes(lie)
    refused(tmp_path / "a-images-idx3-ubyte", "truncated")
    (tmp_path / "b-images-idx3-ubyte.gz").write_bytes(gzip.compress(lie))
    refused(tmp_path / "b-images-idx3-ubyte.gz", "truncated")


def test_that_a_file_that_may_not_be_read_is_told(make, monkeypatch):
    path = make(HEADED)
    real = type(path).open

    def denied(self, *arguments, **options):
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return real(self, *arguments, **options)

    monkeypatch.setattr(type(path), "open", denied)
    with pytest.raises(DataError, match=r"cannot be read: Permission denied"):
        open_data(path)
