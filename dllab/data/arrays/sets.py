"""Named arrays as a source of data: .npz, .npy and HDF5 files of any layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.arrays.roles import Roles, describe, find_roles
from dllab.data.guess import Candidate, label_order
from dllab.data.inspection import ArrayFacts
from dllab.data.labels import guess, labels_of
from dllab.data.labels_file import read_labels
from dllab.data.options import DataOptions
from dllab.data.raw import Labels, Raw, RawSet
from dllab.data.shapes import flattened, image_shape
from dllab.errors import DataError

Array = NDArray[Any]
_GUESSED_ROWS = 10_000


@dataclass(frozen=True)
class Arrays:
    """A file with named arrays: `facts` of all, and `read`, which reads one by its name, whole
    or its first rows."""

    path: Path
    facts: tuple[ArrayFacts, ...]
    read: Callable[[str, int | None], Array]

    def place(self, name: str) -> str:
        """What the array is called in a message."""
        return f"{self.path}, array {name}" if name else str(self.path)


def read_arrays(source: Arrays, options: DataOptions, open_other: Callable[[Path], Arrays]) -> Raw:
    """The sets of a file with named arrays, and of given dev and test files of the same kind.

    Raises
    ------
    DataError
        If it is not decided which array holds what, or the arrays do not fit each other.
    """
    roles = roles_of(source, options)
    problem = undecided(source, roles, options)
    if problem:
        raise DataError(problem)
    train = _pair(source, roles.x or "", roles.y, options.labels_file, options, None)
    label = train.label
    others: dict[str, _Pair] = {}
    for name, x, y in (("dev", roles.dev_x, roles.dev_y), ("test", roles.test_x, roles.test_y)):
        given = getattr(options, f"{name}_file")
        if given:
            other = open_other(Path(given))
            own = find_roles(other.facts, DataOptions(), other.path)
            labels = getattr(options, f"{name}_labels_file", None)
            x = getattr(own, f"{name}_x") if own.x is None else own.x
            y = getattr(own, f"{name}_y") if own.y is None else own.y
            if x is None or (y is None and not labels and label is None):
                raise DataError(
                    f"It is not clear which arrays of {other.path} hold X and y; call them x and "
                    f"y. It has {describe(other.facts)}."
                )
            others[name] = _pair(other, x, y, labels, options, label)
        elif x is not None and given is None:
            if y is None and label is None:
                raise DataError(
                    f"{source.place(x)} is the {name} set, but its labels are not found; name "
                    f"{name}_y, or give an empty {name}_x for no {name} set."
                )
            others[name] = _pair(source, x, y, None, options, label)
    shape, notes = train.shape, list[str]()
    if shape is None or options.image_size is not None:
        shape, notes = image_shape(options.image_size, train.part.X.shape[1], train.part.X.dtype)
    task = options.task or (
        "classification" if roles.classes else guess(train.part.labels, roles.y or "")
    )
    named = task == "classification" and train.part.labels.names is None
    return Raw(
        name=source.path.stem,
        train=train.part,
        task=task,
        dev=others["dev"].part if "dev" in others else None,
        test=others["test"].part if "test" in others else None,
        classes=_class_names(source, roles, train.part.labels) if named else None,
        image_shape=shape,
        notes=notes + [note for pair in (train, *others.values()) for note in pair.notes],
    )


def roles_of(source: Arrays, options: DataOptions) -> Roles:
    """Which array holds what; a chosen label column goes before an array found by its name."""
    roles = find_roles(source.facts, options, source.path)
    if options.label is not None and not options.y:
        roles = replace(roles, y=None)
    return roles


def undecided(source: Arrays, roles: Roles, options: DataOptions) -> str:
    """The sentence that asks for X or y, or "" when both are known."""
    if roles.x is None:
        return (
            f"It is not clear which array of {source.path} holds the examples; choose x and y. It "
            f"has {describe(source.facts)}."
        )
    if roles.y is None and not options.labels_file and not _is_table(source, roles.x):
        return (
            f"It is not clear which array of {source.path} holds the labels; choose y, or name a "
            f"file with them. It has {describe(source.facts)}."
        )
    return ""


def label_column(X: Array, options: DataOptions, place: str) -> tuple[int, ...]:
    """The columns of a table without names that are the label: chosen, or guessed."""
    names = [f"column {index}" for index in range(1, X.shape[1] + 1)]
    if options.label is not None:
        for name in options.label:
            if name not in names:
                raise DataError(
                    f"{place} has no column called {name!r}; its columns are column 1 to column "
                    f"{len(names):,}."
                )
        return tuple(names.index(name) for name in options.label)
    return (names.index(column_candidates(X)[0]),)


def column_candidates(X: Array) -> tuple[str, ...]:
    """The columns of a table without names, the likeliest label first."""
    candidates = []
    for index in range(X.shape[1]):
        values = X[:_GUESSED_ROWS, index]
        present = values[np.isfinite(values)]
        whole = bool((present == np.floor(present)).all())
        distinct = len(np.unique(present))
        candidates.append(Candidate(f"column {index + 1}", False, whole, distinct, len(present)))
    return label_order(candidates)


def _is_table(source: Arrays, name: str) -> bool:
    shape = next(array.shape for array in source.facts if array.name == name)
    return len(shape) == 2 and shape[1] > 1


@dataclass(frozen=True)
class _Pair:
    part: RawSet
    shape: tuple[int, ...] | None
    label: tuple[int, ...] | None
    notes: list[str]


def _pair(
    source: Arrays,
    x: str,
    y: str | None,
    labels_file: str | None,
    options: DataOptions,
    label: tuple[int, ...] | None,
) -> _Pair:
    place = source.place(x)
    X, shape = flattened(source.read(x, None), place)
    notes: list[str] = []
    if labels_file:
        labels, label = read_labels(Path(labels_file)), None
    elif y is not None:
        labels, label = labels_of(source.read(y, None), source.place(y)), None
    else:
        # A table whose label is one of its columns.
        label = label_column(X, options, place) if label is None else label
        values = X[:, label[0]] if len(label) == 1 else X[:, list(label)]
        labels, X = Labels(values), np.delete(X, label, axis=1)
        shape = None
        if options.label is None:
            notes.append(f"The label is column {label[0] + 1} of {place}.")
    return _Pair(RawSet(X, labels, place), shape, label, notes)


def _class_names(source: Arrays, roles: Roles, labels: Labels) -> tuple[str, ...] | None:
    """The names that the file lists, when there is one for each label."""
    if roles.classes is None or labels.values.ndim != 1:
        return None
    names = labels_of(source.read(roles.classes, None), source.place(roles.classes))
    if names.names is None:
        return None
    listed = tuple(names.names[code] for code in names.values.tolist())
    largest = labels.values[np.isfinite(labels.values)].max(initial=0)
    return listed if largest < len(listed) and len(set(listed)) == len(listed) else None
