"""The update rules against numbers worked out by hand and against logistic regression."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dllab.optimizers import RULES, learning_rate_at
from dllab.optimizers.rules import SLOT_DECAY

GRADIENTS = (0.5, -0.25, 1.0)

# θ₀ = 1, α = 0.1 and the gradients above; ε = ¼, large enough to show where it stands.
# momentum, β = 0.9:  v = 0.05, 0.02, 0.118
# rmsprop, β₂ = ¾:    s = 1/16, 1/16, 19/64
# adam, β = ½:        v = 1/4, 0, 1/2 and v̂ = 1/2, 0, 4/7;  ŝ = 1/4, 1/7, (19/64)/(37/64) = 19/37
BY_HAND = {
    "gradient_descent": (0.95, 0.975, 0.875),
    "momentum": (0.995, 0.993, 0.9812),
    "rmsprop": (0.9, 0.95, 0.95 - 0.1 / (math.sqrt(19) / 8 + 0.25)),
    "adam": (14 / 15, 14 / 15, 14 / 15 - 0.1 * (4 / 7) / (math.sqrt(19 / 37) + 0.25)),
}
VALUES = {
    "gradient_descent": {},
    "momentum": {"beta": 0.9},
    "rmsprop": {"beta2": 0.75, "epsilon": 0.25},
    "adam": {"beta": 0.5, "beta2": 0.75, "epsilon": 0.25},
}


@pytest.mark.parametrize("name", RULES)
def test_that_three_steps_are_as_worked_out_by_hand(name):
    rule, values = RULES[name], VALUES[name]
    theta = np.array([1.0])
    slots = tuple(np.zeros(1) for _ in rule.slots)
    remaining = dict.fromkeys(rule.slots, 1.0)
    for gradient, expected in zip(GRADIENTS, BY_HAND[name], strict=True):
        remaining = {slot: left * values[SLOT_DECAY[slot]] for slot, left in remaining.items()}
        coefficients = rule.coefficients(values, 0.1, remaining)
        rule.apply(theta, np.array([gradient]), slots, np.empty(1), coefficients)
        assert theta[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("epoch", "alpha"), [(0, 0.2), (1, 0.1), (3, 0.05)])
def test_that_inverse_epoch_divides_by_one_plus_rate_times_epoch(epoch, alpha):
    values = {"schedule": "inverse_epoch", "learning_rate": 0.2, "decay_rate": 1.0}
    assert learning_rate_at(values, epoch) == pytest.approx(alpha, abs=1e-15)


class Logistic:
    """Logistic regression with the rules as the method page writes them, one scalar at a time."""

    def __init__(self, theta):
        self.theta = np.array(theta)
        self.slots, self.left = {}, {}

    def gradient(self, X, y):
        z = X @ self.theta[:2] + self.theta[2]
        d = 1 / (1 + np.exp(-z)) - y
        return np.array([*(X.T @ d), d.sum()]) / len(y)

    def update(self, X, y, optimizer, alpha=0.1, beta=0.9, beta2=0.999, epsilon=1e-8):
        g = self.gradient(X, y)
        keeps = {"momentum": "v", "rmsprop": "s", "adam": "vs"}.get(optimizer, "")
        self.slots = {k: self.slots.get(k, np.zeros(3)) for k in keeps}
        self.left = {k: self.left.get(k, 1.0) for k in keeps}
        if "v" in keeps:
            self.slots["v"] = beta * self.slots["v"] + (1 - beta) * g
            self.left["v"] *= beta
        if "s" in keeps:
            self.slots["s"] = beta2 * self.slots["s"] + (1 - beta2) * g**2
            self.left["s"] *= beta2
        step = {
            "gradient_descent": lambda: g,
            "momentum": lambda: self.slots["v"],
            "rmsprop": lambda: g / (np.sqrt(self.slots["s"]) + epsilon),
            "adam": lambda: (
                (self.slots["v"] / (1 - self.left["v"]))
                / (np.sqrt(self.slots["s"] / (1 - self.left["s"])) + epsilon)
            ),
        }[optimizer]()
        self.theta = self.theta - alpha * step


def batches(count):
    rng = np.random.default_rng(2)
    for _ in range(count):
        yield rng.standard_normal((16, 2)), rng.integers(0, 2, 16)


def logistic_pair(make_session, **values):
    session = make_session(
        source="circles", hidden_layers=[], precision="float64", learning_rate=0.1, **values
    )
    parameters = session.network.parameters
    return session, Logistic([*parameters["W1"][0], parameters["b1"][0]])


def assert_same(session, reference):
    np.testing.assert_allclose(session.network.theta, reference.theta, rtol=0, atol=1e-12)


def test_that_beta_moved_in_mid_run_keeps_the_bias_correction_right(make_session):
    session, reference = logistic_pair(make_session, optimizer="adam")
    moves = {0: (0.9, 0.999), 3: (0.5, 0.999), 6: (0.5, 0.8), 9: (0.95, 0.9999), 14: (0.0, 0.0)}
    for update, (X, y) in enumerate(batches(20)):
        if update in moves:
            beta, beta2 = moves[update]
            if update:
                session.nudge(beta=beta, beta2=beta2)
        session.update(X, y)
        reference.update(X, y, "adam", beta=beta, beta2=beta2)
        assert_same(session, reference)


def test_that_a_change_of_optimizer_keeps_the_slots_that_still_apply(make_session):
    session, reference = logistic_pair(make_session, optimizer="momentum")
    order = ("momentum", "adam", "rmsprop", "adam", "gradient_descent", "adam", "momentum")
    stream = batches(5 * len(order))
    for optimizer in order:
        if session.hyperparameters["optimizer"] != optimizer:
            session.nudge(optimizer=optimizer)
        for _ in range(5):
            X, y = next(stream)
            session.update(X, y)
            reference.update(X, y, optimizer)
        state = session.capture()
        assert set(state.slots) == set(reference.slots)
        for name, slot in reference.slots.items():
            np.testing.assert_allclose(state.slots[name], slot, rtol=0, atol=1e-14)
            assert state.remaining[name] == pytest.approx(reference.left[name], rel=1e-12)
        assert_same(session, reference)


def test_that_slots_of_a_dead_unit_do_not_stay_subnormal(make_session):
    session = make_session(source="spiral", hidden_layers=[4], optimizer="adam")
    session.run(steps=10)
    session.network.parameters["b1"][0] = -1e6
    session.run(steps=1500)
    v = session.capture().slots["v"]
    tiny = np.finfo(v.dtype).tiny
    assert not np.any((v != 0) & (np.abs(v) < tiny))
