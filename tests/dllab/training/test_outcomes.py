"""What came of a nudge, against where the dev cost was going before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dllab.training.outcomes import judge


def test_that_the_band_is_the_prediction_interval_of_a_straight_line():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(3)
    steps = np.arange(10, 110, 10)
    costs = 2 - 0.01 * steps + rng.normal(0, 0.02, 10)
    steps, costs = np.append(steps, [110, 130]), np.append(costs, [0.9, 0.8])
    found = judge(steps, costs, 100)
    x, y = steps[:10], costs[:10]
    line = stats.linregress(x, y)
    residuals = y - line.intercept - line.slope * x
    deviation = np.sqrt((residuals**2).sum() / 8)
    away = 130 - x.mean()
    band = stats.t.ppf(0.975, 8) * deviation
    band *= np.sqrt(1 + 1 / 10 + away**2 / ((x - x.mean()) ** 2).sum())
    assert found["expected"] == pytest.approx(line.intercept + line.slope * 130, rel=1e-12)
    assert found["band"] == pytest.approx(band, rel=1e-3)
    assert found["steps"] == 30


def test_that_of_nudges_that_do_nothing_about_one_in_twenty_seems_to_do_something():
    rng = np.random.default_rng(5)
    steps = np.arange(12) * 50
    verdicts = [
        judge(steps, 1 - steps / 2000 + rng.normal(0, 0.01, 12), 450)["verdict"]
        for _ in range(2000)
    ]
    share = np.mean([verdict != "unclear" for verdict in verdicts])
    assert 0.035 < share < 0.065


@pytest.mark.parametrize(("shift", "verdict"), [(-0.2, "better"), (0.2, "worse"), (0, "unclear")])
def test_that_a_clear_change_is_told_apart_from_noise(shift, verdict):
    rng = np.random.default_rng(7)
    steps = np.arange(1, 13) * 10
    costs = 1 - steps / 1000 + rng.normal(0, 0.01, 12)
    costs[steps > 100] += shift
    assert judge(steps, costs, 100)["verdict"] == verdict


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_that_with_too_little_to_go_by_nothing_is_claimed(before):
    steps = np.arange(1, before + 3) * 10
    found = judge(steps, np.linspace(1, 0.1, len(steps)), before * 10)
    assert found == {"steps": 20, "verdict": "unclear"}


@given(st.lists(st.floats(1e-3, 1e3) | st.just(float("nan")), min_size=1, max_size=30))
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
