"""Moving averages: plain, corrected, and what β says about how many points count."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dllab.errors import HyperparameterError
from dllab.surfaces.average_trials import AVERAGE_TRIALS, COMPARED
from dllab.surfaces.averages import moving_averages, points_averaged, weight_so_far, weights
from dllab.surfaces.series import SERIES

BETAS = pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.98, 0.999])


@BETAS
def test_that_v_is_beta_v_plus_one_minus_beta_theta_and_its_correction_is_a_division(beta):
    values = SERIES["temperatures"].make(2)
    found = moving_averages(values, beta)
    v = 0.0
    for t, theta in enumerate(values.tolist(), start=1):
        v = beta * v + (1 - beta) * theta
        assert found.plain[t - 1] == pytest.approx(v, rel=1e-9, abs=1e-12)
        assert found.corrected[t - 1] == pytest.approx(v / (1 - beta**t), rel=1e-9, abs=1e-12)


@BETAS
@pytest.mark.parametrize("key", SERIES)
def test_that_the_correction_makes_the_first_average_equal_the_first_value(key, beta):
    values = SERIES[key].make(1)
    found = moving_averages(values, beta)
    assert found.corrected[0] == pytest.approx(values[0], rel=1e-9)
    assert found.plain[0] == pytest.approx((1 - beta) * values[0], rel=1e-9)


def test_that_the_two_meet_once_beta_to_the_t_has_died_away():
    values = SERIES["temperatures"].make(1)
    found = moving_averages(values, 0.9)
    apart = np.abs(found.corrected - found.plain)
    assert apart[0] > 1
    assert apart[200:].max() < 1e-6


@BETAS
def test_that_the_weights_of_points_so_far_add_up_to_one_minus_beta_to_the_t(beta):
    sums = np.cumsum(weights(beta, 100))
    assert sums == pytest.approx(weight_so_far(beta, 100), rel=1e-9)
    assert sums == pytest.approx([1 - beta**t for t in range(1, 101)], rel=1e-9)


@pytest.mark.parametrize(("beta", "points"), [(0.5, 2), (0.9, 10), (0.98, 50)])
def test_that_one_over_one_minus_beta_points_ago_a_weight_is_about_1_over_e(beta, points):
    assert points_averaged(beta) == pytest.approx(points)
    shares = weights(beta, 200) / weights(beta, 200)[0]
    assert shares[points] == pytest.approx(1 / math.e, rel=0.06 if beta > 0.8 else 0.35)


@pytest.mark.parametrize("beta", [-0.1, 0.9999, math.nan])
def test_that_an_impossible_beta_is_refused_in_words(beta):
    with pytest.raises(HyperparameterError, match=r"from 0 to 0\.999"):
        moving_averages([1.0, 2.0], beta)


def test_that_values_that_are_no_row_of_numbers_are_refused_in_words():
    for values in ([1.0, math.nan], [[1.0], [2.0]]):
        with pytest.raises(HyperparameterError, match="row of finite numbers"):
            moving_averages(values, 0.9)


@pytest.mark.parametrize("key", SERIES)
def test_that_a_series_is_that_of_its_seed(key):
    make = SERIES[key].make
    assert make(1).tolist() == make(1).tolist()
    assert make(1).tolist() != make(2).tolist()
    assert make(1).shape == (365,)
    assert np.isfinite(make(1)).all()


def test_that_the_temperatures_are_those_of_a_year():
    years = np.array([SERIES["temperatures"].make(seed) for seed in range(40)]).mean(axis=0)
    assert years[:40].mean() == pytest.approx(2, abs=1.5)
    assert years[180:220].mean() == pytest.approx(20, abs=1.5)


def test_that_an_average_has_made_up_two_thirds_of_a_jump_after_its_points():
    values = SERIES["jump"].make(1)
    late = moving_averages(values, 0.95).corrected
    assert late[99] == pytest.approx(1, abs=0.05)
    assert late[100 + 20 - 1] == pytest.approx(1 / math.e, abs=0.06)


def test_that_the_average_of_the_noisy_gradient_is_nearer_to_the_true_one():
    values = SERIES["noisy_gradient"].make(1)
    signal = -0.45 * 0.995 ** np.arange(365)
    averaged = moving_averages(values, 0.95).corrected
    assert np.abs(averaged - signal).mean() < 0.4 * np.abs(values - signal).mean()


def test_that_every_trial_names_a_series_and_betas_that_there_are():
    for trial in AVERAGE_TRIALS:
        assert trial.series in SERIES
        assert 0 <= trial.beta <= 0.999
        assert set(trial.compared) <= set(COMPARED)
