"""IDX files: images find their labels, and the training pair its test pair."""

import gzip
import struct

import numpy as np
import pytest

from dllab.data import DataOptions, inspect, open_data
from dllab.data.arrays.idx import read_idx
from dllab.errors import DataError

TYPES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}
IMAGES = np.random.default_rng(0).integers(0, 256, (30, 5, 4), np.uint8)
LABELS = (np.arange(30) % 10).astype(np.uint8)


def idx(values):
    kind = values.dtype.str[1:]
    head = struct.pack(f">4B{values.ndim}I", 0, 0, TYPES[kind], values.ndim, *values.shape)
    return head + values.astype(values.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def mnist(tmp_path):
    """Write four files as MNIST's are called; give their folder."""

    def write(end="", axes="-idx{}-ubyte"):
        for name, m in (("train", 30), ("t10k", 10)):
            for what, values in (("images", IMAGES), ("labels", LABELS)):
                path = tmp_path / f"{name}-{what}{axes.format(values.ndim)}{end}"
                content = idx(values[:m])
                path.write_bytes(gzip.compress(content) if end else content)
        return tmp_path

    return write


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("axes", ["-idx{}-ubyte", ".idx{}-ubyte", ".idx"])
@pytest.mark.parametrize("chosen", ["images", "labels"])
def test_that_all_four_files_are_found_from_one(mnist, end, axes, chosen):
    folder = mnist(end, axes)
    path = next(iter(folder.glob(f"train-{chosen}*")))
    dataset = open_data(path)
    assert np.array_equal(dataset.train.X, IMAGES.reshape(30, 20))
    assert np.array_equal(dataset.train.y, LABELS)
    assert dataset.test.m == 10
    assert dataset.image_shape == (5, 4)
    assert dataset.classes == tuple("0123456789")
    assert "found beside the training file" in dataset.notes[0]
    found = inspect(path)
    assert set(dict(found.files)) == {"train", "train labels", "test", "test labels"}
    assert found.images.shape == (16, 5, 4)
    assert (found.rows, found.problem) == (30, "")
    assert open_data(path, DataOptions(test_file="")).test is None


@pytest.mark.parametrize("kind", TYPES)
def test_that_numbers_of_every_type_come_back(tmp_path, kind):
    values = (np.arange(24).reshape(2, 3, 4) * 5 - 60).astype(kind)
    for name, content in (("a", idx(values)), ("b", gzip.compress(idx(values)))):
        (tmp_path / name).write_bytes(content)
        back = read_idx(tmp_path / name)
        assert np.array_equal(back, values)
        assert back.dtype == np.dtype(kind)
        assert np.array_equal(read_idx(tmp_path / name, 1), values[:1])


def test_that_labels_can_be_given_in_another_format(tmp_path):
    (tmp_path / "pictures").write_bytes(idx(IMAGES))
    with pytest.raises(DataError, match=r"labels of .*pictures are not found beside it"):
        open_data(tmp_path / "pictures")
    assert "not found beside it" in inspect(tmp_path / "pictures").problem
    (tmp_path / "names.txt").write_text("\n".join("cat" if i % 3 else "dog" for i in range(30)))
    options = DataOptions(labels_file=str(tmp_path / "names.txt"))
    assert open_data(tmp_path / "pictures", options).classes == ("cat", "dog")
    (tmp_path / "numbers").write_bytes(idx(np.linspace(0, 1, 30)))
    options = DataOptions(labels_file=str(tmp_path / "numbers"))
    assert not open_data(tmp_path / "pictures", options).is_classification


def test_that_files_that_do_not_belong_together_are_told(mnist, tmp_path):
    folder = mnist()
    path = folder / "train-images-idx3-ubyte"
    labels = DataOptions(labels_file=str(folder / "t10k-labels-idx1-ubyte"))
    with pytest.raises(DataError, match="30 examples but 10 labels"):
        open_data(path, labels)
    assert "30 images but" in inspect(path, labels).problem
    (folder / "t10k-images-idx3-ubyte").write_bytes(idx(IMAGES[:10, :4]))
    with pytest.raises(DataError, match=r"images of shape \(4, 4\)"):
        open_data(path)


def test_that_a_file_with_more_than_it_declares_is_refused(tmp_path):
    (tmp_path / "a-images-idx3-ubyte").write_bytes(idx(IMAGES) + b"\0")
    (tmp_path / "a-labels-idx1-ubyte").write_bytes(idx(LABELS))
    with pytest.raises(DataError, match="more than the 30 examples"):
        open_data(tmp_path / "a-images-idx3-ubyte")
