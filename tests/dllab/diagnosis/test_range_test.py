"""The α range test: the run's own way of training, a growing α, and the run as it was."""

from __future__ import annotations

import numpy as np
import pytest

from dllab.diagnosis.progress import Cancelled, Progress
from dllab.diagnosis.range_reading import read
from dllab.diagnosis.range_test import RangeTest, range_test
from dllab.errors import DiagnosisError
from dllab.training.replica import replica_of

SHORT = RangeTest(low=1e-4, high=1.0, steps=30)


def test_that_the_run_keeps_its_bits_and_its_future(make_session):
    values = {"keep_prob": 0.8, "batch_norm": "on", "optimizer": "adam"}
    session, twin = make_session(**values), make_session(**values)
    for one in (session, twin):
        one.run(steps=21)
    before = session.fingerprint()
    range_test(replica_of(session), Progress())
    assert session.fingerprint() == before
    for one in (session, twin):
        one.run(steps=15)
    assert session.fingerprint() == twin.fingerprint()


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
def test_that_each_cost_is_that_of_the_run_with_this_learning_rate(make_session, optimizer):
    # The same updates by hand, through the run's own nudges: slots, masks and order are the run's.
    session = make_session(
        optimizer=optimizer,
        keep_prob=0.8,
        schedule="inverse_epoch",
        warm_up=500,
        precision="float64",
    )
    session.run(steps=13)
    result = range_test(replica_of(session), Progress(), SHORT)
    session.nudge(schedule="constant", warm_up=0)
    costs = []
    for rate in SHORT.learning_rates[: len(result.costs)]:
        session.nudge(learning_rate=float(rate))
        session.run(steps=1)
        costs.append(session.history["train_cost"][1][-1])
    np.testing.assert_allclose(result.costs, costs, rtol=1e-6)


def test_that_learning_rates_grow_by_equal_factors():
    rates = RangeTest(low=1e-5, high=1e-1, steps=41).learning_rates
    np.testing.assert_allclose(rates[1:] / rates[:-1], 10 ** (4 / 40))
    assert (rates[0], rates[-1]) == pytest.approx((1e-5, 1e-1))


def test_that_the_curve_is_smoothed_with_bias_correction(make_session):
    result = range_test(replica_of(make_session()), Progress(), SHORT)
    average, expected = 0.0, []
    for t, cost in enumerate(result.costs, start=1):
        average = 0.9 * average + 0.1 * cost
        expected.append(average / (1 - 0.9**t))
    np.testing.assert_allclose(result.smoothed, expected, rtol=1e-12)
    assert len(result.learning_rates) == len(result.costs) == len(result.smoothed)


def test_that_it_stops_once_the_cost_is_four_times_its_best(make_session):
    session = make_session(source="circles", learning_rate=0.02)
    session.run(steps=1000)
    result = range_test(replica_of(session), Progress(), RangeTest(low=1e-4, high=10, steps=300))
    assert len(result.costs) < 300
    assert "more than 4 times its best" in result.ended
    # The first nine averages are of fewer than ten costs and not trusted yet.
    best = np.minimum.accumulate(result.smoothed[9:])
    assert result.smoothed[-1] > 4 * best[-1]
    assert (result.smoothed[9:-1] <= 4 * best[:-1]).all()


def test_that_it_stops_where_the_guard_would(make_session):
    session = make_session(optimizer="gradient_descent", explosion_factor=2.0, activation="linear")
    session.run(steps=5)
    result = range_test(replica_of(session), Progress(), RangeTest(low=1.0, high=10, steps=100))
    assert "The cost exploded" in result.ended
    assert np.isfinite(result.costs).all()
    assert session.step == 5


def test_that_the_knob_makes_up_for_the_schedule(make_session):
    session = make_session(schedule="exponential", decay_base=0.5, mini_batch_size=50)
    session.run(epochs=2)
    result = range_test(replica_of(session), Progress(), RangeTest(steps=300))
    assert result.suggestion is not None, result.reason
    assert result.alpha0 == pytest.approx(4 * result.suggestion, rel=0.01)


