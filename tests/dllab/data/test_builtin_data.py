"""Data are opened by name or by path; MNIST is there, whole."""

import subprocess
import sys

import numpy as np
import pytest

from dllab.data import BUILTIN, circles, open_data, split, write_dataset
from dllab.errors import DataError


@pytest.fixture(scope="module")
def mnist():
    return open_data("mnist")


def test_that_mnist_has_the_known_counts_of_each_class(mnist):
    train = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    test = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(mnist.train.y).tolist() == train
    assert np.bincount(mnist.test.y).tolist() == test
    assert mnist.train.X.shape == (60_000, 784)
    assert mnist.test.X.shape == (10_000, 784)
    assert mnist.train.X.dtype == np.uint8
    assert mnist.classes == tuple("0123456789")
    assert mnist.image_shape == (28, 28)
    assert "LeCun" in mnist.attribution


def test_that_mnist_holds_the_known_pixels(mnist):
    assert mnist.fingerprint == "27e88febd90a3cb81a4fe37354e788d358cdc9309c53ca6fef8848e04c159cf8"
    # The mean and deviation of the training pixels that the field quotes: 0.1307 and 0.3081.
    assert round(mnist.train.X.mean() / 255, 4) == 0.1307
    assert round(mnist.train.X.std() / 255, 4) == 0.3081
    assert mnist.train.y[:5].tolist() == [5, 0, 4, 1, 9]


def test_that_mnist_splits_into_50000_10000_10000(mnist):
    cut = split(mnist, rng=np.random.default_rng(0))
    assert (cut.train.m, cut.dev.m, cut.test.m) == (50_000, 10_000, 10_000)
    assert cut.test is mnist.test
    assert np.all(np.abs(np.bincount(cut.dev.y) * 6 - np.bincount(mnist.train.y)) < 6)


def test_that_toy_data_open_by_name_with_their_options():
    for name in BUILTIN[1:]:
        assert open_data(name).name == name
        assert open_data(name).train.m == 300
    asked = open_data("circles", examples=30, noise=0.0, seed=7)
    assert asked.fingerprint == circles(30, 0.0, 7).fingerprint


def test_that_a_file_opens_by_path_even_when_called_like_a_built_in(tmp_path, monkeypatch):
    write_dataset(tmp_path / "blobs", circles(20))
    monkeypatch.chdir(tmp_path)
    assert open_data(str(tmp_path / "blobs")).train.m == 20
    assert open_data(tmp_path / "blobs").train.m == 20
    assert open_data("blobs").train.m == 300


@pytest.mark.parametrize("source", ["mnst", "", "a\0b", "x" * 5000, "no/such/file.h5"])
def test_that_an_unknown_source_is_told_with_the_built_in_names(source):
    with pytest.raises(DataError, match="mnist, circles, moons, spiral, blobs"):
        open_data(source)


def test_that_a_folder_is_told(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        open_data(tmp_path)


@pytest.mark.parametrize("option", [{"examples": 5}, {"noise": 0.5}])
def test_that_options_of_toy_data_are_refused_elsewhere(option):
    with pytest.raises(DataError, match=f"{next(iter(option))} is for data made by formula"):
        open_data("mnist", **option)


def test_that_an_installation_without_mnist_says_so(monkeypatch):
    def files(package):
        raise ModuleNotFoundError(package)

    monkeypatch.setattr("dllab.data.builtin.files", files)
    with pytest.raises(DataError, match="install dllab again"):
        open_data("mnist")


def test_that_importing_the_data_loads_no_qt():
    program = "import dllab.data, sys; sys.exit(any('PySide' in name for name in sys.modules))"
    subprocess.run([sys.executable, "-c", program], check=True)
