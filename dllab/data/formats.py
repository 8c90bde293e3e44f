"""Opening and looking at files of every format that is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dllab.data.arrays.hdf5_foreign import facts_of_hdf5
from dllab.data.arrays.idx_source import inspect_idx, read_idx_files
from dllab.data.arrays.source import inspect_array_file, read_array_file
from dllab.data.assemble import assemble
from dllab.data.dataset import Dataset
from dllab.data.hdf5 import is_own_layout, read_dataset
from dllab.data.images.source import inspect_image_folder, read_image_folder
from dllab.data.inspection import Inspection
from dllab.data.options import HDF5, IDX, IMAGES, NUMPY, TEXT, ZIP, DataOptions
from dllab.data.raw import Raw
from dllab.data.sniff import format_of, reason
from dllab.data.text.look import inspect_text
from dllab.data.text.source import read_text
from dllab.errors import DataError

_READERS: dict[str, Callable[[Path, DataOptions], Raw]] = {
    TEXT: read_text,
    NUMPY: read_array_file,
    ZIP: read_array_file,
    HDF5: read_array_file,
    IDX: read_idx_files,
    IMAGES: read_image_folder,
}
_LOOKERS: dict[str, Callable[[Path, DataOptions], Inspection]] = {
    TEXT: inspect_text,
    NUMPY: inspect_array_file,
    ZIP: inspect_array_file,
    HDF5: inspect_array_file,
    IDX: inspect_idx,
    IMAGES: inspect_image_folder,
}
# What our own layout says itself; only what goes beyond it can be asked for.
_OWN_OPTIONS = ("split", "x", "y", "dev_x", "dev_y", "test_x", "test_y")
_SHOWN = 16
_SMALL_BYTES = 2**21


def open_file(path: Path, options: DataOptions) -> Dataset:
    """The data set in a file or folder.

    Raises
    ------
    DataError
        With file, row and column of whatever is wrong, or the choice that is missing.
    """
    kind = format_of(path)
    options.check_format(kind, path)
    with _answering(path):
        if _is_own(path, kind, options):
            _check_own(path, options)
            return read_dataset(path)
        return assemble(_READERS[kind](path, options), options)


def inspect_file(path: Path, options: DataOptions) -> Inspection:
    """What `open_file` would make of a file or folder, for a dialog; see `Inspection`.

    Raises
    ------
    DataError
        If there is nothing that could be shown: no such file, an empty or damaged one, an option
        that does not apply.
    """
    kind = format_of(path)
    options.check_format(kind, path)
    with _answering(path):
        if _is_own(path, kind, options):
            _check_own(path, options)
            return _own_inspection(path, options)
        found = _LOOKERS[kind](path, options)
        if not found.problem and _is_small(path, found):
            try:
                assemble(_READERS[kind](path, options), options)
            except DataError as error:
                found = replace(found, problem=str(error))
        return found


def inspection_of(
    dataset: Dataset, source: Path | str, kind: str, options: DataOptions
) -> Inspection:
    """An inspection of data that are open already and leave nothing to choose."""
    train = dataset.train
    images = None
    if dataset.image_shape is not None:
        images = train.X[:_SHOWN].reshape(-1, *dataset.image_shape)
    return Inspection(
        path=source,
        format=kind,
        options=options,
        rows=train.m,
        rows_seen=train.m,
        task="classification" if dataset.is_classification else "regression",
        classes=dataset.classes,
        preview=tuple(
            tuple(f"{value:.6g}" for value in row) for row in train.X[:_SHOWN, :20].tolist()
        ),
        images=images,
        image_shape=dataset.image_shape,
    )


def _own_inspection(path: Path, options: DataOptions) -> Inspection:
    found = inspection_of(read_dataset(path), path, HDF5, options)
    return replace(found, arrays=facts_of_hdf5(path), files=(("train", path),))


def _is_small(path: Path, found: Inspection) -> bool:
    """True where opening the data costs little more than looking at them."""
    return found.rows_exact and path.is_file() and path.stat().st_size < _SMALL_BYTES


def _is_own(path: Path, kind: str, options: DataOptions) -> bool:
    chosen = options.x or options.y or options.label
    return kind == HDF5 and not chosen and is_own_layout(path)


def _check_own(path: Path, options: DataOptions) -> None:
    for key in options.given():
        if key not in _OWN_OPTIONS:
            raise DataError(
                f"{path} is a data set in dllab's own layout, which says itself what it holds; "
                f"leave out the option {key}, or choose x and y to read it as any HDF5 file."
            )


@contextmanager
def _answering(path: Path) -> Iterator[None]:
    """What no reader has an answer to of its own: memory, and files that go while being read."""
    try:
        yield
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory; use a part of it.") from error
    except FileNotFoundError as error:
        raise DataError(f"There is no file {error.filename}; check the path.") from error
    except OSError as error:
        raise DataError(
            f"{error.filename or path} cannot be read: {reason(error)}; check its permissions."
        ) from error
    except UnicodeError as error:
        raise DataError(
            f"{path} has changed while it was read, or is not text in one encoding "
            f"({reason(error)}); try again, or choose another encoding."
        ) from error
