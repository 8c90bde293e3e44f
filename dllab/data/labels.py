"""From labels as found to class indexes or targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.guess import Candidate, guess_task
from dllab.data.raw import Labels, RawSet
from dllab.errors import DataError

Array = NDArray[Any]
MOST_CLASSES = 2**16
_GUESSED_ROWS = 10_000


def labels_of(array: Array, place: str) -> Labels:
    """Labels from an array: numbers, or text of fixed length.

    Columns of one and rows of one are flattened. Raises `DataError` for other shapes and types.
    """
    if array.dtype.kind == "b":
        array = array.view(np.uint8)
    if array.ndim == 2 and 1 in array.shape:
        array = array.reshape(-1)
    if array.ndim not in (1, 2):
        raise DataError(
            f"{place} has shape {array.shape}; labels are one for each example, or one row of "
            "targets."
        )
    if array.dtype.kind in "SU" and array.ndim == 1:
        distinct, codes = np.unique(array, return_inverse=True)
        return Labels(codes, _texts(distinct, place))
    if array.dtype.kind not in "iuf" or array.dtype.itemsize > 8:
        raise DataError(
            f"{place} holds values of type {array.dtype}; give class labels as integers or texts, "
            "or targets as floats of at most 64 bits."
        )
    return Labels(one_column(array))


def one_column(array: Array) -> Array:
    """Classes given as rows of a single 1 and zeros, as the number of the 1; else as they are."""
    if array.ndim != 2 or array.shape[1] < 2:
        return array
    one_hot = ((array == 0) | (array == 1)).all() and (array.sum(axis=1) == 1).all()
    return array.argmax(axis=1) if one_hot else array


def guess(labels: Labels, name: str = "") -> str:
    """Classification or regression, by the first labels."""
    values = labels.values
    if values.ndim > 1:
        return "regression"
    few = values[:: max(1, len(values) // _GUESSED_ROWS)]
    present = few[np.isfinite(few)] if few.dtype.kind == "f" else few
    distinct = np.unique(present)
    whole = bool((distinct == np.floor(distinct)).all())
    if whole and few.dtype.kind in "iu":
        # Somebody who stores integers of few kinds means classes: 100 and more are common.
        name = name or "label"
    text = labels.names is not None
    return guess_task(Candidate(name, text, whole, len(distinct), len(present)))


def class_names(train: Labels, given: Sequence[str] | None) -> tuple[str, ...]:
    """The names of the classes, in the order of their indexes.

    Those given stand as they are. Else the different labels of the training file in order: texts
    by the alphabet, numbers by size.
    """
    if given is not None and train.names is None:
        return tuple(given)
    if train.names is not None:
        used = np.unique(train.values)
        return tuple(sorted({train.names[code] for code in used.tolist() if code >= 0}))
    present = train.values[np.isfinite(train.values)]
    return tuple(_show(value) for value in np.unique(present).tolist())


def encode(
    part: RawSet, rows: NDArray[np.intp], classes: tuple[str, ...], listed: bool
) -> NDArray[np.int64]:
    """The class index of each of the given rows, none of which lacks its label.

    `listed` says that numbers are indexes into `classes` already. Raises `DataError` with the
    place of a label that is no class.
    """
    labels = part.labels
    index = {name: number for number, name in enumerate(classes)}
    values = labels.values[rows]
    if labels.names is not None:
        codes = np.array([index.get(name, -1) for name in labels.names], np.int64)[values]
    elif listed:
        inside = (values >= 0) & (values < len(classes)) & (values == np.floor(values))
        codes = np.where(inside, values, -1).astype(np.int64)
    else:
        distinct, inverse = np.unique(values, return_inverse=True)
        known = [index.get(_show(value), -1) for value in distinct.tolist()]
        codes = np.array(known, np.int64)[inverse]
    strange = np.flatnonzero(codes < 0)
    if strange.size:
        row = int(rows[strange[0]])
        value = labels.values[row]
        shown = labels.names[value] if labels.names is not None else _show(value.item())
        few = ", ".join(classes[:10]) + (" …" if len(classes) > 10 else "")
        raise DataError(
            f"{part.where}, {part.place(row)}: the label {shown} is not one of the classes of the "
            f"training set ({few}); correct it, or add examples of it to the training set."
        )
    return codes


def _show(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.15g}"


def _texts(array: Array, place: str) -> tuple[str, ...]:
    try:
        return tuple(
            (name.decode() if isinstance(name, bytes) else name).strip() for name in array.tolist()
        )
    except UnicodeDecodeError:
        raise DataError(f"{place} holds text that is not UTF-8; write it again.") from None
