"""A data set as one HDF5 file.

Layout, version 1. Root attributes: `format` = "dllab-dataset" and `version` = 1; optional
`name`, `attribution` (both fixed-length UTF-8 bytes) and `image_shape` (whole numbers).
Datasets: `train/X` (m, n_x) and `train/y`; optional `dev/X` and `dev/y`, `test/X` and `test/y`;
optional `classes`, `feature_names` and `target_names`, the names as fixed-length UTF-8 bytes.
Without `classes`, integer labels are named by number.
"""

import os
import stat
from pathlib import Path

import h5py
import numpy as np

from dllab.data.dataset import Dataset
from dllab.data.examples import Examples
from dllab.data.hdf5_checks import array, attribute, member
from dllab.errors import DataError

FORMAT = "dllab-dataset"
VERSION = 1
LARGEST_NUMBER_OF_CLASSES = 2**16
CHUNK_BYTES = 2**20


def write_dataset(path: str | Path, dataset: Dataset) -> None:
    """Write `dataset` to `path`, replacing what was there only when the file is complete.

    Compressed with gzip and shuffle; the same data gives the same bytes. The compressed file is
    built in memory. Raises `DataError` when it cannot be written, for want of room too, or has
    missing values, which the file has no way to say.
    """
    path = Path(path)
    if dataset.filling is not None:
        raise DataError(
            f"The data set {dataset.name} has missing values that are not filled in yet; write "
            "the file from data without them."
        )
    # In memory first: HDF5 that meets a full disk while writing can crash the whole program.
    with h5py.File(f"{path}.{id(dataset)}", "w", driver="core", backing_store=False) as file:
        _write(file, dataset)
        file.flush()
        image = file.id.get_file_image()
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        try:
            with beside.open("wb") as written:
                written.write(image)
                written.flush()
                os.fsync(written.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(
            f"The data set {dataset.name} cannot be written to {path}: {_reason(error)}; choose "
            "another place or make room."
        ) from error


def read_dataset(path: str | Path) -> Dataset:
    """Read the data set at `path`.

    Raises `DataError`, naming the file and the place in it, when there is no such file, it
    cannot be read, is not of the layout above, points into other files, or holds NaN, infinite
    values, negative labels or parts that do not fit each other.
    """
    path = Path(path)
    _check_is_hdf5(path)
    try:
        with h5py.File(path, "r", locking="best-effort") as file:
            return _read(file, path.stem)
    except DataError as error:
        message = str(error).rstrip(".")
        raise DataError(f"The data set {path} cannot be used: {message}.") from error
    except MemoryError as error:
        raise DataError(f"The data set {path} does not fit into memory; use a part of it.") from (
            error
        )
    except (OSError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"The data set {path} is damaged or not fully copied ({_reason(error)}); fetch or "
            "write it again."
        ) from error


def _write(file: h5py.File, dataset: Dataset) -> None:
    file.attrs["format"] = np.bytes_(FORMAT)
    file.attrs["version"] = VERSION
    for name in ("name", "attribution"):
        text = getattr(dataset, name)
        # HDF5 has no text of length 0.
        if text:
            file.attrs[name] = np.bytes_(text.encode())
    if dataset.image_shape is not None:
        file.attrs["image_shape"] = np.array(dataset.image_shape, np.int64)
    for key in ("classes", "feature_names", "target_names"):
        names = getattr(dataset, key)
        if names:
            file[key] = np.array([name.encode() for name in names], "S")
    for group, examples in (
        ("train", dataset.train),
        ("dev", dataset.dev),
        ("test", dataset.test),
    ):
        if examples is not None:
            y = examples.y
            if dataset.is_classification:
                y = y.astype(np.min_scalar_type(len(dataset.classes) - 1))
            for name, values in (("X", examples.X), ("y", y)):
                row_bytes = max(1, values[0].nbytes)
                rows = min(len(values), max(1, CHUNK_BYTES // row_bytes))
                file.create_dataset(
                    f"{group}/{name}",
                    data=values,
                    chunks=(rows, *values.shape[1:]),
                    compression="gzip",
                    compression_opts=9,
                    shuffle=True,
                    track_times=False,
                )


def _check_is_hdf5(path: Path) -> None:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise DataError(f"{path} is a folder; give the path of a dllab dataset file in it.")
        if not stat.S_ISREG(mode):
            raise DataError(f"{path} is not an ordinary file; give a dllab dataset file.")
        with path.open("rb"):
            pass
        is_hdf5 = h5py.is_hdf5(path)
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}; check the path.") from error
    except (OSError, ValueError) as error:
        raise DataError(
            f"The file {path} cannot be read: {_reason(error)}; check its path and permissions."
        ) from error
    if not is_hdf5:
        raise DataError(f"{path} is not an HDF5 file; give a dllab dataset file.")


def _read(file: h5py.File, default_name: str) -> Dataset:
    if attribute(file, "format", "S") != FORMAT.encode():
        raise DataError("it is an HDF5 file but not a dllab dataset; give one written by dllab")
    version = attribute(file, "version", "iu")
    if version != VERSION:
        raise DataError(
            f"its format has version {version} and this dllab reads version {VERSION}; update "
            "dllab or write the file again"
        )
    train = _examples(file, "train")
    if train is None:
        raise DataError("the group train is missing")
    shape = attribute(file, "image_shape", "iu", ndim=1)
    return Dataset(
        name=_text(file, "name") or default_name,
        train=train,
        test=_examples(file, "test"),
        classes=_classes(file, train),
        image_shape=None if shape is None else tuple(int(size) for size in shape),
        attribution=_text(file, "attribution"),
        dev=_examples(file, "dev"),
        feature_names=_names(file, "feature_names") or (),
        target_names=_names(file, "target_names") or (),
    )


def _examples(file: h5py.File, name: str) -> Examples | None:
    group = member(file, name)
    if group is None:
        return None
    if not isinstance(group, h5py.Group):
        raise DataError(f"{name} is not a group")
    try:
        return Examples(array(group, "X"), array(group, "y"))
    except DataError as error:
        raise DataError(f"in {name}, {error}") from error


def _classes(file: h5py.File, train: Examples) -> tuple[str, ...]:
    names = _names(file, "classes")
    if names is not None:
        return names
    if train.y.dtype.kind == "f":
        return ()
    largest = int(train.y.max())
    if largest >= LARGEST_NUMBER_OF_CLASSES:
        raise DataError(
            f"train/y holds the label {largest:,}; number the classes from 0, or store "
            "floating-point targets for regression"
        )
    return tuple(str(index) for index in range(largest + 1))


def _names(file: h5py.File, key: str) -> tuple[str, ...] | None:
    if member(file, key) is None:
        return None
    names = array(file, key, kinds="S")
    if names.ndim != 1:
        what = {"classes": "class", "feature_names": "feature"}.get(key, "target")
        raise DataError(f"{key} has shape {names.shape}; store one name for each {what}")
    return tuple(name.decode() for name in names.tolist())


def _text(file: h5py.File, name: str) -> str:
    value = attribute(file, name, "S")
    return "" if value is None else bytes(value).decode()


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
