"""A data set as one HDF5 file.

Layout, version 1. Root attributes: `format` = "dllab-dataset" and `version` = 1; optional
`name`, `attribution` (both fixed-length UTF-8 bytes) and `image_shape` (whole numbers).
Datasets: `train/X` (m, n_x) and `train/y`; optional `dev/X` and `dev/y`, `test/X` and `test/y`;
optional `classes`, `feature_names` and `target_names`, the names as fixed-length UTF-8 bytes.
Without `classes`, integer labels are named by number.
"""

import hashlib
import io
import os
from pathlib import Path

import h5py
import numpy as np

from dllab.data.dataset import Dataset
from dllab.data.examples import Examples
from dllab.data.foreign.remote import opened
from dllab.data.hdf5_file import Hdf5File, PlainFile
from dllab.data.hdf5_words import check_is_hdf5, in_words
from dllab.data.sniff import reason
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
            f"The data set {dataset.name} cannot be written to {path}: {reason(error)}; choose "
            "another place or make room."
        ) from error


def read_dataset(path: str | Path) -> Dataset:
    """Read the data set at `path`, in a process of its own; see `dllab.data.foreign`.

    Raises `DataError`, naming the file and the place in it, when there is no such file, it
    cannot be read, is not of the layout above, points into other files, or holds NaN, infinite
    values, negative labels or parts that do not fit each other.
    """
    path = Path(path)
    check_is_hdf5(path)
    with opened(path) as file, in_words(path):
        return _read(file, path.stem)


def read_known(path: Path, sha256: str) -> Dataset:
    """Read a data set whose very bytes are known, in this process; `sha256` is hexadecimal.

    Raises `DataError` when the file cannot be read or is not what it was.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"The file {path} cannot be read: {reason(error)}.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError(
            f"The data set {path} is not what came with dllab: its checksum does not hold. "
            "Install dllab again."
        )
    return read_content(content, path)


def read_content(content: bytes, path: Path) -> Dataset:
    """The data set in the bytes of a file that is ours; `path` is for messages.

    Whoever calls this knows where the bytes are from: HDF5 takes them in this process.
    """
    with in_words(path), h5py.File(io.BytesIO(content), "r") as file:
        return _read(PlainFile(file, len(content)), path.stem)


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


def is_own_layout(path: Path) -> bool:
    """True for a data set that dllab has written; raises `DataError` when the file is damaged."""
    with opened(path) as file:
        try:
            return bool(file.attribute("format", "S") == FORMAT.encode())
        except DataError:
            # Another program's attribute of this name.
            return False


def _read(file: Hdf5File, default_name: str) -> Dataset:
    if file.attribute("format", "S") != FORMAT.encode():
        raise DataError("it is an HDF5 file but not a dllab dataset; give one written by dllab")
    version = file.attribute("version", "iu")
    if version != VERSION:
        raise DataError(
            f"its format has version {version} and this dllab reads version {VERSION}; update "
            "dllab or write the file again"
        )
    train = _examples(file, "train")
    if train is None:
        raise DataError("the group train is missing")
    shape = file.attribute("image_shape", "iu", ndim=1)
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


def _examples(file: Hdf5File, name: str) -> Examples | None:
    kind = file.kind_of(name)
    if not kind:
        return None
    if kind != "group":
        raise DataError(f"{name} is not a group")
    X, y = file.array(f"{name}/X"), file.array(f"{name}/y")
    try:
        return Examples(X, y)
    except DataError as error:
        raise DataError(f"in {name}, {error}") from error


def _classes(file: Hdf5File, train: Examples) -> tuple[str, ...]:
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


def _names(file: Hdf5File, key: str) -> tuple[str, ...] | None:
    if not file.kind_of(key):
        return None
    names = file.array(key, kinds="S")
    if names.ndim != 1:
        what = {"classes": "class", "feature_names": "feature"}.get(key, "target")
        raise DataError(f"{key} has shape {names.shape}; store one name for each {what}")
    return tuple(name.decode() for name in names.tolist())


def _text(file: Hdf5File, name: str) -> str:
    value = file.attribute(name, "S")
    return "" if value is None else bytes(value).decode()
