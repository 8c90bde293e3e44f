"""Examples and their labels, and what makes them sound."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.chunks import row_chunks
from dllab.errors import DataError

Array = NDArray[Any]


def is_real_number(dtype: np.dtype[Any]) -> bool:
    """True for integers and floating-point numbers of at most 64 bits."""
    return dtype.kind in "iuf" and dtype.itemsize <= 8


@dataclass(frozen=True, eq=False)
class Examples:
    """A set of examples and their labels; both arrays are kept as read-only views.

    `X` has shape (m, n_x) and any integer or floating-point dtype, kept as it is (images stay
    uint8). `y` is, for classification, the class index of each example: shape (m,), integer,
    kept as int64, 0 ≤ y < C. For regression it is floating-point of shape (m,) or (m, n_y).
    Raises `DataError` when shapes or dtypes are others, or there is no example at all.
    """

    X: Array
    y: Array

    def __post_init__(self) -> None:
        X, y = np.asarray(self.X), np.asarray(self.y)
        if X.ndim != 2 or 0 in X.shape:
            raise DataError(
                f"X has shape {X.shape}; give one row for each example and one column for each "
                "feature, at least one of both."
            )
        for name, array in (("X", X), ("y", y)):
            if not is_real_number(array.dtype):
                raise DataError(
                    f"{name} holds values of type {array.dtype}; give integers or "
                    "floating-point numbers of at most 64 bits."
                )
        if y.ndim not in (1, 2) or len(y) != len(X):
            raise DataError(
                f"y has shape {y.shape} but X has {len(X):,} rows; give one label for each row."
            )
        if y.dtype.kind in "iu":
            if y.ndim != 1:
                raise DataError(
                    f"The class labels have shape {y.shape}; give one class index for each row, "
                    "or floating-point targets for regression."
                )
            y = y.astype(np.int64, copy=False)
        elif y.size == 0:
            raise DataError(f"y has shape {y.shape}; give at least one target for each row.")
        object.__setattr__(self, "X", _read_only(X))
        object.__setattr__(self, "y", _read_only(y))

    @property
    def m(self) -> int:
        """The number of examples."""
        return int(self.X.shape[0])

    @property
    def n_x(self) -> int:
        """The number of input features."""
        return int(self.X.shape[1])

    def take(self, rows: NDArray[np.intp]) -> "Examples":
        """A copy of the given rows, in the given order."""
        return Examples(self.X[rows], self.y[rows])


def check_examples(examples: Examples, classes: tuple[str, ...], where: str, *, gaps: bool) -> None:
    """Refuse infinite values, NaN (in X only without ``gaps``) and labels that are no class.

    Raises `DataError`, which calls the examples ``where`` and names the row and column.
    """
    _check_finite("X", examples.X, where, gaps=gaps)
    _check_finite("y", examples.y, where, gaps=False)
    y = examples.y
    if y.dtype.kind == "f":
        if classes:
            raise DataError(
                f"The labels of the {where} are {y.dtype} but {len(classes)} classes are named; "
                "give integer class indices, or no classes for regression."
            )
        return
    if y.min() < 0:
        row = int(np.flatnonzero(y < 0)[0])
        raise DataError(
            f"Row {row:,} of the {where} has the negative label {y[row]}; number the classes "
            "from 0."
        )
    if len(classes) < 2:
        raise DataError(
            f"The {where} has class labels but {len(classes)} classes; classification needs at "
            "least two, and regression floating-point targets."
        )
    wrong = np.flatnonzero(y >= len(classes))
    if wrong.size:
        raise DataError(
            f"Row {wrong[0]:,} of the {where} has the label {y[wrong[0]]}, which is not a class "
            f"index from 0 to {len(classes) - 1}; correct the label or name its class."
        )


def _check_finite(name: str, array: Array, where: str, *, gaps: bool) -> None:
    if array.dtype.kind != "f":
        return
    for rows in row_chunks(len(array), math.prod(array.shape[1:])):
        finite = ~np.isinf(array[rows]) if gaps else np.isfinite(array[rows])
        if not finite.all():
            place = np.argwhere(~finite)[0]
            value = array[rows][tuple(place)]
            column = f", column {place[1]:,}" if len(place) > 1 else ""
            raise DataError(
                f"{name} of the {where} holds {value} in row {rows.start + place[0]:,}{column}; "
                "remove the row or fill in a finite value."
            )


def _read_only(array: Array) -> Array:
    # The fingerprint is cached and several threads read: nobody may write through this view.
    view = array.view(np.ndarray)
    view.flags.writeable = False
    return view
