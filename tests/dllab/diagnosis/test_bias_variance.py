"""Bias, variance and their intervals, against text-book cases, Newcombe's paper and the rules."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dllab.diagnosis.bias_variance import diagnose
from dllab.diagnosis.intervals import Measured, difference
from dllab.errors import DataError
from dllab.hyperparameters import complete

VALUES = complete({})
SHARES = st.floats(0, 1)
COUNTS = st.integers(1, 10**6)


def told(train, dev, m=10_000, human=0.0, **more):
    return diagnose(train, m, dev, m, human, VALUES, **more)


@pytest.mark.parametrize(
    ("train", "dev", "verdict"),
    [
        (0.01, 0.11, "high variance"),
        (0.15, 0.16, "high bias"),
        (0.15, 0.30, "high bias and high variance"),
        (0.005, 0.01, "neither high bias nor high variance"),
    ],
)
def test_that_the_four_text_book_cases_are_told_apart(train, dev, verdict):
    assert told(train, dev).verdict == verdict


def test_that_bias_is_measured_from_the_human_error():
    blurry = told(0.15, 0.16, human=0.15)
    assert blurry.verdict == "neither high bias nor high variance"
    assert blurry.bias.value == pytest.approx(0.0)
    assert blurry.variance.value == pytest.approx(0.01)


def test_that_bias_and_variance_are_the_differences_of_the_errors():
    found = told(0.15, 0.30, human=0.05)
    assert found.bias.value == pytest.approx(0.10)
    assert found.variance.value == pytest.approx(0.15)


def test_that_fifty_dev_examples_do_not_cry_wolf():
    found = diagnose(0.0, 5000, 0.04, 50, 0.0, VALUES)
    assert found.variance.level == "unknown"
    assert found.verdict == "not enough examples to tell"
    assert "50 dev examples" in found.reason
    assert "about 500 would tell" in found.reason
    assert diagnose(0.0, 5000, 0.04, 500, 0.0, VALUES).verdict == "high variance"


def test_that_fifty_dev_examples_are_enough_for_what_is_plain():
    assert diagnose(0.0, 5000, 0.5, 50, 0.0, VALUES).variance.level == "high"


def test_that_a_small_training_probe_leaves_the_bias_open():
    found = diagnose(0.05, 40, 0.05, 10_000, 0.0, VALUES)
    assert found.bias.level == "unknown"
    assert "40 training examples" in found.reason


def test_that_a_small_probe_is_named_when_no_dev_set_is_large_enough():
    found = diagnose(0.5, 900, 0.5, 50, 0.0, VALUES)
    assert (found.bias.level, found.variance.level) == ("high", "unknown")
    assert "a larger training probe" in found.reason


def test_that_the_interval_of_a_difference_is_newcombes():
    # Newcombe 1998, Statistics in Medicine 17, table II, contrast (a), method 10.
    interval = difference(Measured(56 / 70, 70), Measured(48 / 80, 80))
    assert interval == pytest.approx((0.0524, 0.3339), abs=5e-5)
    # Contrast (g) of the same table: 0/10 and 0/20.
    empty = difference(Measured(0.0, 10), Measured(0.0, 20))
    assert empty == pytest.approx((-0.1611, 0.2775), abs=5e-5)


@given(SHARES, SHARES, COUNTS, COUNTS)
def test_that_an_interval_holds_the_difference_and_stays_possible(train, dev, train_m, dev_m):
    low, high = difference(Measured(dev, dev_m), Measured(train, train_m))
    assert -1 - 1e-9 <= low <= dev - train + 1e-9
    assert dev - train - 1e-9 <= high <= 1 + 1e-9


@given(SHARES, SHARES, SHARES, COUNTS)
def test_that_a_worse_dev_error_never_means_less_variance(train, dev, worse, m):
    dev, worse = sorted((dev, worse))
    less, more = (difference(Measured(error, m), Measured(train, 5000)) for error in (dev, worse))
    assert told(train, worse).variance.value >= told(train, dev).variance.value
    assert more[1] >= less[1] - 1e-9


@given(SHARES, SHARES, COUNTS, st.integers(1, 1000), SHARES)
def test_that_more_examples_narrow_and_never_turn_a_verdict_round(train, dev, m, times, human):
    few, many = told(train, dev, m, human), told(train, dev, m * times, human)
    for before, after in ((few.bias, many.bias), (few.variance, many.variance)):
        width = after.interval[1] - after.interval[0]
        assert width <= before.interval[1] - before.interval[0] + 1e-9
        assert before.level in ("unknown", after.level)


@given(SHARES, SHARES, st.floats(0.001, 0.2), st.floats(1, 3))
def test_that_a_larger_tolerance_never_finds_more(train, dev, tolerance, times):
    strict = told(train, dev, 10**6, tolerance=tolerance)
    lenient = told(train, dev, 10**6, tolerance=tolerance * times)
    for one, other in ((strict.bias, lenient.bias), (strict.variance, lenient.variance)):
        assert not (other.level == "high" and one.level == "low")


def test_that_regression_without_a_standard_error_has_no_interval():
    found = told(0.1, 1.4, regression=True)
    assert found.variance.interval is None
    assert found.verdict == "high bias and high variance"
    assert "No interval is given" in found.reason


def test_that_regression_intervals_come_from_standard_errors():
    found = told(0.10, 0.20, regression=True, standard_errors=(0.003, 0.004))
    assert found.bias.interval == pytest.approx((0.1 - 0.00588, 0.1 + 0.00588), abs=1e-5)
    assert found.variance.interval == pytest.approx((0.1 - 0.0098, 0.1 + 0.0098), abs=1e-5)
    wide = told(0.0, 0.03, 100, regression=True, standard_errors=(0.0, 0.03))
    assert wide.variance.level == "unknown"
    # Half a width of 0.0588 has to shrink to 0.02: 8.6 times the 100 examples.
    assert "about 1,000 would tell" in wide.reason


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((math.nan, 10, 0.1, 10, 0.0), "train error"),
        ((0.1, 10, 1.1, 10, 0.0), "dev error"),
        ((0.1, 0, 0.1, 10, 0.0), "at least one example"),
        ((0.1, 10, 0.1, 10, -0.1), "human error"),
    ],
)
def test_that_impossible_numbers_are_refused_in_words(numbers, words):
    with pytest.raises(DataError, match=words):
        diagnose(*numbers, VALUES)
