"""The script that makes the built-in MNIST file trusts no file it is given."""

import importlib.util
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest

from dllab.errors import DataError

SCRIPT = Path(__file__).resolve().parents[3] / "packaging" / "make_mnist.py"


@pytest.fixture(scope="module")
def make_mnist():
    spec = importlib.util.spec_from_file_location("make_mnist", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def idx(shape, values):
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + bytes(values)


def test_that_an_idx_file_is_parsed_in_row_order(make_mnist):
    result = make_mnist.parse_idx("x", idx((2, 3), range(6)), (2, 3))
    assert np.array_equal(result, [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "starts with"),
        (idx((6,), range(6)), "starts with 00000801, not 00000802"),
        (idx((2, 3), range(6))[:7], "declares the shape"),
        (idx((3, 2), range(6)), "declares the shape"),
        (idx((2, 3), range(5)), "holds 5 values, not 6"),
        (idx((2, 3), range(7)), "holds 7 values, not 6"),
    ],
)
def test_that_a_wrong_idx_file_is_refused(make_mnist, content, match):
    with pytest.raises(DataError, match=match):
        make_mnist.parse_idx("x", content, (2, 3))


def test_that_files_are_found_in_a_folder_and_in_an_archive(make_mnist, tmp_path):
    folder = tmp_path / "package" / "data"
    folder.mkdir(parents=True)
    for name in make_mnist.FILES:
        (folder / name).write_bytes(name.encode())
    with tarfile.open(tmp_path / "all.tgz", "w:gz") as archive:
        archive.add(tmp_path / "package", "package")
    expected = {name: name.encode() for name in make_mnist.FILES}
    assert make_mnist.read_files(tmp_path / "package") == expected
    assert make_mnist.read_files(tmp_path / "all.tgz") == expected
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="lacks t10k-labels-idx1-ubyte"):
        make_mnist.read_files(tmp_path / "package")


def test_that_a_wrong_source_is_one_sentence_and_exit_code_2(make_mnist, tmp_path, capsys):
    contents = {
        name: idx(shape, bytes(int(np.prod(shape))))
        for name, (shape, _) in make_mnist.FILES.items()
    }
    with pytest.raises(DataError, match="has the SHA-256"):
        make_mnist.make_dataset(contents)
    output = tmp_path / "mnist.h5"
    for source in (tmp_path, tmp_path / "none.tgz", SCRIPT):
        assert make_mnist.main([str(source), "--output", str(output)]) == 2
        assert capsys.readouterr().err.strip()
        assert not output.exists()
