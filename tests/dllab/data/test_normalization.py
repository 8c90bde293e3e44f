"""Normalized inputs have mean 0 and deviation 1 on the training set, and are never NaN."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dllab.data import NORMALIZATIONS, Normalization
from dllab.errors import DataError

shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=12)
matrices = st.one_of(
    hnp.arrays(np.float64, shapes, elements=st.floats(-1e100, 1e100)),
    hnp.arrays(np.float32, shapes, elements=st.floats(-1, 1, width=32)),
    hnp.arrays(np.uint8, shapes),
    hnp.arrays(np.int64, shapes),
)


def test_that_per_feature_gives_every_column_mean_0_and_deviation_1():
    X = np.random.default_rng(0).normal([3, -1e6, 1e-3], [1, 10, 1e-5], (5_000, 3))
    normalization = Normalization.fit("per_feature", X)
    np.testing.assert_allclose(normalization.mean, X.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(normalization.std, X.std(axis=0), rtol=1e-9)
    result = normalization.apply(X, np.float64)
    np.testing.assert_allclose(result.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(result.std(axis=0), 1, rtol=1e-9)


def test_that_overall_uses_one_mean_and_deviation_for_all_entries():
    X = np.random.default_rng(0).integers(0, 256, (1_000, 10), np.uint8)
    normalization = Normalization.fit("overall", X)
    assert normalization.mean.shape == normalization.std.shape == (1,)
    np.testing.assert_allclose(normalization.mean, X.mean())
    np.testing.assert_allclose(normalization.std, X.std())
    expected = (X - X.mean()) / X.std()
    np.testing.assert_allclose(normalization.apply(X, np.float64), expected, rtol=1e-12)


def test_that_none_only_changes_the_type():
    X = np.arange(6, dtype=np.uint8).reshape(3, 2)
    result = Normalization.fit("none", X).apply(X, np.float32)
    assert result.dtype == np.float32
    assert np.array_equal(result, X)


@pytest.mark.parametrize("value", [0.1, 1e9 + 0.1, -7, 0])
def test_that_a_constant_column_becomes_zero(value):
    X = np.random.default_rng(0).normal(size=(1_001, 2))
    X[:, 1] = value
    normalization = Normalization.fit("per_feature", X)
    assert normalization.std[1] == 0
    dev = np.array([[0.0, value + 5], [1.0, value]])
    for data in (X, dev):
        assert np.all(normalization.apply(data, np.float32)[:, 1] == 0)


@settings(max_examples=150, deadline=None)
@given(X=matrices, kind=st.sampled_from(NORMALIZATIONS), dtype=st.sampled_from(["f4", "f8"]))
def test_that_the_training_set_never_becomes_nan(X, kind, dtype):
    normalization = Normalization.fit(kind, X)
    with np.errstate(over="ignore"):
        result = normalization.apply(X, dtype)
    assert result.dtype == np.dtype(dtype)
    assert result.shape == X.shape
    assert result.flags.c_contiguous
    assert not np.shares_memory(result, X)
    assert not np.isnan(result).any()
    if kind != "none":
        # No value of m can lie further than √(m-1) deviations from their mean.
        m = X.size if kind == "overall" else len(X)
        assert np.abs(result).max() <= np.sqrt(m) * 1.001


@pytest.mark.parametrize("unit", [1.0, 6e-162, 3e-200, 1e-310])
def test_that_columns_of_tiny_numbers_are_normalized_as_any_others(unit):
    plain = np.array([[1.0, 5.0], [0.0, 7.0], [0.0, 6.0], [0.0, 9.0]])
    X = plain * [unit, 1.0]
    normalized = Normalization.fit("per_feature", X).apply(X, np.float64)
    np.testing.assert_allclose(normalized, (plain - plain.mean(0)) / plain.std(0), rtol=1e-9)


def test_that_large_offsets_keep_their_precision_in_float32():
    X = 1.6e9 + np.arange(100.0)[:, np.newaxis]
    result = Normalization.fit("per_feature", X).apply(X, np.float32)
    np.testing.assert_allclose(np.diff(result[:, 0]), np.sqrt(12 / (100**2 - 1)), rtol=1e-5)


def test_that_the_layout_of_the_input_does_not_matter():
    X = np.random.default_rng(0).normal(size=(300, 7))
    for kind in NORMALIZATIONS:
        results = [
            Normalization.fit(kind, each).apply(each, np.float64)
            for each in (X, np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2])
        ]
        assert all(result.flags.c_contiguous for result in results)
        np.testing.assert_allclose(results[1], results[0], rtol=1e-12, atol=1e-14)
        np.testing.assert_array_equal(results[2], results[0])


def test_that_images_need_no_float64_copy():
    X = np.random.default_rng(0).integers(0, 256, (10_000, 784), np.uint8)
    tracemalloc.start()
    try:
        result = Normalization.fit("overall", X).apply(X, np.float32)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < result.nbytes + 8e6


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
@pytest.mark.parametrize("kind", ["per_feature", "overall"])
def test_that_values_without_a_finite_deviation_are_refused(kind, value):
    with pytest.raises(DataError, match="too large to normalize"):
        Normalization.fit(kind, np.array([[0.0], [value]]))


def test_that_wrong_kinds_and_shapes_are_refused():
    X = np.zeros((2, 3))
    with pytest.raises(DataError, match="choose one of per_feature, overall, none"):
        Normalization.fit("standard", X)
    for wrong in (np.zeros((0, 3)), np.zeros(3)):
        with pytest.raises(DataError, match="at least one row"):
            Normalization.fit("none", wrong)
    with pytest.raises(DataError, match=r"\(4, 2\) but the normalization needs \(m, 3\)"):
        Normalization.fit("per_feature", X).apply(np.zeros((4, 2)))
    with pytest.raises(DataError, match="needs"):
        Normalization.fit("overall", X).apply(np.zeros(3))
