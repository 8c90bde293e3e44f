"""Cutting a data set into train, dev and test."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.dataset import Dataset
from dllab.data.examples import Examples
from dllab.data.shares import parse_shares
from dllab.errors import DataError

LARGE_M = 1_000_000
TRAIN, DEV, TEST = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Split:
    """The three sets of a run, and a `description` of the cut for the screen and the ledger.

    `test` is None when the data brings no test set and none was asked for. Missing values are
    filled in, in all sets, with what the training set has there.
    """

    train: Examples
    dev: Examples
    test: Examples | None
    description: str


def split_sizes(
    dataset: Dataset,
    *,
    dev: int | None = None,
    test: int | None = None,
    shares: str | None = None,
) -> tuple[int, int, int]:
    """The sizes (train, dev, test) that `split` would cut, to be shown before it is used.

    A dev or test set that the data brings along stays as it is. Of the training set, `dev` and
    `test` are numbers of examples, and go before `shares`, percentages such as "60/20/20" (see
    `dllab.data.shares`). Without both: below 1,000,000 examples 60/20/20 %, or 70/30 % with
    ``test=0``; from there on 98/1/1 %; with a given test set dev is 1/6 of the training set
    (10,000 of MNIST's 60,000); with a given dev set no test set is cut. Shares are of what is
    cut (with a given test set 60/20/20 cuts train and dev 60 to 20), rounded down, to at least 1.
    Raises `DataError` when a size is negative, dev is 0, no training example is left, or
    `dev` or `test` contradict a set that the data brings along.
    """
    m = dataset.train.m
    for name, size in (("dev", dev), ("test", test)):
        if size is not None and size < 0:
            raise DataError(f"The {name} set cannot have {size:,} examples; give 0 or more.")
    if dev == 0 and dataset.dev is None:
        raise DataError("The dev set cannot be empty; give it at least 1 example.")
    for name, given, size in (("dev", dataset.dev, dev), ("test", dataset.test, test)):
        if given is not None and size not in (None, given.m):
            raise DataError(
                f"The data set {dataset.name} brings its own {name} set of {given.m:,} "
                f"examples, so it cannot have {size:,}; leave the size of the {name} set out."
            )
    cut_dev, cut_test = _cut_sizes(dataset, dev, test, shares)
    train_size = m - cut_dev - cut_test
    if train_size < 1:
        wanted = f"{cut_dev:,} dev" + (f" and {cut_test:,} test" if cut_test else "")
        raise DataError(
            f"The data set {dataset.name} has {m:,} examples to cut from, so {wanted} examples "
            "leave none to train on; ask for fewer or bring more data."
        )
    dev_size = cut_dev if dataset.dev is None else dataset.dev.m
    test_size = cut_test if dataset.test is None else dataset.test.m
    return train_size, dev_size, test_size


def split(
    dataset: Dataset,
    *,
    rng: np.random.Generator,
    dev: int | None = None,
    test: int | None = None,
    shares: str | None = None,
) -> Split:
    """Cut `dataset` into train, dev and test.

    Sizes are those of `split_sizes`, met exactly. For classification each class is shared out
    in proportion (largest-remainder rounding across the classes). The cut and then the order
    within each set are drawn from `rng`, so any first rows of a set are a random sample of it.
    The data's own dev and test sets are passed on untouched, but for missing
    values, which are filled in. Raises `DataError` when the sizes are impossible.
    """
    sizes = split_sizes(dataset, dev=dev, test=test, shares=shares)
    m = dataset.train.m
    order = rng.permutation(m)
    strata = dataset.train.y[order] if dataset.is_classification else np.zeros(m, np.int64)
    counts, dev_counts, test_counts = stratum_counts(dataset, strata, sizes)
    part = _parts(strata, counts, dev_counts, test_counts)
    # Shuffled once more: the classes whose quota of dev is full come first in what is left.
    rows = {kind: rng.permutation(order[part == kind]) for kind in (TRAIN, DEV, TEST)}
    sets = {
        "train": dataset.train.take(rows[TRAIN]),
        "dev": dataset.dev or dataset.train.take(rows[DEV]),
    }
    if dataset.test is not None:
        sets["test"] = dataset.test
    elif sizes[2] > 0:
        sets["test"] = dataset.train.take(rows[TEST])
    present = np.bincount(sets["train"].y, minlength=1) if dataset.is_classification else None
    if dataset.filling is not None:
        values = dataset.filling.fit(sets["train"].X)
        sets = {
            name: Examples(dataset.filling.apply(one.X, values), one.y)
            for name, one in sets.items()
        }
    return Split(sets["train"], sets["dev"], sets.get("test"), describe(dataset, sizes, present))


def stratum_counts(
    dataset: Dataset, strata: NDArray[np.int64], sizes: tuple[int, int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """How many rows of each stratum there are, go to dev, and go to test."""
    counts = np.bincount(strata)
    test_counts = _shares(counts, 0 if dataset.test is not None else sizes[2])
    dev_counts = _shares(counts - test_counts, 0 if dataset.dev is not None else sizes[1])
    return counts, dev_counts, test_counts


def describe(
    dataset: Dataset, sizes: tuple[int, int, int], present: NDArray[np.integer[Any]] | None
) -> str:
    """The cut in words; `present` counts the training examples of each class."""
    train, dev, test = sizes
    how = "stratified by class" if dataset.is_classification else "at random"
    given = [
        f"{size:,} {name} as given"
        for name, own, size in (("dev", dataset.dev, dev), ("test", dataset.test, test))
        if own is not None
    ]
    cut = [f"{train:,} train"]
    cut += [f"{dev:,} dev"] if dataset.dev is None else []
    cut += [f"{test:,} test"] if dataset.test is None and test else []
    if given:
        source = f", cut from the training set {how}" if len(cut) > 1 else " as given"
        text = "; ".join([" / ".join(cut) + source, *given])
    else:
        text = " / ".join(cut) + f", cut {how}"
    if not test:
        text += "; no test set"
    if present is not None:
        there = [index < len(present) and present[index] > 0 for index in
                 range(len(dataset.classes))]  # fmt: skip
        absent = [name for name, found in zip(dataset.classes, there, strict=True) if not found]
        if absent:
            more = f" and {len(absent) - 3:,} more" if len(absent) > 3 else ""
            text += f"; no training example of class {', '.join(absent[:3])}{more}"
    return text


def _cut_sizes(
    dataset: Dataset, dev: int | None, test: int | None, shares: str | None
) -> tuple[int, int]:
    """How many examples of the training set go to dev and to test."""
    m = dataset.train.m
    own_dev, own_test = dataset.dev is not None, dataset.test is not None
    if shares is not None:
        of_train, of_dev, of_test = parse_shares(shares)
        of_dev, of_test = of_dev * (not own_dev), of_test * (not own_test)
        whole = of_train + of_dev + of_test
        by_dev, by_test = int(m * of_dev / whole), int(m * of_test / whole)
        by_test = max(1, by_test) if of_test else 0
    else:
        part = 100 if m >= LARGE_M else 5
        by_test = 0 if own_test or own_dev else max(1, m // part)
        by_dev = m * 3 // 10 if test == 0 and m < LARGE_M else m // part
        by_dev = m // 6 if own_test else by_dev
    cut_dev = 0 if own_dev else max(1, by_dev) if dev is None else dev
    cut_test = 0 if own_test else by_test if test is None else test
    return cut_dev, cut_test


def _shares(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Share `size` out over the strata in proportion to `counts`, never more than there are."""
    total = int(counts.sum())
    shares, remainders = np.divmod(counts * size, total)
    # Stable, so that equal remainders always go to the lower class index.
    largest = np.argsort(-remainders, kind="stable")[: size - int(shares.sum())]
    shares[largest] += 1
    return shares


def _parts(
    strata: NDArray[np.int64],
    counts: NDArray[np.int64],
    dev_counts: NDArray[np.int64],
    test_counts: NDArray[np.int64],
) -> NDArray[np.int8]:
    """Which set each row goes to: the first of each stratum to test, the next to dev."""
    by_stratum = np.argsort(strata, kind="stable")
    stratum = strata[by_stratum]
    rank = np.arange(len(strata)) - (np.cumsum(counts) - counts)[stratum]
    part = np.empty(len(strata), np.int8)
    part[by_stratum] = np.where(
        rank < test_counts[stratum],
        TEST,
        np.where(rank < (test_counts + dev_counts)[stratum], DEV, TRAIN),
    )
    return part
