"""The files that hold named arrays (.npz, .npy, HDF5), read and looked at alike."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np

from dllab.data.arrays.hdf5_foreign import open_hdf5
from dllab.data.arrays.npy import facts_of_npy, facts_of_npz, read_npy, read_npz
from dllab.data.arrays.roles import Roles
from dllab.data.arrays.sets import (
    Arrays,
    column_candidates,
    label_column,
    read_arrays,
    roles_of,
    undecided,
)
from dllab.data.inspection import Inspection
from dllab.data.labels import class_names, guess, labels_of
from dllab.data.labels_file import read_labels
from dllab.data.options import FORMAT_NAMES, HDF5, NUMPY, ZIP, DataOptions
from dllab.data.raw import Labels, Raw
from dllab.data.shapes import flattened, image_shape
from dllab.data.sniff import format_of
from dllab.errors import DataError

_PAIRS = (("images", "labels"), ("features", "labels"), ("data", "labels"), ("data", "target"),
          ("X", "y"), ("x", "y"))  # fmt: skip
_SEEN_ROWS = 10_000
_PREVIEW_ROWS, _PREVIEW_COLUMNS = 20, 100
_IMAGES = 16


def open_arrays(path: Path) -> Arrays:
    """The named arrays of a file; raises `DataError` when it is damaged or of another kind."""
    kind = format_of(path)
    if kind == ZIP:
        return Arrays(path, facts_of_npz(path), functools.partial(read_npz, path))
    if kind == NUMPY:
        return Arrays(path, (facts_of_npy(path),), lambda name, rows: read_npy(path, rows))
    if kind == HDF5:
        return Arrays(path, *open_hdf5(path))
    raise DataError(
        f"{path} is {FORMAT_NAMES[kind]}; give files of one kind for train, dev and test."
    )


def read_array_file(path: Path, options: DataOptions) -> Raw:
    """The sets of such a file, and of those beside it; raises `DataError` as `read_arrays`."""
    found = _with_files_beside(path, options)
    raw = read_arrays(open_arrays(path), found, open_arrays)
    for role in ("labels_file", "test_file"):
        if getattr(found, role) and getattr(options, role) is None:
            what = "The labels are in" if role == "labels_file" else "The test set is"
            raw.notes.append(f"{what} {Path(getattr(found, role)).name}, found beside {path.name}.")
    return raw


def inspect_array_file(path: Path, options: DataOptions) -> Inspection:
    """The arrays of the file, which are X and y, and the first rows.

    Reads the labels whole and a few thousand rows of X. Raises `DataError` when the file is
    damaged; what is still to be chosen is the `problem` of the result.
    """
    source = open_arrays(path)
    files = _with_files_beside(path, options)
    roles = roles_of(source, options)
    problem = undecided(source, roles, files)
    look = _Look(source, roles, files)
    if not problem:
        try:
            look.read()
        except DataError as error:
            problem = str(error)
    task = options.task or ("classification" if roles.classes else look.task)
    named: dict[str, Any] = {
        role: name for role, name in roles.named().items() if role != "classes" and name
    }
    found = DataOptions(
        **named,
        task=task,
        label=look.label,
        missing="refuse",
        duplicates="keep",
        labels_file=files.labels_file,
        test_file=files.test_file,
        test_labels_file=files.test_labels_file,
    )
    shown = [("train", path)]
    for role in ("labels", "dev", "dev_labels", "test", "test_labels"):
        name = getattr(files, role if role.endswith("_file") else f"{role}_file")
        shown += [(role.replace("_", " "), Path(name))] if name else []
    return Inspection(
        path=path,
        format=format_of(path),
        options=options.or_else(found),
        detected=frozenset(found.given()) - frozenset(options.given()),
        rows=look.rows,
        rows_seen=look.seen,
        arrays=source.facts,
        label_candidates=look.candidates
        or tuple(array.name for array in source.facts if array.name != roles.x),
        task=task,
        classes=look.classes if task == "classification" else (),
        preview=look.preview,
        images=look.images,
        image_shape=look.shape,
        files=tuple(shown),
        problem=problem,
    )


class _Look:
    """What the first rows of X and the labels show."""

    def __init__(self, source: Arrays, roles: Roles, options: DataOptions) -> None:
        self._source, self._roles, self._options = source, roles, options
        self.rows: int | None = None
        self.seen = 0
        self.task = "classification"
        self.label: tuple[str, ...] | None = None
        self.candidates: tuple[str, ...] = ()
        self.classes: tuple[str, ...] = ()
        self.preview: tuple[tuple[str, ...], ...] = ()
        self.images: np.ndarray[tuple[int, ...], np.dtype[np.generic]] | None = None
        self.shape: tuple[int, ...] | None = None

    def read(self) -> None:
        source, roles, options = self._source, self._roles, self._options
        name = roles.x or ""
        self.rows = next(array.shape for array in source.facts if array.name == name)[0]
        X, self.shape = flattened(source.read(name, _SEEN_ROWS), source.place(name))
        self.seen = len(X)
        if options.labels_file:
            labels = read_labels(Path(options.labels_file))
        elif roles.y is not None:
            labels = labels_of(source.read(roles.y, None), source.place(roles.y))
        else:
            columns = label_column(X, options, source.place(name))
            self.label = tuple(f"column {column + 1}" for column in columns)
            self.candidates = column_candidates(X)
            labels = Labels(X[:, columns[0]] if len(columns) == 1 else X[:, list(columns)])
            X, self.shape = np.delete(X, columns, axis=1), None
        if options.image_size is not None or self.shape is None:
            self.shape, _ = image_shape(options.image_size, X.shape[1], X.dtype)
        self.task = guess(labels, roles.y or "")
        if labels.values.ndim == 1:
            kept = labels.values[np.isfinite(labels.values)]
            self.classes = class_names(Labels(kept, labels.names), None)
        self.preview = tuple(
            tuple(f"{value:.6g}" for value in row)
            for row in X[:_PREVIEW_ROWS, :_PREVIEW_COLUMNS].tolist()
        )
        if self.shape is not None:
            self.images = X[:_IMAGES].reshape(-1, *self.shape)


def _with_files_beside(path: Path, options: DataOptions) -> DataOptions:
    """For a .npy file: its labels beside it (X ↔ y …), and the test pair (train ↔ test)."""
    if format_of(path) != NUMPY:
        return options
    if options.labels_file is None and options.label is None:
        labels = _partner(path, _PAIRS)
        options = options.or_else(DataOptions(labels_file=str(labels) if labels else None))
    if options.test_file is None and options.labels_file:
        test = _partner(path, (("train", "test"),))
        if test is not None and _partner(test, _PAIRS) is not None:
            options = options.or_else(DataOptions(test_file=str(test)))
    for role in ("dev", "test"):
        file = getattr(options, f"{role}_file")
        if file and not getattr(options, f"{role}_labels_file") and options.labels_file:
            labels = _partner(Path(file), _PAIRS)
            if labels is not None:
                options = options.with_changes(**{f"{role}_labels_file": str(labels)})
    return options


def _partner(path: Path, words: tuple[tuple[str, str], ...]) -> Path | None:
    for here, there in words:
        # One place at a time: X_examples.npy goes with y_examples.npy.
        start = path.stem.find(here)
        if start >= 0:
            name = path.stem[:start] + there + path.stem[start + len(here) :]
            candidate = path.with_name(name + path.suffix)
            if candidate != path and candidate.is_file():
                return candidate
    return None
