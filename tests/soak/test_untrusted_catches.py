"""What tries promises 4 and 12 notices when they are broken on purpose."""

from __future__ import annotations

import contextlib
import tempfile

import h5py
import pytest

from dllab.checkpoint import read
from dllab.checkpoint.migrations import v1_to_v2
from dllab.data.foreign import remote
from dllab.errors import DataError
from dllab.training import home
from soak import old_files, untrusted


def test_that_a_reader_that_does_not_check_the_seal_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setattr(read, "unseal", lambda path: path.read_bytes())
    with pytest.raises(AssertionError, match=r"promise 4, seed 1: mutant .* was read"):
        untrusted.soak(40, 1, tmp_path)


class _Careless:
    """Reads whatever HDF5 gives."""

    def __init__(self, file):
        self._file = file

    def facts(self):
        return tuple((name, (), "") for name in self._file)

    def array(self, name, kinds):
        try:
            return self._file[name][...]
        except Exception as error:
            raise DataError(f"{self._file.filename}: {error}.") from None


def test_that_a_reader_that_follows_links_is_noticed(monkeypatch, tmp_path):
    @contextlib.contextmanager
    def opened(path, starting):
        starting()
        with h5py.File(path) as file:
            yield _Careless(file)

    monkeypatch.setattr(remote, "opened", opened)
    with pytest.raises(AssertionError, match="external link was read"):
        untrusted.nasty(tmp_path, 10, 1)


def test_that_a_refusal_without_words_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setattr(remote, "damaged", lambda path, why: DataError("no"))
    # Where a file that breaks a promise is kept.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(AssertionError, match="mutant"):
        untrusted.foreign_mutants(50, 1, tmp_path)


def test_that_a_reader_that_forgets_what_was_put_back_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setattr(v1_to_v2, "journal", lambda records: records)
    with pytest.raises(AssertionError, match="promise 12, seed 1"):
        old_files.soak(4, 1, tmp_path)


def test_that_a_reader_that_opens_what_is_newer_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setattr(home, "VERSION", 10**6)
    with pytest.raises(AssertionError, match="promise 12, seed 5"):
        old_files.soak(4, 5, tmp_path)
