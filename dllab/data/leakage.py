"""Equal rows where there should be none: leakage between the sets, duplicates within train."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dllab.data.examples import Examples
from dllab.data.row_groups import row_groups

_FEW = 0.001


@dataclass(frozen=True)
class Leakage:
    """How many rows have inputs that another row has, entry for entry; labels do not matter.

    - `m_train`, `m_dev`, `m_test`: the sizes of the sets, 0 without a test set.
    - `dev_in_train`, `test_in_train`, `test_in_dev`: rows of the first that are in the second.
    - `dev_in_train_same_label`, `test_in_train_same_label`: how many of these have the label
      that one of their doubles has.
    - `repeated_in_train`: training rows that repeat an earlier one; `contradictions` are training
      rows whose double in train has another label.
    - `dev_rows` and `test_rows` are the indexes, from 0, of the first few rows in question.
    """

    m_train: int
    m_dev: int
    m_test: int
    dev_in_train: int
    test_in_train: int
    test_in_dev: int
    dev_in_train_same_label: int
    test_in_train_same_label: int
    repeated_in_train: int
    contradictions: int
    dev_rows: tuple[int, ...] = ()
    test_rows: tuple[int, ...] = ()

    @property
    def found(self) -> bool:
        """True when a dev or test row has been seen elsewhere."""
        return bool(self.dev_in_train or self.test_in_train or self.test_in_dev)

    def sentences(self) -> tuple[str, ...]:
        """The report in plain words, leakage first; says so too when there is none."""
        told = []
        for name, other, count, same, m in (
            ("dev", "training", self.dev_in_train, self.dev_in_train_same_label, self.m_dev),
            ("test", "training", self.test_in_train, self.test_in_train_same_label, self.m_test),
            ("test", "dev", self.test_in_dev, None, self.m_test),
        ):
            if count:
                labels = "" if same is None else f", {same:,} of them with the same label"
                told.append(
                    f"Leakage: {count:,} of {m:,} {name} rows ({_percent(count, m)}) are in the "
                    f"{other} set too{labels}. The {name} error will look better than it is."
                )
        if not told:
            others = "dev or test row is" if self.m_test else "dev row is"
            told.append(f"No {others} found in another set.")
        if self.repeated_in_train:
            told.append(
                f"{self.repeated_in_train:,} of {self.m_train:,} training rows "
                f"({_percent(self.repeated_in_train, self.m_train)}) repeat an earlier one."
            )
        if self.contradictions:
            told.append(
                f"{self.contradictions:,} training rows have the inputs of another row but not "
                "its label; no network can get all of them right."
            )
        return tuple(told)


def find_leakage(
    train: Examples, dev: Examples, test: Examples | None = None, *, rows: int = 5
) -> Leakage:
    """Count equal rows within and between the sets, exactly; the first few `rows` are listed.

    Rows are compared as numbers in raw units. Takes about half a second for MNIST's 70,000 rows.
    """
    sets = [train, dev] + ([test] if test is not None else [])
    groups = row_groups(*(one.X for one in sets))
    with_label = _with_labels(sets, groups)
    in_train = [np.isin(numbers, groups[0]) for numbers in groups]
    same = [np.isin(numbers, with_label[0]) for numbers in with_label]
    distinct = len(np.unique(groups[0]))
    return Leakage(
        m_train=train.m,
        m_dev=dev.m,
        m_test=test.m if test is not None else 0,
        dev_in_train=int(in_train[1].sum()),
        test_in_train=int(in_train[2].sum()) if test is not None else 0,
        test_in_dev=int(np.isin(groups[2], groups[1]).sum()) if test is not None else 0,
        dev_in_train_same_label=int(same[1].sum()),
        test_in_train_same_label=int(same[2].sum()) if test is not None else 0,
        repeated_in_train=train.m - distinct,
        contradictions=_contradictions(groups[0], with_label[0]),
        dev_rows=_first(in_train[1], rows),
        test_rows=_first(in_train[2], rows) if test is not None else (),
    )


def _with_labels(sets: list[Examples], groups: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
    """Numbers that are equal for equal inputs with equal labels."""
    pairs = [
        np.column_stack([numbers, one.y.reshape(one.m, -1)])
        for one, numbers in zip(sets, groups, strict=True)
    ]
    return row_groups(*pairs)


def _contradictions(groups: NDArray[np.intp], with_label: NDArray[np.intp]) -> int:
    """Rows in groups that hold more than one label."""
    first = np.full(groups.max() + 1, -1, np.intp)
    first[groups] = with_label
    mixed = np.zeros(len(first), bool)
    mixed[groups[first[groups] != with_label]] = True
    return int(mixed[groups].sum())


def _first(mask: NDArray[np.bool_], rows: int) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask)[:rows].tolist())


def _percent(count: int, m: int) -> str:
    share = count / m
    return f"{100 * share:.1f} %" if share >= _FEW else "under 0.1 %"
