"""Splits lose and repeat nothing, keep the classes in proportion, and follow the seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.data import Dataset, Examples, split, split_sizes
from dllab.errors import DataError


def numbered(counts, test=None, seed=0):
    """A data set whose single feature is the row's number, with `counts` rows of each class."""
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    X = np.arange(len(y))[:, np.newaxis]
    classes = tuple(f"class {j}" for j in range(max(2, len(counts))))
    return Dataset("numbered", Examples(X, y), test, classes, None)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("m", "asked", "sizes"),
    [
        (300, {}, (180, 60, 60)),
        (10_000, {}, (6_000, 2_000, 2_000)),
        (999_999, {}, (600_001, 199_999, 199_999)),
        (1_000_000, {}, (980_000, 10_000, 10_000)),
        (1_000_000, {"dev": 2_500, "test": 2_500}, (995_000, 2_500, 2_500)),
        (1_000, {"test": 0}, (700, 300, 0)),
        (1_000, {"dev": 1}, (799, 1, 200)),
        (3, {}, (1, 1, 1)),
    ],
)
def test_that_sizes_follow_the_number_of_examples(m, asked, sizes):
    data = numbered([m // 2, m - m // 2])
    assert split_sizes(data, **asked) == sizes


def test_that_a_given_test_set_stays_and_dev_is_a_sixth_of_train():
    test = Examples(np.zeros((7, 1), int), np.zeros(7, int))
    data = numbered([300, 300], test)
    cut = split(data, rng=rng())
    assert (cut.train.m, cut.dev.m) == (500, 100)
    assert cut.test is test
    assert split(data, rng=rng(), test=7).test is test
    assert "100 dev" in cut.description
    assert "7 test as given" in cut.description
    with pytest.raises(DataError, match="its own test set of 7"):
        split(data, rng=rng(), test=8)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), counts=st.lists(st.integers(1, 60), min_size=2, max_size=8))
def test_that_any_split_is_exact_disjoint_complete_and_stratified(data, counts):
    m = sum(counts)
    if m < 3:
        counts, m = [*counts, 1], m + 1
    dev = data.draw(st.integers(1, m - 2))
    test = data.draw(st.integers(0, m - dev - 1))
    whole = numbered(counts)
    cut = split(whole, rng=rng(data.draw(st.integers(0, 9))), dev=dev, test=test)
    sets = [part for part in (cut.train, cut.dev, cut.test) if part is not None]
    assert (cut.train.m, cut.dev.m) == (m - dev - test, dev)
    assert (cut.test is None) == (test == 0)
    assert cut.test is None or cut.test.m == test
    everything = np.concatenate([part.X[:, 0] for part in sets])
    assert np.array_equal(np.sort(everything), np.arange(m))
    for part in sets:
        assert np.array_equal(part.y, whole.train.y[part.X[:, 0]])
        shares = np.bincount(part.y, minlength=len(counts))
        assert np.all(np.abs(shares - np.array(counts) * part.m / m) < 2)


def test_that_largest_remainders_decide_the_classes():
    cut = split(numbered([50, 30, 20]), rng=rng(), dev=7, test=0)
    # Quotas 3.5, 2.1, 1.4: the one left over goes to the largest remainder.
    assert np.bincount(cut.dev.y).tolist() == [4, 2, 1]


def test_that_the_generator_decides_the_split_and_its_order():
    data = numbered([100, 100])
    first, same, other = (split(data, rng=rng(seed)) for seed in (1, 1, 2))
    for which in ("train", "dev", "test"):
        rows = [getattr(cut, which).X[:, 0].tolist() for cut in (first, same, other)]
        assert rows[0] == rows[1] != rows[2]
        assert rows[0] != sorted(rows[0])


def test_that_regression_is_split_without_classes():
    X = np.arange(50.0)[:, np.newaxis]
    cut = split(Dataset("line", Examples(X, X.copy()), None, (), None), rng=rng())
    assert (cut.train.m, cut.dev.m) == (30, 10)
    assert np.array_equal(cut.dev.X, cut.dev.y)
    assert cut.description == "30 train / 10 dev / 10 test, cut at random"


def test_that_the_description_names_a_class_without_training_examples():
    assert "no training example of class class 1" in (split(numbered([40]), rng=rng()).description)


@pytest.mark.parametrize(
    ("counts", "asked"),
    [
        ([1, 1], {}),
        ([5, 5], {"dev": 0}),
        ([5, 5], {"dev": -1}),
        ([5, 5], {"test": -1}),
        ([5, 5], {"dev": 10, "test": 0}),
        ([5, 5], {"dev": 5, "test": 5}),
        ([5, 5], {"dev": 9}),
    ],
)
def test_that_impossible_sizes_are_refused(counts, asked):
    with pytest.raises(DataError, match=r"(ask for fewer|at least 1|0 or more).*\.$"):
        split(numbered(counts), rng=rng(), **asked)


def test_that_one_training_example_beside_a_test_set_is_refused():
    test = Examples(np.zeros((2, 1), int), np.zeros(2, int))
    with pytest.raises(DataError, match="leave none to train on"):
        split(numbered([1], test), rng=rng())


def test_that_the_first_rows_of_each_set_are_a_random_sample_of_it():
    m, classes = 4000, 10
    y = np.random.default_rng(0).integers(0, classes, m)
    data = Dataset(
        "many", Examples(np.arange(m)[:, None], y), None, tuple(map(str, range(classes))), None
    )
    first: list[int] = []
    for seed in range(40):
        parts = split(data, rng=np.random.default_rng(seed), dev=1000, test=500)
        for examples in (parts.train, parts.dev, parts.test):
            first.extend(examples.y[:10])
    counts = np.bincount(first, minlength=classes)
    expected = len(first) / classes
    # χ² with 9 degrees of freedom stays below 27.9 in 999 of 1,000 cases.
    assert ((counts - expected) ** 2 / expected).sum() < 27.9
    # Within one set no class may lead: 10 first rows of one class alone would show that.
    parts = split(data, rng=np.random.default_rng(1), dev=1000, test=500)
    assert len(set(parts.train.y[:10])) >= 4