def test_that_the_suggestion_trains_well(make_session):
    def cost_after(alpha):
        session = make_session(source="moons", learning_rate=alpha, seed=4)
        session.run(steps=300)
        return session.evaluate("dev").cost

    start = make_session(source="moons", seed=4)
    result = range_test(replica_of(start), Progress())
    assert result.alpha0 is not None, result.reason
    found = cost_after(result.alpha0)
    assert found < 0.7 * cost_after(result.alpha0 / 100)
    assert found < 0.7 * cost_after(min(10.0, 300 * result.alpha0))


def test_that_it_can_be_cancelled(make_session):
    told = []
    progress = Progress(lambda share, words: told.append((share, words)) or progress.cancel())
    with pytest.raises(Cancelled):
        range_test(replica_of(make_session()), progress)
    assert told == [(0.0, "α = 1e-06")]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"low": 0.1, "high": 0.01}, "a lower and a higher learning rate between 1e-06 and 10"),
        ({"low": 0.0}, "got 0 and 10"),
        ({"high": 100.0}, "got 1e-06 and 100"),
        ({"low": float("nan")}, "got nan"),
        ({"steps": 3}, "20 to 5,000 updates; got 3"),
        ({"beta": 1.0}, "between 0 and 0.999"),
    ],
)
def test_that_settings_out_of_range_are_refused_in_words(settings, words):
    with pytest.raises(DiagnosisError, match=words):
        RangeTest(**settings)


def fall(at, noise=0.05, n=200, seed=0):
    """A plateau that falls around a learning rate, with noise."""
    rates = np.geomspace(1e-6, 10, n)
    costs = 1 - 0.8 / (1 + np.exp(-4 * (np.log10(rates) - np.log10(at))))
    return rates, costs + noise * np.random.default_rng(seed).standard_normal(n)


@pytest.mark.parametrize("at", [1e-4, 1e-3, 1e-2])
@pytest.mark.parametrize("seed", range(5))
def test_that_the_steepest_fall_is_found_and_not_late(at, seed):
    reading = read(*fall(at, seed=seed), None)
    assert reading.suggestion == pytest.approx(at, rel=1.0)
    assert reading.suggestion > at / 2
    assert reading.reason.startswith("The cost falls fastest near")


def test_that_a_tenth_of_the_blow_up_caps_the_suggestion():
    rates, costs = fall(1e-2)
    reading = read(rates[:120], costs[:120], 0.02)
    assert reading.suggestion == pytest.approx(0.002)
    assert "too close" in reading.reason
    far = read(rates, costs, 5.0)
    assert far.suggestion == pytest.approx(1e-2, rel=1.0)
    assert "well below 5" in far.reason


def test_that_a_clear_rise_stands_for_the_blow_up_that_does_not_come():
    rates = np.geomspace(1e-6, 10, 400)
    rise = 0.3 / (1 + np.exp(-8 * (np.log10(rates) + 0.5)))
    costs = 0.4 + rise + 0.05 * np.random.default_rng(2).standard_normal(400)
    reading = read(rates, costs, None)
    assert 0.005 < reading.suggestion < 0.03
    assert "where the cost rises; it fell nowhere" in reading.reason


def test_that_noise_alone_suggests_nothing():
    rng = np.random.default_rng(3)
    rates = np.geomspace(1e-6, 10, 400)
    readings = [read(rates, rng.gamma(2.0, 0.1, 400), None) for _ in range(50)]
    assert sum(r.suggestion is not None for r in readings) <= 5
    assert "neither fell nor rose clearly" in next(r for r in readings if not r.suggestion).reason


def test_that_a_cost_that_blows_up_at_once_suggests_to_start_lower():
    reading = read(np.array([1e-3]), np.array([5.0]), 1e-3)
    assert reading.suggestion is None
    assert "start at a much lower learning rate" in reading.reason
    assert read(np.empty(0), np.empty(0), 1e-3).suggestion is None
