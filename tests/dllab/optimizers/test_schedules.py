"""Schedules of the learning rate against their formulas."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dllab.hyperparameters import TABLE, defaults
from dllab.optimizers import learning_rate_at
from dllab.optimizers.schedules import SCHEDULES

ALPHA = 0.2


def numbers(key):
    return st.floats(TABLE[key].low, TABLE[key].high)


def whole(key):
    return st.just(0) | st.integers(int(TABLE[key].low), int(TABLE[key].high))


VALUES = st.fixed_dictionaries(
    {
        "schedule": st.sampled_from(TABLE["schedule"].choices),
        "learning_rate": numbers("learning_rate"),
        "decay_rate": numbers("decay_rate") | st.just(0.0),
        "decay_base": numbers("decay_base"),
        "decay_k": numbers("decay_k"),
        "staircase": whole("staircase"),
        "warm_up": whole("warm_up"),
    }
)
EPOCHS = st.integers(0, 2_000_000)
STEPS = st.integers(0, 10**12)
PER_EPOCH = st.integers(1, 1_000_000)


def values(schedule, **more):
    return defaults() | {"schedule": schedule, "learning_rate": ALPHA} | more


def test_that_every_schedule_of_the_table_exists():
    assert tuple(SCHEDULES) == TABLE["schedule"].choices


BY_HAND = [
    ("constant", {}, 7, 900, 0.2),
    ("inverse_epoch", {"decay_rate": 1.0}, 0, 0, 0.2),
    ("inverse_epoch", {"decay_rate": 1.0}, 1, 10, 0.1),
    ("inverse_epoch", {"decay_rate": 1.0}, 3, 30, 0.05),
    ("inverse_epoch", {"decay_rate": 1.0, "staircase": 3}, 5, 50, 0.05),
    ("exponential", {"decay_base": 0.5}, 0, 0, 0.2),
    ("exponential", {"decay_base": 0.5}, 3, 30, 0.025),
    ("exponential", {"decay_base": 0.5, "staircase": 2}, 3, 30, 0.05),
    ("sqrt_epoch", {"decay_k": 1.0}, 0, 0, 0.2),
    ("sqrt_epoch", {"decay_k": 3.0}, 3, 30, 0.3),
    ("sqrt_epoch", {"decay_k": 1.0, "staircase": 3}, 5, 50, 0.1),
    ("sqrt_step", {"decay_k": 1.0}, 0, 0, 0.2),
    ("sqrt_step", {"decay_k": 2.0}, 1, 15, 0.1),
    # Stairs of two epochs with 4 updates each: epoch 3 is on the stair of update 2·4 + 1 = 9.
    ("sqrt_step", {"decay_k": 3.0, "staircase": 2}, 3, 14, 0.2),
    ("halving", {}, 0, 0, 0.2),
    ("halving", {}, 2, 20, 0.05),
    ("halving", {"staircase": 5}, 14, 140, 0.05),
]


@pytest.mark.parametrize(("schedule", "more", "epoch", "step", "alpha"), BY_HAND)
def test_that_the_learning_rate_is_as_worked_out_by_hand(schedule, more, epoch, step, alpha):
    found = learning_rate_at(values(schedule, **more), epoch, step, steps_per_epoch=4)
    assert found == pytest.approx(alpha, rel=1e-15)


def test_that_a_warm_up_is_a_straight_line_that_ends_at_the_schedule():
    warm = values("constant", warm_up=4)
    found = [learning_rate_at(warm, 0, step) for step in range(6)]
    assert found == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.2, 0.2], rel=1e-15)


@given(VALUES, EPOCHS, STEPS, PER_EPOCH)
def test_that_the_learning_rate_is_always_finite_and_lifted_by_k_alone(drawn, epoch, step, per):
    found = learning_rate_at(drawn, epoch, step, per)
    lift = max(1.0, drawn["decay_k"]) if drawn["schedule"].startswith("sqrt") else 1.0
    assert 0 <= found <= drawn["learning_rate"] * lift * (1 + 1e-15)


@given(VALUES, EPOCHS, STEPS)
def test_that_the_formulas_hold_wherever_one_looks(drawn, epoch, step):
    drawn = drawn | {"staircase": 0, "warm_up": 0}
    alpha, e, t = drawn["learning_rate"], epoch, step + 1
    expected = {
        "constant": alpha,
        "inverse_epoch": alpha / (1 + drawn["decay_rate"] * e),
        "exponential": alpha * math.exp(e * math.log(drawn["decay_base"])),
        "sqrt_epoch": drawn["decay_k"] * alpha * (e + 1) ** -0.5,
        "sqrt_step": drawn["decay_k"] * alpha * t**-0.5,
        "halving": math.ldexp(alpha, -e),
    }[drawn["schedule"]]
    # e·ln(base) loses as many digits as it has before the point.
    close = 1e-14 * (1 + abs(e * math.log(drawn["decay_base"])))
    assert learning_rate_at(drawn, epoch, step) == pytest.approx(expected, rel=close, abs=1e-300)


@given(VALUES, EPOCHS, PER_EPOCH)
def test_that_a_staircase_stands_where_the_schedule_was_when_the_stair_began(drawn, epoch, per):
    interval = drawn["staircase"]
    assume(interval)
    drawn = drawn | {"warm_up": 0}
    start = epoch // interval * interval
    here = learning_rate_at(drawn, epoch, epoch * per + per // 2, per)
    assert here == learning_rate_at(drawn, start, start * per, per)
    if drawn["schedule"] != "halving":
        assert here == learning_rate_at(drawn | {"staircase": 0}, start, start * per, per)


@given(VALUES, EPOCHS, STEPS, PER_EPOCH)
def test_that_a_warm_up_multiplies_any_schedule(drawn, epoch, step, per):
    plain = learning_rate_at(drawn | {"warm_up": 0}, epoch, step, per)
    share = min(1.0, (step + 1) / max(1, drawn["warm_up"]))
    found = learning_rate_at(drawn, epoch, step, per)
    assert found == pytest.approx(share * plain, rel=1e-15, abs=1e-320)
    if share == 1:
        assert found == plain


@given(VALUES, EPOCHS, STEPS)
def test_that_a_schedule_never_rises_from_one_update_to_the_next(drawn, epoch, step):
    drawn = drawn | {"warm_up": 0, "staircase": 0}
    now = learning_rate_at(drawn, epoch, step)
    assert learning_rate_at(drawn, epoch, step + 1) <= now
    assert learning_rate_at(drawn, epoch + 1, step + 1) <= now
