"""Mismatch between train and dev is told where it is, and not where chance explains it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.data import Dataset, Examples, find_mismatch, open_data, split
from dllab.data.kolmogorov import ks_distance, ks_p_value
from dllab.data.mismatch import holm


def sets(train, dev, y_train=None, y_dev=None):
    """A data set of two given sets of inputs, and the two."""
    y_train = np.arange(len(train)) % 2 if y_train is None else y_train
    y_dev = np.arange(len(dev)) % 2 if y_dev is None else y_dev
    one, two = Examples(train, y_train), Examples(dev, y_dev)
    names = tuple(f"f{column}" for column in range(train.shape[1]))
    data = Dataset("d", one, None, ("a", "b"), None, dev=two, feature_names=names)
    return data, one, two


def normal(m, n, seed=0):
    return np.random.default_rng(seed).normal(size=(m, n))


def test_that_a_shifted_feature_is_named_first_with_its_means():
    train, dev = normal(3_000, 30), normal(1_000, 30, 1)
    dev[:, 7] += 1
    dev[:, 3] *= 3
    found = find_mismatch(*sets(train, dev))
    assert found.raised
    assert [one.name for one in found.worst] == ["f7", "f3"]
    shift, spread = found.worst
    assert shift.standardized == pytest.approx(1, abs=0.1)
    # Φ(1/2) - Φ(-1/2): how far two normal curves one deviation apart are from each other.
    assert shift.distance == pytest.approx(0.383, abs=0.04)
    assert abs(spread.standardized) < 0.1
    assert spread.distance > 0.2
    told = found.sentences()
    assert told[0].startswith("Mismatch: 2 of 30 features differ between train and dev")
    assert told[1].startswith("f7: mean ")
    assert f"is {shift.standardized:.2f} standard deviations" in told[1]


@pytest.mark.parametrize("seed", range(20))
def test_that_sets_of_one_distribution_are_not_raised_however_many_features(seed):
    found = find_mismatch(*sets(normal(400, 200, seed), normal(150, 200, 1000 + seed)))
    assert not found.raised
    assert found.sentences() == (
        "The dev set comes from a file of its own; none of 200 features nor the shares of the "
        "classes differ from the training set more than chance explains.",
    )


def test_that_a_cut_of_the_built_in_data_is_not_raised():
    data = open_data("spiral", examples=2_000)
    cut = split(data, rng=np.random.default_rng(0))
    found = find_mismatch(data, cut.train, cut.dev)
    assert not found.raised
    assert "cut from the same file" in found.sentences()[0]


def test_that_differences_too_small_to_matter_are_not_raised_however_many_examples():
    train, dev = normal(10_000, 3), normal(10_000, 3, 1) + 0.06
    found = find_mismatch(*sets(train, dev))
    assert min(one.p_value for one in found.differences) < 0.01
    assert not found.raised


def test_that_other_shares_of_the_classes_are_told():
    X = normal(2_000, 2)
    data = sets(X, X[:500], y_dev=(np.arange(500) % 4 == 0).astype(int))
    found = find_mismatch(*data)
    assert {one.name for one in found.worst} == {"a", "b"}
    told = found.sentences()
    assert "the shares of the classes differ between train and dev" in told[0]
    assert "Class b is 50.0 % of train and 25.0 % of dev." in told


def test_that_constant_features_are_equal_or_told():
    train, dev = np.ones((200, 2)), np.ones((100, 2))
    assert not find_mismatch(*sets(train, dev)).raised
    dev[:, 1] = 2
    found = find_mismatch(*sets(train, dev))
    assert [one.name for one in found.worst] == ["f1"]
    assert math.isinf(found.worst[0].standardized)
    assert "f1 is always 1 in train and always 2 in dev." in found.sentences()


def test_that_regression_has_no_classes_to_compare():
    X = normal(300, 2)
    data = Dataset("d", Examples(X, X[:, 0]), None, (), None)
    found = find_mismatch(data, data.train, data.train)
    assert {one.kind for one in found.differences} == {"feature"}
    assert "none of 2 features differ" in found.sentences()[0]


def test_that_the_test_set_can_be_compared_too():
    X = normal(300, 2)
    data = Dataset("d", Examples(X, np.arange(300) % 2), Examples(X + 5, np.arange(300) % 2),
                   ("a", "b"), None)  # fmt: skip
    found = find_mismatch(data, data.train, data.test, other="test")
    assert found.given
    assert "between train and test" in found.sentences()[0]


def test_that_holms_correction_is_that_of_the_hand():
    corrected = holm(np.array([0.01, 0.04, 0.03, 0.005]))
    np.testing.assert_allclose(corrected, [0.03, 0.06, 0.06, 0.02])


@settings(max_examples=60, deadline=None)
@given(
    a=st.lists(st.integers(-5, 5) | st.floats(-3, 3), min_size=1, max_size=30),
    b=st.lists(st.integers(-5, 5) | st.floats(-3, 3), min_size=1, max_size=30),
)
def test_that_the_distance_is_the_largest_between_the_two_distribution_functions(a, b):
    a, b = np.array(a, float), np.array(b, float)
    places = np.concatenate([a, b])
    expected = max(abs((a <= x).mean() - (b <= x).mean()) for x in places)
    assert ks_distance(a, b) == pytest.approx(expected, abs=1e-12)


def test_that_the_p_values_are_those_of_the_tables():
    # Smirnov's table: Q(1.3581) = 0.05, Q(1.6276) = 0.01, Q(1.2238) = 0.1.
    for scaled, p_value in ((1.3581, 0.05), (1.6276, 0.01), (1.2238, 0.1)):
        assert ks_p_value(scaled / math.sqrt(50), 100, 100) == pytest.approx(p_value, rel=1e-3)
    assert ks_p_value(0.0, 10, 10) == 1
    assert ks_p_value(1.0, 10_000, 10_000) < 1e-300 or ks_p_value(1.0, 10_000, 10_000) == 0


def test_that_scipy_finds_the_same_distances_and_p_values():
    stats = pytest.importorskip("scipy.stats")
    special = pytest.importorskip("scipy.special")
    for seed in range(5):
        m = 200 + 30 * seed
        a, b = normal(m, 1, seed)[:, 0], normal(150, 1, 50 + seed)[:, 0] + 0.1 * seed
        distance = ks_distance(a, b)
        assert distance == pytest.approx(stats.ks_2samp(a, b).statistic, abs=1e-12)
        limit = special.kolmogorov(distance * math.sqrt(m * 150 / (m + 150)))
        assert ks_p_value(distance, m, 150) == pytest.approx(limit, rel=1e-9)
