"""The update rules against numbers worked out by hand and against logistic regression."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dllab.optimizers import RULES, decay_factor, shrink
from dllab.optimizers.rules import SLOT_DECAY

GRADIENTS = (0.5, -0.25, 1.0)
ADAM = {"beta": 0.5, "beta2": 0.75, "epsilon": 0.25}
LAST = 0.1 * (4 / 7) / (math.sqrt(19 / 37) + 0.25)

# θ₀ = 1, α = 0.1 and the gradients above; ε = ¼, large enough to show where it stands.
# β = 0.9:   v = 0.05, 0.02, 0.118;    ahead of it βv + (1−β)g = 0.095, −0.007, 0.2062
# β = ½:     v = 1/4, 0, 1/2 and v̂ = 1/2, 0, 4/7;   ahead of it ½v̂ + ½g = 1/2, −1/8, 11/14
# β₂ = ¾:    s = 1/16, 1/16, 19/64 and ŝ = 1/4, 1/7, (19/64)/(37/64) = 19/37
# w = ½:     θ shrinks by 1 − αw = 0.95 before each step
BY_HAND = {
    "gradient_descent": ("gradient_descent", {}, (0.95, 0.975, 0.875)),
    "momentum": (
        "momentum",
        {"beta": 0.9, "momentum_correction": "off"},
        (0.995, 0.993, 0.9812),
    ),
    "momentum, corrected": (
        "momentum",
        {"beta": 0.5, "momentum_correction": "on"},
        (0.95, 0.95, 0.95 - 0.4 / 7),
    ),
    "nesterov": (
        "nesterov",
        {"beta": 0.9, "momentum_correction": "off"},
        (0.9905, 0.9912, 0.97058),
    ),
    "nesterov, corrected": (
        "nesterov",
        {"beta": 0.5, "momentum_correction": "on"},
        (0.95, 0.9625, 0.9625 - 1.1 / 14),
    ),
    "rmsprop": (
        "rmsprop",
        {"beta2": 0.75, "epsilon": 0.25},
        (0.9, 0.95, 0.95 - 0.1 / (math.sqrt(19) / 8 + 0.25)),
    ),
    "adam": ("adam", ADAM, (14 / 15, 14 / 15, 14 / 15 - LAST)),
    "adamw": (
        "adamw",
        ADAM | {"weight_decay": 0.5},
        (53 / 60, 0.95 * 53 / 60, 0.95**2 * 53 / 60 - LAST),
    ),
}


def three_steps(case, dtype):
    """θ after each of the steps of a case, on a vector whose entries are all alike."""
    name, values, _ = BY_HAND[case]
    rule = RULES[name]
    theta = np.ones(5, dtype)
    slots = tuple(np.zeros(5, dtype) for _ in rule.slots)
    remaining = dict.fromkeys(rule.slots, 1.0)
    for gradient in GRADIENTS:
        remaining = {slot: left * values[SLOT_DECAY[slot]] for slot, left in remaining.items()}
        coefficients = rule.coefficients(values, 0.1, remaining)
        if rule.decays:
            shrink(theta, decay_factor(values, 0.1))
        rule.apply(theta, np.full(5, gradient, dtype), slots, np.empty(5, dtype), coefficients)
        yield theta


def test_that_every_rule_has_been_worked_out_by_hand():
    assert {name for name, _, _ in BY_HAND.values()} == set(RULES)


@pytest.mark.parametrize(("dtype", "close"), [(np.float64, 1e-15), (np.float32, 2e-7)])
@pytest.mark.parametrize("case", BY_HAND)
def test_that_three_steps_are_as_worked_out_by_hand(case, dtype, close):
    for theta, expected in zip(three_steps(case, dtype), BY_HAND[case][2], strict=True):
        assert theta.dtype == dtype
        np.testing.assert_allclose(theta, expected, rtol=0, atol=close)


@pytest.mark.parametrize(
    ("alpha", "decay", "left"), [(0.1, 0.5, 0.95), (0.1, 0, 1), (1, 1, 0), (4, 3, 0)]
)
def test_that_decay_takes_weights_to_zero_at_most(alpha, decay, left):
    weights = np.array([[1.0, -2.0], [0.0, 4.0]])
    expected = left * weights
    shrink(weights, decay_factor({"weight_decay": decay}, alpha))
    np.testing.assert_allclose(weights, expected, rtol=1e-15)


KEEPS = {
    "gradient_descent": "",
    "momentum": "v",
    "nesterov": "v",
    "rmsprop": "s",
    "adam": "vs",
    "adamw": "vs",
}


class Logistic:
    """Logistic regression with the rules as the method page writes them, one scalar at a time."""

    def __init__(self, theta):
        self.theta = np.array(theta)
        self.slots, self.left = {}, {}

    def gradient(self, X, y):
        z = X @ self.theta[:2] + self.theta[2]
        d = 1 / (1 + np.exp(-z)) - y
        return np.array([*(X.T @ d), d.sum()]) / len(y)

    def update(self, X, y, optimizer, alpha=0.1, beta=0.9, beta2=0.999, epsilon=1e-8, **more):
        g = self.gradient(X, y)
        keeps = KEEPS[optimizer]
        if keeps == "vs" and "s" not in self.slots:
            self.slots, self.left = {}, {}
        self.slots = {k: self.slots.get(k, np.zeros(3)) for k in keeps}
        self.left = {k: self.left.get(k, 1.0) for k in keeps}
        if "v" in keeps:
            self.slots["v"] = beta * self.slots["v"] + (1 - beta) * g
            self.left["v"] *= beta
        if "s" in keeps:
            self.slots["s"] = beta2 * self.slots["s"] + (1 - beta2) * g**2
            self.left["s"] *= beta2
        v, s = self.slots.get("v"), self.slots.get("s")
        if "v" in keeps and (more.get("corrected") or optimizer.startswith("adam")):
            v = v / (1 - self.left["v"])
        step = {
            "gradient_descent": lambda: g,
            "momentum": lambda: v,
            "nesterov": lambda: beta * v + (1 - beta) * g,
            "rmsprop": lambda: g / (np.sqrt(s) + epsilon),
            "adam": lambda: v / (np.sqrt(s / (1 - self.left["s"])) + epsilon),
        }[optimizer.removesuffix("w")]()
        if optimizer == "adamw":
            self.theta[:2] -= alpha * more["decay"] * self.theta[:2]
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


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_that_momentum_correction_may_be_switched_in_mid_run(optimizer, make_session):
    session, reference = logistic_pair(make_session, optimizer=optimizer)
    moves = {5: ("on", 0.9), 9: ("on", 0.99), 13: ("off", 0.5), 16: ("on", 0.5)}
    correction, beta = "off", 0.9
    for update, (X, y) in enumerate(batches(20)):
        if update in moves:
            correction, beta = moves[update]
            session.nudge(momentum_correction=correction, beta=beta)
        session.update(X, y)
        reference.update(X, y, optimizer, beta=beta, corrected=correction == "on")
        assert_same(session, reference)


def test_that_a_change_of_optimizer_keeps_the_slots_that_still_apply(make_session):
    session, reference = logistic_pair(make_session, optimizer="momentum", weight_decay=0.5)
    order = (
        "momentum", "adam", "rmsprop", "adamw", "nesterov", "gradient_descent", "adam", "momentum",
        "nesterov", "adamw",
    )  # fmt: skip
    stream = batches(5 * len(order))
    for optimizer in order:
        if session.hyperparameters["optimizer"] != optimizer:
            session.nudge(optimizer=optimizer)
        for _ in range(5):
            X, y = next(stream)
            session.update(X, y)
            reference.update(X, y, optimizer, decay=0.5)
        state = session.capture()
        assert set(state.slots) == set(reference.slots)
        for name, slot in reference.slots.items():
            np.testing.assert_allclose(state.slots[name], slot, rtol=0, atol=1e-14)
            assert state.remaining[name] == pytest.approx(reference.left[name], rel=1e-12)
        assert_same(session, reference)


@pytest.mark.parametrize("optimizer", ["adam", "adamw"])
@pytest.mark.parametrize("before", ["momentum", "nesterov", "gradient_descent", "rmsprop"])
def test_that_a_change_to_adam_throws_no_weight_far_away(before, optimizer, make_session):
    # Units are dead or dropped out at every update; what momentum remembers of them is not 0.
    session = make_session(
        source="circles", hidden_layers=[8, 8], optimizer=before, learning_rate=0.01, keep_prob=0.8,
        mini_batch_size=8,
    )  # fmt: skip
    session.run(steps=300)
    session.nudge(optimizer=optimizer, learning_rate=0.001)
    there = session.network.theta.copy()
    session.run(steps=1)
    # |m̂/√ŝ| is 1 in Adam's first step, and with an old s at most 1/√(1−β₂) (Kingma & Ba, 2.1).
    assert np.abs(session.network.theta - there).max() <= 1.001 * 0.001 / np.sqrt(1 - 0.999)


def test_that_slots_of_a_dead_unit_do_not_stay_subnormal(make_session):
    session = make_session(source="spiral", hidden_layers=[4], optimizer="adam")
    session.run(steps=10)
    session.network.parameters["b1"][0] = -1e6
    session.run(steps=1500)
    v = session.capture().slots["v"]
    tiny = np.finfo(v.dtype).tiny
    assert not np.any((v != 0) & (np.abs(v) < tiny))
