"""What came of a nudge, against where the dev cost was going before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dllab.training.outcomes import judge


def falling(steps, noise, seed):
    """A power law with noise in proportion."""
    rng = np.random.default_rng(seed)
    return 2 * steps**-0.3 * np.exp(rng.normal(0, noise, len(steps)))


def test_that_the_band_is_the_prediction_interval_of_a_line_in_the_logarithms():
    stats = pytest.importorskip("scipy.stats")
    steps = np.arange(10, 110, 10)
    costs = falling(steps, 0.02, 3)
    found = judge(np.append(steps, [110, 130]), np.append(costs, [0.9, 0.8]), 100)
    x, y = np.log(steps), np.log(costs)
    line = stats.linregress(x, y)
    residuals = y - line.intercept - line.slope * x
    deviation = np.sqrt((residuals**2).sum() / 8)
    away = np.log(130) - x.mean()
    width = stats.t.ppf(0.975, 8) * deviation
    width *= np.sqrt(1 + 1 / 10 + away**2 / ((x - x.mean()) ** 2).sum())
    expected = np.exp(line.intercept + line.slope * np.log(130))
    assert found["expected"] == pytest.approx(expected, rel=1e-12)
    assert found["band"] == pytest.approx(expected * np.expm1(width), rel=1e-3)
    assert found["steps"] == 30


def test_that_of_nudges_that_do_nothing_about_one_in_twenty_seems_to_do_something():
    steps = np.arange(1, 13) * 50
    verdicts = [judge(steps, falling(steps, 0.05, seed), 500)["verdict"] for seed in range(2000)]
    share = np.mean([verdict != "unclear" for verdict in verdicts])
    assert 0.035 < share < 0.065


def test_that_a_young_and_steep_curve_is_not_expected_to_fall_below_0():
    steps = np.array([32, 64, 128, 256, 512, 700, 1400])
    costs = np.array([0.9, 0.55, 0.38, 0.28, 0.2, 0.18, 0.12])
    found = judge(steps, costs, 700)
    assert 0.05 < found["expected"] < 0.18


@pytest.mark.parametrize(("factor", "verdict"), [(0.7, "better"), (1.4, "worse"), (1, "unclear")])
def test_that_a_clear_change_is_told_apart_from_noise(factor, verdict):
    steps = np.arange(1, 13) * 10
    costs = falling(steps, 0.01, 7)
    costs[steps > 100] *= factor
    assert judge(steps, costs, 100)["verdict"] == verdict


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_that_with_too_little_to_go_by_nothing_is_claimed(before):
    steps = np.arange(1, before + 3) * 10
    found = judge(steps, np.linspace(1, 0.1, len(steps)), before * 10)
    assert found == {"steps": 20, "verdict": "unclear"}


@given(st.lists(st.floats(0, 1e30) | st.just(float("nan")), min_size=1, max_size=30))
def test_that_every_curve_gets_a_verdict(costs):
    steps = np.arange(1, len(costs) + 1) * 7
    found = judge(steps, np.array(costs), int(steps[len(costs) // 2]))
    assert found["verdict"] in ("better", "worse", "unclear")
    assert all(np.isfinite(v) for k, v in found.items() if k in ("expected", "band"))


def test_that_the_ledger_keeps_the_verdict(make_session):
    session = make_session(evaluate_every=5, learning_rate=0.01)
    session.run(steps=60)
    entry = session.nudge(learning_rate=1.0)
    session.run(steps=20)
    outcome = session.journal.about("outcome")[entry.id]
    assert outcome.detail["verdict"] == "worse"
    assert outcome.detail["steps"] == 10
    assert outcome.dev_cost > outcome.detail["expected"] + outcome.detail["band"]
