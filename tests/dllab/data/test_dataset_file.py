"""Data set files: what is written comes back, and what is unsound is refused in a sentence."""

import subprocess
import sys
import time
from contextlib import suppress

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dllab.data import Dataset, Examples, circles, read_dataset, write_dataset
from dllab.errors import DataError


@pytest.fixture
def sound(tmp_path):
    """A sound file of two features and two classes, without a test set, to be spoilt."""
    path = tmp_path / "sound.h5"
    write_dataset(path, circles(20))
    return path


def refused(path, match):
    with pytest.raises(DataError, match=match) as caught:
        read_dataset(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")


def replace(path, name, **how):
    with h5py.File(path, "r+") as file:
        del file[name]
        file.create_dataset(name, **how)


def test_that_a_data_set_comes_back_whole(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (3_000, 6), np.uint8)
    labels = np.arange(3_000) % 300
    data = Dataset(
        "bildchen ä",
        Examples(images, labels),
        Examples(images[:7], labels[:7]),
        tuple(f"größe {j}" for j in range(300)),
        (2, 3),
        "someone, CC BY",
    )
    write_dataset(tmp_path / "d.h5", data)
    back = read_dataset(tmp_path / "d.h5")
    assert back.fingerprint == data.fingerprint
    assert (back.name, back.classes, back.image_shape, back.attribution) == (
        (data.name, data.classes, data.image_shape, data.attribution)
    )
    assert back.train.X.dtype == np.uint8


@settings(max_examples=20, deadline=None)
@given(
    X=hnp.arrays(
        st.sampled_from([np.float32, np.float64, np.int16, np.uint64]),
        st.tuples(st.just(5), st.integers(1, 4)),
        elements=st.integers(0, 1000),
    ),
    targets=st.integers(0, 3),
)
def test_that_any_regression_data_come_back(tmp_path_factory, X, targets):
    path = tmp_path_factory.mktemp("any") / "d.h5"
    y = np.linspace(0, 1, 5 * max(1, targets)).reshape((5, targets) if targets else 5)
    data = Dataset("", Examples(X, y), None, (), None)
    write_dataset(path, data)
    back = read_dataset(path)
    assert back.fingerprint == data.fingerprint
    assert back.name == "d"


def test_that_the_same_data_give_the_same_bytes_and_nothing_is_left_beside(tmp_path):
    write_dataset(tmp_path / "a.h5", circles(50))
    time.sleep(1.1)
    write_dataset(tmp_path / "b.h5", circles(50))
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.h5", "b.h5"]


def test_that_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(DataError, match=r"cannot be written to .*nowhere"):
        write_dataset(tmp_path / "nowhere" / "d.h5", circles(20))
    (tmp_path / "folder.h5").mkdir()
    with pytest.raises(DataError, match="choose another place"):
        write_dataset(tmp_path / "folder.h5", circles(20))
    assert [path.name for path in tmp_path.iterdir()] == ["folder.h5"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of a file")
def test_that_a_full_disk_is_told_and_leaves_the_old_file(sound):
    program = f"""
import resource, signal
from dllab.data import circles, write_dataset
from dllab.errors import DataError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_dataset({str(sound)!r}, circles(50_000))
except DataError as error:
    print(error)
"""
    before = sound.read_bytes()
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert "cannot be written" in run.stdout
    assert sound.read_bytes() == before
    assert [path.name for path in sound.parent.iterdir()] == [sound.name]


def test_that_big_endian_numbers_are_read_in_the_machines_order(sound):
    X = circles(20).train.X
    replace(sound, "train/X", data=X.astype(">f8"))
    back = read_dataset(sound)
    assert back.train.X.dtype.isnative
    assert np.array_equal(back.train.X, X)


def test_that_classes_without_names_are_named_by_number(sound):
    with h5py.File(sound, "r+") as file:
        del file["classes"]
    assert read_dataset(sound).classes == ("0", "1")
    replace(sound, "train/y", data=np.full(20, 10**9))
    refused(sound, "the label 1,000,000,000")


def test_that_folders_missing_and_foreign_files_are_told_apart(tmp_path):
    refused(tmp_path, "is a folder")
    refused(tmp_path / "none.h5", "There is no file")
    refused(tmp_path / ("x" * 300), "cannot be read")
    for content in (b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a"):
        (tmp_path / "foreign.h5").write_bytes(content)
        refused(tmp_path / "foreign.h5", "is not an HDF5 file")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = [1, 2]
    refused(tmp_path / "other.h5", "not a dllab dataset")


def test_that_a_truncated_or_garbled_file_is_told(sound):
    content = sound.read_bytes()
    for length in range(8, len(content), 197):
        sound.write_bytes(content[:length])
        refused(sound, "damaged")
    for start in range(8, len(content) - 64, 331):
        sound.write_bytes(content[:start] + b"\xa5" * 64 + content[start + 64 :])
        # Some bytes are free space or text; what is wrong with the others must be a DataError.
        with suppress(DataError):
            read_dataset(sound)


def test_that_another_version_is_told(sound):
    with h5py.File(sound, "r+") as file:
        file.attrs["version"] = 2
    refused(sound, "version 2 and this dllab reads version 1; update")


@pytest.mark.parametrize(
    ("name", "value"),
    [("format", "dllab-dataset"), ("version", "1"), ("name", "text"), ("image_shape", 2)],
)
def test_that_attributes_of_another_layout_are_refused(sound, name, value):
    with h5py.File(sound, "r+") as file:
        file.attrs[name] = value
    refused(sound, f"its attribute {name} is a")


@pytest.mark.parametrize("name", ["train", "train/X", "train/y"])
def test_that_a_missing_part_is_named(sound, name):
    with h5py.File(sound, "r+") as file:
        del file[name]
    refused(sound, f"{name} is missing")


@pytest.mark.parametrize(
    ("name", "values", "match"),
    [
        ("train/X", np.zeros(20), r"X has shape \(20,\)"),
        ("train/X", np.zeros((20, 1, 2)), "X has shape"),
        ("train/X", np.zeros((19, 2)), "but X has 19 rows"),
        ("train/X", np.full((20, 2), np.nan), "holds nan in row 0, column 0"),
        ("train/X", np.full((20, 2), -np.inf), "holds -inf"),
        ("train/X", np.zeros((20, 2), complex), "type complex128"),
        ("train/X", np.zeros((20, 2), [("a", "i4")]), "holds values of type"),
        ("train/X", np.zeros((20, 2), "S3"), "holds values of type"),
        ("train/X", np.zeros((20, 2), np.longdouble), "holds values of type"),
        ("train/X", h5py.Empty("f8"), "train/X is empty"),
        ("train/y", np.full(20, -1), "negative label -1"),
        ("train/y", np.full(20, 2), "label 2"),
        ("train/y", np.zeros(21, int), "y has shape"),
        ("train/y", np.zeros(20), "2 classes are named"),
        ("classes", np.array([b"only"]), "at least two"),
        ("classes", np.array([[b"a", b"b"]]), "one name for each class"),
        ("classes", np.array([b"\xff", b"b"]), "damaged"),
        ("classes", np.array([1, 2]), "fixed-length text"),
    ],
)
def test_that_unsound_values_are_refused(sound, name, values, match):
    replace(sound, name, data=values)
    refused(sound, match)


@pytest.mark.parametrize("name", ["train/X", "train/y", "classes"])
def test_that_objects_and_text_of_free_length_are_refused(sound, name):
    for dtype in (h5py.string_dtype(), h5py.vlen_dtype(np.int32), h5py.ref_dtype):
        replace(sound, name, shape=(20,), dtype=dtype)
        refused(sound, f"{name} holds values of type")


@pytest.mark.parametrize("name", ["train", "train/X", "classes"])
def test_that_links_are_not_followed(sound, tmp_path, name):
    with h5py.File(tmp_path / "other.h5", "w") as other, h5py.File(sound, "r+") as file:
        file.copy(name, other, name="there")
        del file[name]
        file[name] = h5py.ExternalLink("other.h5", "/there")
    refused(sound, f"{name} is a link to elsewhere")
    with h5py.File(sound, "r+") as file:
        del file[name]
        file[name] = h5py.SoftLink("/elsewhere")
    refused(sound, f"{name} is a link to elsewhere")


def test_that_values_kept_in_other_files_are_refused(sound, tmp_path):
    (tmp_path / "raw.bin").write_bytes(bytes(320))
    replace(sound, "train/X", shape=(20, 2), dtype="f8", external=[(tmp_path / "raw.bin", 0, 320)])
    refused(sound, "keeps its values in another file")
    with h5py.File(tmp_path / "source.h5", "w") as file:
        file["X"] = np.zeros((20, 2))
        layout = h5py.VirtualLayout((20, 2), "f8")
        layout[...] = h5py.VirtualSource(file["X"])
    with h5py.File(sound, "r+") as file:
        del file["train/X"]
        file.create_virtual_dataset("train/X", layout)
    refused(sound, "keeps its values in another file")


def test_that_unknown_filters_are_refused(sound):
    replace(sound, "train/X", data=np.zeros((20, 2), int), scaleoffset=0, chunks=(20, 2))
    refused(sound, "unknown filter")
    replace(sound, "train/X", data=circles(20).train.X, compression="lzf", fletcher32=True)
    assert read_dataset(sound).train.m == 20


def test_that_a_file_declaring_more_than_it_holds_is_refused_before_reading(sound):
    for how in ({"chunks": (1024, 1024)}, {"chunks": (1024, 1024), "compression": "gzip"}, {}):
        replace(sound, "train/X", shape=(10**6, 10**6), dtype="f8", **how)
        refused(sound, "declares more values than the file holds")


def test_that_groups_and_datasets_are_not_mistaken_for_each_other(sound):
    with h5py.File(sound, "r+") as file:
        file["test"] = [1, 2]
    refused(sound, "test is not a group")
    with h5py.File(sound, "r+") as file:
        del file["test"]
        del file["train/y"]
        file.create_group("train/y")
    refused(sound, "train/y is not a dataset")


def test_that_train_and_test_must_agree_in_the_file(sound):
    with h5py.File(sound, "r+") as file:
        file["test/X"], file["test/y"] = np.zeros((3, 5)), np.zeros(3, int)
    refused(sound, "input features")
