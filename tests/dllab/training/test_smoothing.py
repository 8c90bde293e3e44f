"""The moving average against the plain loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dllab.training.smoothing import BETA_MAX, MovingAverage

anything = st.floats(allow_nan=True, allow_infinity=True, width=32)
betas = st.sampled_from([0.1, 0.5, 0.9, 0.98, BETA_MAX])


def plain_loop(values: NDArray[np.float64], beta: float) -> NDArray[np.float64]:
    shown, average, t = [], 0.0, 0
    for value in values.tolist():
        if math.isfinite(value):
            t += 1
            average = beta * average + (1 - beta) * value
        shown.append(average / (1 - beta**t) if t else math.nan)
    return np.array(shown)


def assert_close(result: NDArray[np.float64], expected: NDArray[np.float64]) -> None:
    scale = np.nanmax(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-9 * scale)


@settings(deadline=None, max_examples=60)
@given(values=st.lists(anything, max_size=300), beta=betas, cut=st.integers(0, 300))
def test_that_pieces_give_what_the_plain_loop_gives(
    values: list[float], beta: float, cut: int
) -> None:
    x = np.array(values, dtype=np.float64)
    average = MovingAverage(beta)
    result = np.concatenate([average.extend(x[:cut]), average.extend(x[cut:])])
    assert_close(result, plain_loop(x, beta))


@pytest.mark.parametrize("beta", [0.3, 0.99, BETA_MAX])
def test_that_a_long_series_with_holes_equals_the_plain_loop(beta: float) -> None:
    random = np.random.default_rng(0)
    x = random.normal(3, 1, 200_001)
    x[random.integers(0, x.size, 500)] = np.nan
    x[70_000:140_000] = np.inf
    assert_close(MovingAverage(beta).extend(x), plain_loop(x, beta))


def test_that_beta_zero_changes_nothing() -> None:
    x = np.array([1.0, np.nan, np.inf, -2.0])
    np.testing.assert_array_equal(MovingAverage(0).extend(x), x)


def test_that_the_input_is_left_alone_and_the_first_value_is_shown_as_it_is() -> None:
    x = np.array([5.0, 7.0])
    assert MovingAverage(0.9).extend(x)[0] == pytest.approx(5.0)
    np.testing.assert_array_equal(x, [5.0, 7.0])


def test_that_it_never_looks_ahead() -> None:
    x = np.random.default_rng(1).normal(size=1000)
    other = x.copy()
    other[600:] += 50
    first = MovingAverage(0.95).extend(x)[:600]
    np.testing.assert_allclose(first, MovingAverage(0.95).extend(other)[:600], rtol=1e-12)


def test_that_nothing_finite_yet_stays_nan() -> None:
    average = MovingAverage(0.9)
    assert np.isnan(average.extend([np.nan, np.inf])).all()
    assert average.count == 0
    assert average.extend([2.0])[0] == pytest.approx(2.0)


@pytest.mark.parametrize("beta", [-0.1, 1.0, math.nan])
def test_that_a_beta_out_of_range_is_refused_with_the_range(beta: float) -> None:
    with pytest.raises(ValueError, match=r"0 … 0\.999"):
        MovingAverage(beta)
