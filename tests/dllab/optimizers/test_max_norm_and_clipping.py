"""Shortening gradients and rows of weights, against the plain definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dllab.optimizers import clip_factor, constrain

LIMITS = st.floats(0.01, 1000)
SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, max_side=6)


def weights_of(width, largest):
    numbers = st.floats(-largest, largest, width=width, allow_subnormal=False)
    return arrays.arrays(np.dtype(f"f{width // 8}"), SHAPES, elements=numbers)


def naive(weights, limit):
    """Row by row in Python's own numbers; the squares in `math.hypot` do not overflow."""
    rows = [[float(w) for w in row] for row in weights]
    norms = [math.hypot(*row) for row in rows]
    scales = [limit / norm if norm > limit else 1.0 for norm in norms]
    # limit·(w/norm) rather than w·scale, which would be subnormal for the largest weights.
    shortened = [
        [limit * (w / norm) for w in row] if scale < 1 else row
        for row, norm, scale in zip(rows, norms, scales, strict=True)
    ]
    return np.array(shortened), norms


def check_constrained(weights, limit, close):
    expected, norms = naive(weights, limit)
    before = weights.copy()
    count = constrain(weights, limit, np.empty_like(weights))
    np.testing.assert_allclose(weights, expected, rtol=close, atol=close * limit)
    # At the limit itself, rounding may put a row on either side.
    surely = sum(norm > limit * (1 + close) for norm in norms)
    maybe = sum(norm > limit * (1 - close) for norm in norms)
    assert surely <= count <= maybe
    for row, old, norm in zip(weights, before, norms, strict=True):
        if norm < limit * (1 - close):
            np.testing.assert_array_equal(row, old)


@given(weights_of(64, 1e307), LIMITS)
def test_that_rows_of_any_float64_are_shortened_as_a_naive_loop_does(weights, limit):
    check_constrained(weights, limit, 1e-13)


@given(weights_of(32, 2.0**127), LIMITS)
def test_that_rows_of_any_float32_are_shortened_as_a_naive_loop_does(weights, limit):
    check_constrained(weights, limit, 1e-5)


def test_that_max_norm_is_as_worked_out_by_hand():
    weights = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0], [0.0, -2.0], [1e200, 0.0]])
    assert constrain(weights, 1.0, np.empty_like(weights)) == 3
    expected = [[0.6, 0.8], [0.3, 0.4], [0.0, 0.0], [0.0, -1.0], [1.0, 0.0]]
    np.testing.assert_allclose(weights, expected, rtol=1e-15)


def test_that_max_norm_works_on_some_rows_of_a_matrix_and_leaves_the_others():
    weights = np.full((6, 4), 2.0, np.float32)
    work = np.empty((2, 4), np.float32)
    assert constrain(weights[2:4], 1.0, work) == 2
    np.testing.assert_allclose(np.linalg.norm(weights, axis=1), [4, 4, 1, 1, 4, 4], rtol=1e-6)


def test_that_max_norm_off_changes_nothing():
    weights = np.full((2, 3), 1e30)
    assert constrain(weights, 0.0, np.empty_like(weights)) == 0
    np.testing.assert_array_equal(weights, 1e30)


@pytest.mark.parametrize(
    ("norm", "limit", "factor"),
    [(5, 0, 1), (5, 5, 1), (4.9, 5, 1), (6.25, 5, 0.8), (10, 5, 0.5), (0, 5, 1)],
)
def test_that_the_clip_factor_is_as_worked_out_by_hand(norm, limit, factor):
    assert clip_factor(norm, limit) == factor


@given(st.floats(0, 1e300), st.floats(1e-4, 1e4))
def test_that_a_clipped_norm_is_the_smaller_of_norm_and_limit(norm, limit):
    assert norm * clip_factor(norm, limit) == pytest.approx(min(norm, limit), rel=1e-15)
