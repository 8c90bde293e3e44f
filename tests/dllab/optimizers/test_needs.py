"""Which hyperparameters have an effect: what is declared is what the rules and schedules read."""

from __future__ import annotations

import pytest

from dllab.hyperparameters import TABLE, defaults
from dllab.optimizers import RULES, decay_factor, learning_rate_at, uses
from dllab.optimizers.needs import NEEDS
from dllab.optimizers.schedules import SCHEDULES


class Watched(dict):
    """Values that know which of them were read."""

    def __init__(self, **values):
        super().__init__(defaults() | values)
        self.read = set()

    def __getitem__(self, key):
        self.read.add(key)
        return super().__getitem__(key)


@pytest.mark.parametrize("name", RULES)
def test_that_a_rule_reads_what_it_says_it_uses(name):
    rule, values = RULES[name], Watched(momentum_correction="on")
    rule.coefficients(values, 0.1, dict.fromkeys(rule.slots, 0.5))
    if rule.decays:
        decay_factor(values, 0.1)
    assert values.read | {"learning_rate"} == set(rule.uses)


@pytest.mark.parametrize("name", SCHEDULES)
def test_that_a_schedule_reads_what_it_says_it_uses(name):
    values = Watched(schedule=name)
    SCHEDULES[name].alpha(values, 3, 30)
    always = {"schedule", "learning_rate", "warm_up", "staircase"}
    assert values.read - always == set(SCHEDULES[name].uses) - {"staircase"}


@pytest.mark.parametrize("name", SCHEDULES)
def test_that_the_staircase_matters_to_every_schedule_but_the_constant(name):
    plain = defaults() | {"schedule": name}
    stairs = plain | {"staircase": 4}
    moves = learning_rate_at(plain, 7, 70, 10) != learning_rate_at(stairs, 7, 70, 10)
    assert moves == ("staircase" in SCHEDULES[name].uses) == (name != "constant")


def test_that_needs_name_records_and_choices_of_the_table():
    for key, (decider, choices) in NEEDS.items():
        assert key in TABLE
        assert set(choices) <= set(TABLE[decider].choices)
        assert choices or TABLE[decider].off is not None


OPTIMIZER_KEYS = {"beta", "beta2", "epsilon", "momentum_correction", "weight_decay"}


@pytest.mark.parametrize(
    ("optimizer", "keys"),
    [
        ("gradient_descent", set()),
        ("momentum", {"beta", "momentum_correction"}),
        ("nesterov", {"beta", "momentum_correction"}),
        ("rmsprop", {"beta2", "epsilon"}),
        ("adam", {"beta", "beta2", "epsilon"}),
        ("adamw", {"beta", "beta2", "epsilon", "weight_decay"}),
    ],
)
def test_that_knobs_follow_the_optimizer(optimizer, keys):
    awake = uses(defaults() | {"optimizer": optimizer})
    assert awake & OPTIMIZER_KEYS == keys
    assert {"learning_rate", "l2", "clip_norm", "mini_batch_size"} <= awake


@pytest.mark.parametrize(
    ("schedule", "keys"),
    [
        ("constant", set()),
        ("inverse_epoch", {"decay_rate", "staircase"}),
        ("exponential", {"decay_base", "staircase"}),
        ("sqrt_epoch", {"decay_k", "staircase"}),
        ("sqrt_step", {"decay_k", "staircase"}),
        ("halving", {"staircase"}),
    ],
)
def test_that_knobs_follow_the_schedule(schedule, keys):
    awake = uses(defaults() | {"schedule": schedule})
    assert awake & {"decay_rate", "decay_base", "decay_k", "staircase"} == keys
    assert "warm_up" in awake


def test_that_knobs_follow_batch_norm_and_elastic_distortion():
    assert not uses(defaults()) & {"batch_norm_momentum", "augment_elastic_sigma"}
    switched_on = defaults() | {"batch_norm": "on", "augment_elastic": 8.0}
    assert uses(switched_on) >= {"batch_norm_momentum", "augment_elastic_sigma"}
