"""Cutting a data set into train, dev and test."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dllab.data.dataset import Dataset, Examples
from dllab.errors import DataError

LARGE_M = 1_000_000
TRAIN, DEV, TEST = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Split:
    """The three sets of a run, and a `description` of the cut for the screen and the ledger.

    `test` is None when the data brings no test set and none was asked for.
    """

    train: Examples
    dev: Examples
    test: Examples | None
    description: str


def split_sizes(
    dataset: Dataset, *, dev: int | None = None, test: int | None = None
) -> tuple[int, int, int]:
    """The sizes (train, dev, test) that `split` would cut, to be shown before it is used.

    A test set that the data brings along stays as it is, and dev defaults to 1/6 of the
    training set (10,000 of MNIST's 60,000). Without one: below 1,000,000 examples 60/20/20 %,
    or 70/30 % with ``test=0``; from there on 98/1/1 %. Shares are rounded down, to at least 1.
    Raises `DataError` when a size is negative, dev is 0, no training example is left, or
    `test` contradicts the test set that the data brings along.
    """
    m = dataset.train.m
    for name, size in (("dev", dev), ("test", test)):
        if size is not None and size < 0:
            raise DataError(f"The {name} set cannot have {size:,} examples; give 0 or more.")
    if dev == 0:
        raise DataError("The dev set cannot be empty; give it at least 1 example.")
    if dataset.test is not None:
        if test not in (None, dataset.test.m):
            raise DataError(
                f"The data set {dataset.name} brings its own test set of {dataset.test.m:,} "
                f"examples, so it cannot have {test:,}; leave the size of the test set out."
            )
        cut_test, test_size = 0, dataset.test.m
        dev_size = max(1, m // 6) if dev is None else dev
    else:
        share = 100 if m >= LARGE_M else 5
        cut_test = test_size = max(1, m // share) if test is None else test
        default_dev = m * 3 // 10 if test == 0 and m < LARGE_M else m // share
        dev_size = max(1, default_dev) if dev is None else dev
    train_size = m - dev_size - cut_test
    if train_size < 1:
        wanted = f"{dev_size:,} dev" + (f" and {cut_test:,} test" if cut_test else "")
        raise DataError(
            f"The data set {dataset.name} has {m:,} examples to cut from, so {wanted} examples "
            "leave none to train on; ask for fewer or bring more data."
        )
    return train_size, dev_size, test_size


def split(
    dataset: Dataset,
    *,
    rng: np.random.Generator,
    dev: int | None = None,
    test: int | None = None,
) -> Split:
    """Cut `dataset` into train, dev and test; `dev` and `test` are numbers of examples.

    Sizes are those of `split_sizes`, met exactly. For classification each class is shared out
    in proportion (largest-remainder rounding across the classes). The cut and the order of the
    rows come from one permutation drawn from `rng`, so any first rows of a set are a random
    sample of it. The data's own test set is passed on untouched. Raises `DataError` when the
    sizes are impossible.
    """
    _, dev_size, test_size = split_sizes(dataset, dev=dev, test=test)
    m = dataset.train.m
    order = rng.permutation(m)
    strata = dataset.train.y[order] if dataset.is_classification else np.zeros(m, np.int64)
    counts = np.bincount(strata)
    test_counts = _shares(counts, 0 if dataset.test is not None else test_size)
    dev_counts = _shares(counts - test_counts, dev_size)
    part = _parts(strata, counts, dev_counts, test_counts)
    train = dataset.train.take(order[part == TRAIN])
    dev_set = dataset.train.take(order[part == DEV])
    test_set = dataset.test
    if test_set is None and test_size > 0:
        test_set = dataset.train.take(order[part == TEST])
    return Split(train, dev_set, test_set, _description(dataset, train, dev_set, test_set))


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


def _description(dataset: Dataset, train: Examples, dev: Examples, test: Examples | None) -> str:
    how = "stratified by class" if dataset.is_classification else "at random"
    if dataset.test is not None:
        text = (
            f"{train.m:,} train / {dev.m:,} dev, cut from the training set {how}; "
            f"{dataset.test.m:,} test as given"
        )
    elif test is not None:
        text = f"{train.m:,} train / {dev.m:,} dev / {test.m:,} test, cut {how}"
    else:
        text = f"{train.m:,} train / {dev.m:,} dev, cut {how}; no test set"
    if dataset.is_classification:
        present = np.bincount(train.y, minlength=len(dataset.classes)) > 0
        absent = [name for name, there in zip(dataset.classes, present, strict=True) if not there]
        if absent:
            more = f" and {len(absent) - 3:,} more" if len(absent) > 3 else ""
            text += f"; no training example of class {', '.join(absent[:3])}{more}"
    return text
