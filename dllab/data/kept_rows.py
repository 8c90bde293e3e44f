"""Which rows stay when values or labels are missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dllab.data.missing import column_name, gaps_of
from dllab.data.options import DataOptions
from dllab.data.raw import Labels, Raw, RawSet
from dllab.errors import DataError

_CHOICES = "choose to drop these rows or to fill in the mean or the most frequent value"


def _without_label(labels: Labels) -> NDArray[np.bool_]:
    return labels.values < 0 if labels.names is not None else gaps_of(labels.values)


def rows_to_keep(name: str, part: RawSet, raw: Raw, options: DataOptions) -> NDArray[np.intp]:
    """The indexes of the rows of the set called `name` that stay, and a note on the others.

    Raises
    ------
    DataError
        With file, row and column of the first missing value when nothing is chosen for them, and
        when no row would be left.
    """
    unlabelled = _without_label(part.labels)
    incomplete = gaps_of(part.X)
    missing = unlabelled | incomplete
    count = int(missing.sum())
    if count == 0:
        return np.arange(len(missing))
    if options.missing in (None, "refuse"):
        raise _missing_value(part, raw, unlabelled, missing, count)
    gone = missing if options.missing == "drop" else unlabelled
    left = np.flatnonzero(~gone)
    if left.size == 0:
        raise DataError(
            f"Every row of {part.where} has a missing value, so none is left; fill them in "
            "instead of dropping rows, or leave out the column that misses most."
        )
    if left.size < len(gone):
        what = "missing values" if options.missing == "drop" else "a missing label"
        raw.notes.append(
            f"{len(gone) - left.size:,} of {len(gone):,} rows of the {name} set are left out for "
            f"{what}."
        )
    return left


def _missing_value(
    part: RawSet,
    raw: Raw,
    unlabelled: NDArray[np.bool_],
    missing: NDArray[np.bool_],
    count: int,
) -> DataError:
    row = int(np.flatnonzero(missing)[0])
    if unlabelled[row]:
        what = f"the label {raw.target_names[0]}" if raw.target_names else "the label"
    else:
        column = int(np.flatnonzero(np.isnan(part.X[row]))[0])
        what = column_name(raw.feature_names, column)
    have = "has" if count == 1 else "have"
    return DataError(
        f"{part.where}, {part.place(row)}: {what} has no value; {count:,} of {len(missing):,} "
        f"rows {have} missing values. Fill them in, or {_CHOICES}."
    )
