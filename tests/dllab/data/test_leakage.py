"""Equal rows are counted exactly, within and between the sets, and fast."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dllab.data import Examples, find_leakage
from dllab.data import row_groups as rows_module
from dllab.data.row_groups import repeated_rows, row_groups

FEW = st.sampled_from([0.0, -0.0, 1.0, 2.0, np.nan])


def small(dtype):
    elements = FEW if np.dtype(dtype).kind == "f" else st.integers(0, 2)
    return st.integers(1, 3).flatmap(
        lambda n: st.tuples(
            *(hnp.arrays(dtype, st.tuples(st.integers(1, 25), st.just(n)), elements=elements),) * 3
        )
    )


def counted(train, dev, test):
    """The same counts by plain comparison of all pairs."""

    def equal(a, b):
        return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")

    def within(rows, others):
        return sum(any(equal(row, other) for other in others) for row in rows)

    repeated = sum(any(equal(train[i], train[j]) for j in range(i)) for i in range(len(train)))
    return within(dev, train), within(test, train), within(test, dev), repeated


@settings(max_examples=80, deadline=None)
@given(sets=st.sampled_from([np.float64, np.float32, np.uint8, np.int16]).flatmap(small))
@pytest.mark.parametrize("collide", [False, True])
def test_that_any_rows_are_counted_as_by_comparing_all_pairs(sets, collide):
    real = rows_module._hashes
    if collide:
        # Two hashes for everything: different rows share one, and must still be told apart.
        rows_module._hashes = lambda X, dtype: real(X, dtype) % np.uint64(2)
    try:
        found = find_leakage(*(Examples(X, np.zeros(len(X), int)) for X in sets))
        counts = (found.dev_in_train, found.test_in_train, found.test_in_dev)
        assert (*counts, found.repeated_in_train) == counted(*sets)
    finally:
        rows_module._hashes = real


def test_that_rows_are_compared_as_numbers_whatever_their_types():
    train = np.array([[3, 0], [1, 2]], np.uint8)
    dev = np.array([[3.0, -0.0], [1.0, 2.5]])
    groups, others = row_groups(train, dev)
    assert others[0] == groups[0]
    assert others[1] not in groups


def test_that_labels_tell_leakage_from_contradiction():
    train = Examples(np.array([[1], [1], [2], [2], [3], [4]]), np.array([0, 0, 0, 1, 1, 0]))
    dev = Examples(np.array([[1], [3], [9]]), np.array([1, 1, 0]))
    test = Examples(np.array([[9], [8]]), np.array([0, 0]))
    found = find_leakage(train, dev, test)
    assert (found.dev_in_train, found.dev_in_train_same_label) == (2, 1)
    assert (found.test_in_train, found.test_in_dev) == (0, 1)
    assert (found.repeated_in_train, found.contradictions) == (2, 2)
    assert found.dev_rows == (0, 1)
    assert found.found
    assert found.sentences() == (
        "Leakage: 2 of 3 dev rows (66.7 %) are in the training set too, 1 of them with the same "
        "label. The dev error will look better than it is.",
        "Leakage: 1 of 2 test rows (50.0 %) are in the dev set too. The test error will look "
        "better than it is.",
        "2 of 6 training rows (33.3 %) repeat an earlier one.",
        "2 training rows have the inputs of another row but not its label; no network can get "
        "all of them right.",
    )


def test_that_clean_sets_are_said_to_be_clean():
    X = np.arange(6.0)[:, np.newaxis]
    y = np.array([0.5, 1, 2, 3, 4, 5])
    found = find_leakage(Examples(X[:4], y[:4]), Examples(X[4:], y[4:]))
    assert not found.found
    assert found.sentences() == ("No dev row is found in another set.",)


def test_that_repeated_rows_are_all_but_the_first_and_those_of_other_sets():
    train = np.array([[1], [2], [1], [3], [2], [4]])
    assert repeated_rows(train).tolist() == [False, False, True, False, True, False]
    other = repeated_rows(train, np.array([[4]]), np.array([[1], [7]]))
    assert other.tolist() == [True, False, True, False, True, True]


def test_that_seventy_thousand_images_take_about_a_second():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (70_000, 784), np.uint8)
    X[60_000:60_100] = X[:100]
    X[5_000] = X[4_000]
    y = rng.integers(0, 10, 70_000)
    train, dev, test = (Examples(X[a:b], y[a:b]) for a, b in
                        ((0, 50_000), (50_000, 60_000), (60_000, 70_000)))  # fmt: skip
    start = time.process_time()
    found = find_leakage(train, dev, test)
    seconds = time.process_time() - start
    assert (found.test_in_train, found.dev_in_train, found.repeated_in_train) == (100, 0, 1)
    # Measured at 0.4 s; the rest is for machines that are busy.
    assert seconds < 3
