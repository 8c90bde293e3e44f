"""The toy data follow their formulas and their seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.data import blobs, circles, moons, spiral
from dllab.errors import DataError

FORMULAS = (circles, moons, spiral, blobs)


def rows(points):
    return sorted(map(tuple, np.round(points, 12) + 0.0))


@pytest.mark.parametrize("m", [2, 7, 300])
def test_that_circles_follow_the_make_circles_convention(m):
    data = circles(m, noise=0, seed=1).train
    outer = np.linspace(0, 2 * np.pi, m // 2, endpoint=False)
    inner = np.linspace(0, 2 * np.pi, m - m // 2, endpoint=False)
    expected_outer = np.column_stack([np.cos(outer), np.sin(outer)])
    expected_inner = np.column_stack([np.cos(inner), np.sin(inner)]) * 0.8
    assert rows(data.X[data.y == 0]) == rows(expected_outer)
    assert rows(data.X[data.y == 1]) == rows(expected_inner)


@pytest.mark.parametrize("m", [2, 7, 300])
def test_that_moons_follow_the_make_moons_convention(m):
    data = moons(m, noise=0, seed=1).train
    outer, inner = np.linspace(0, np.pi, m // 2), np.linspace(0, np.pi, m - m // 2)
    expected_outer = np.column_stack([np.cos(outer), np.sin(outer)])
    expected_inner = np.column_stack([1 - np.cos(inner), 1 - np.sin(inner) - 0.5])
    assert rows(data.X[data.y == 0]) == rows(expected_outer)
    assert rows(data.X[data.y == 1]) == rows(expected_inner)


def test_that_spiral_arms_are_one_arm_turned():
    data = spiral(400, noise=0, seed=3, classes=4).train
    radius = np.hypot(*data.X.T)
    # Arm 1 is arm 0 turned clockwise by a quarter: t grows from the vertical axis.
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    for arm in range(4):
        np.testing.assert_allclose(np.sort(radius[data.y == arm]), np.linspace(0, 1, 100))
    assert rows(data.X[data.y == 0] @ quarter) == rows(data.X[data.y == 1])


def test_that_blobs_are_gaussian_around_the_unit_circle():
    data = blobs(30_000, noise=0.25, seed=4, classes=3).train
    for j in range(3):
        cluster = data.X[data.y == j]
        centre = [np.cos(2 * np.pi * j / 3), np.sin(2 * np.pi * j / 3)]
        np.testing.assert_allclose(cluster.mean(axis=0), centre, atol=0.01)
        np.testing.assert_allclose(np.cov(cluster.T), np.eye(2) / 16, atol=0.005)


@pytest.mark.parametrize("formula", [circles, moons])
def test_that_the_noise_is_a_standard_deviation_on_each_coordinate(formula):
    noisy, clean = formula(20_000, noise=0.3, seed=5).train, formula(20_000, noise=0, seed=5).train
    spread = noisy.X.var(axis=0) - clean.X.var(axis=0)
    np.testing.assert_allclose(spread, 0.09, atol=0.02)


@settings(max_examples=25, deadline=None)
@given(m=st.integers(3, 200), noise=st.floats(0, 10), seed=st.integers(0, 2**64))
@pytest.mark.parametrize("formula", FORMULAS)
def test_that_any_toy_data_are_balanced_and_decided_by_the_seed(formula, m, noise, seed):
    data = formula(m, noise, seed)
    again = formula(m, noise, seed)
    assert data.fingerprint == again.fingerprint
    assert data.train.X.shape == (m, 2)
    assert data.train.X.dtype == np.float64
    assert data.test is None
    counts = np.bincount(data.train.y, minlength=len(data.classes))
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("formula", FORMULAS)
def test_that_another_seed_gives_other_data_in_shuffled_order(formula):
    data = formula(seed=0)
    assert data.fingerprint != formula(seed=1).fingerprint
    assert len(np.unique(data.train.y[:20])) == len(data.classes)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("m", 1),
        ("m", 10**12),
        ("m", 2.5),
        ("m", True),
        ("noise", -0.1),
        ("noise", np.nan),
        ("noise", np.inf),
        ("seed", -1),
        ("seed", "x"),
    ],
)
def test_that_toy_data_out_of_range_are_refused(formula, option, value):
    with pytest.raises(DataError, match=formula.__name__):
        formula(**{option: value})


def test_that_the_factor_and_the_number_of_classes_are_checked():
    for factor in (-0.1, 1, np.nan):
        with pytest.raises(DataError, match="factor"):
            circles(factor=factor)
    for formula in (spiral, blobs):
        with pytest.raises(DataError, match="number of classes"):
            formula(classes=1)
        with pytest.raises(DataError, match="number of examples"):
            formula(3, classes=4)
