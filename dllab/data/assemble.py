"""From what a reader found to a sound data set: every choice made, told, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.dataset import Dataset
from dllab.data.examples import Examples
from dllab.data.kept_rows import rows_to_keep
from dllab.data.labels import MOST_CLASSES, class_names, encode
from dllab.data.missing import FILLINGS, Filling, column_name, first_infinite, gaps_of
from dllab.data.options import DataOptions
from dllab.data.raw import Labels, Raw, RawSet
from dllab.data.row_groups import repeated_rows
from dllab.errors import DataError

_NAMED = 5


def assemble(raw: Raw, options: DataOptions) -> Dataset:
    """Deal with infinite and missing values, labels and duplicates, and say so in the notes.

    Raises
    ------
    DataError
        With file, row and column of the first infinite or, unless the options say what to do,
        missing value, of a label that is no number or no class; when there is one class only,
        or hardly a row.
    """
    for _, part in raw.sets():
        _check_fit(part, raw)
        _check_finite(part, raw)
    kept = {name: rows_to_keep(name, part, raw, options) for name, part in raw.sets()}
    if len(kept["train"]) == 1:
        raise DataError(
            f"{raw.train.where} has one row only; a run needs at least one each to train on, for "
            "the dev set and for the test set."
        )
    if raw.task == "classification":
        classes = _classes(raw, kept["train"])
        # Numbers from a source that lists the names of its classes are indexes into them.
        listed = raw.classes is not None and raw.train.labels.names is None
        y: dict[str, NDArray[Any]] = {
            name: encode(part, kept[name], classes, listed) for name, part in raw.sets()
        }
        _check_several(raw, classes, y["train"])
    else:
        classes = ()
        y = {name: _targets(part, kept[name], raw) for name, part in raw.sets()}
    sets = {
        name: Examples(part.X if len(rows) == len(part.X) else part.X[rows], y[name])
        for (name, part), rows in zip(raw.sets(), kept.values(), strict=True)
    }
    if options.duplicates == "drop":
        _drop_repeated(sets, raw.notes)
    filling = None
    if options.missing in FILLINGS and any(gaps_of(s.X).any() for s in sets.values()):
        filling = Filling(options.missing, raw.blocks)
        how = "mean" if options.missing == "mean" else "most frequent value"
        raw.notes.append(f"Missing values are filled in with the {how} of the training set.")
    _tell_constant(sets["train"], raw)
    return Dataset(
        name=raw.name,
        train=sets["train"],
        test=sets.get("test"),
        classes=classes,
        image_shape=raw.image_shape,
        attribution=raw.attribution,
        dev=sets.get("dev"),
        feature_names=raw.feature_names,
        target_names=raw.target_names,
        filling=filling,
        notes=tuple(raw.notes),
    )


def _check_fit(part: RawSet, raw: Raw) -> None:
    if len(part.X) != len(part.labels):
        hint = ""
        if part.X.ndim == 2 and part.X.shape[1] == len(part.labels):
            hint = " X seems to hold an example in each column; transpose it."
        raise DataError(
            f"{part.where} has {len(part.X):,} examples but {len(part.labels):,} labels; give one "
            f"label for each example.{hint}"
        )
    if part.X.shape[1] == 0:
        raise DataError(f"{part.where} has no column left to learn from; use more of its columns.")
    if part.X.shape[1] != raw.train.X.shape[1]:
        raise DataError(
            f"{part.where} has {part.X.shape[1]:,} inputs for each example, but the training set "
            f"has {raw.train.X.shape[1]:,}; give both the same columns."
        )


def _check_finite(part: RawSet, raw: Raw) -> None:
    for values, names in ((part.X, raw.feature_names), (part.labels.values, raw.target_names)):
        place = first_infinite(values)
        if place is not None:
            column = f", {column_name(names, place[1])}" if len(place) > 1 else ""
            raise DataError(
                f"{part.where}, {part.place(place[0])}{column}: the value is {values[place]}; "
                "remove the row, or correct the value."
            )


def _classes(raw: Raw, rows: NDArray[np.intp]) -> tuple[str, ...]:
    labels = raw.train.labels
    if labels.values.ndim > 1:
        raise DataError(
            f"{raw.train.where} has {labels.values.shape[1]:,} labels for each example; "
            "classification takes one. Choose one column, or regression."
        )
    classes = class_names(Labels(labels.values[rows], labels.names), raw.classes)
    if len(classes) > MOST_CLASSES:
        raise DataError(
            f"{raw.train.where} has {len(classes):,} different labels, too many for classes; "
            "choose another label, or regression."
        )
    return classes


def _check_several(raw: Raw, classes: tuple[str, ...], y: NDArray[np.int64]) -> None:
    seen = np.unique(y)
    if seen.size > 1:
        return
    name = classes[int(seen[0])]
    label = f"the label {raw.target_names[0]}" if raw.target_names else "the label"
    raise DataError(
        f"{raw.train.where}: {label} is {name} in all {len(y):,} rows, and one class leaves "
        "nothing to tell apart; choose another label, or add examples of another class."
    )


def _targets(part: RawSet, rows: NDArray[np.intp], raw: Raw) -> NDArray[np.float64]:
    if part.labels.names is not None:
        row = int(rows[0])
        shown = part.labels.names[part.labels.values[row]]
        label = f"the label {raw.target_names[0]}" if raw.target_names else "the label"
        raise DataError(
            f"{part.where}, {part.place(row)}: {label} is {shown!r}, but regression predicts "
            "numbers; choose another label, or classification."
        )
    return part.labels.values[rows].astype(np.float64)


def _drop_repeated(sets: dict[str, Examples], notes: list[str]) -> None:
    others = [sets[name].X for name in ("dev", "test") if name in sets]
    repeated = repeated_rows(sets["train"].X, *others)
    count = int(repeated.sum())
    if count:
        m = len(repeated)
        if count == m:
            raise DataError(
                f"All {m:,} training rows are in the dev or test file too; give other files."
            )
        sets["train"] = sets["train"].take(np.flatnonzero(~repeated))
        notes.append(f"{count:,} of {m:,} training rows repeat another and are left out.")


def _tell_constant(train: Examples, raw: Raw) -> None:
    low, high = np.fmin.reduce(train.X, axis=0), np.fmax.reduce(train.X, axis=0)
    constant = np.flatnonzero((low == high) | np.isnan(low))
    if constant.size == 0:
        return
    known = raw.feature_names
    names = ", ".join(known[i] if known else f"column {i:,}" for i in constant[:_NAMED].tolist())
    more = " …" if constant.size > _NAMED else ""
    listed = f": {names}{more}" if raw.image_shape is None else ""
    what = "input never changes and becomes" if constant.size == 1 else (
        "inputs never change and become"
    )  # fmt: skip
    raw.notes.append(f"{constant.size:,} {what} 0{listed}.")
