"""The health of layers against plain formulas on a forward and backward pass of the test's own."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dllab.diagnosis.layer_health import curves_of, layer_health

SLOPES = {
    "relu": lambda z: (z > 0).astype(float),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z))),
}
VALUES = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


def read(session):
    """One update; θ before it, the rows it used, and the health read off its buffers."""
    trainer = session.trainer
    before = trainer.network.theta.copy()
    start = trainer.position
    trainer.update()
    rows = trainer.order[start : start + trainer.mini_batch]
    work = trainer._passes[len(rows)]
    return before, rows, layer_health(trainer.network, work.buffers, trainer.gradient, before)


def rms(array):
    return math.sqrt(sum(float(x) ** 2 for x in np.ravel(array)) / np.size(array))


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_that_health_is_what_the_plain_formulas_say(activation, make_session):
    session = make_session(
        hidden_layers=[7, 5], activation=activation, precision="float64", mini_batch_size=40,
        initialization="random", initialization_scale=3.0, l2=0.5, output="softmax",
    )  # fmt: skip
    network = session.network
    before, rows, health = read(session)
    theta = {name: array.copy() for name, array in network.layout.views(before).items()}
    gradient = network.layout.views(session.trainer.gradient)
    a, z = [session.prepared.train.X[rows]], []
    for layer in (1, 2, 3):
        z.append(a[-1] @ theta[f"W{layer}"].T + theta[f"b{layer}"])
        a.append(VALUES[activation](z[-1]))
    exponents = np.exp(z[2] - z[2].max(axis=1, keepdims=True))
    dz = exponents / exponents.sum(axis=1, keepdims=True)
    dz[np.arange(len(rows)), session.prepared.train.y[rows]] -= 1
    signals = [dz / len(rows)]
    for layer in (2, 1):
        da = signals[0] @ theta[f"W{layer + 1}"]
        signals.insert(0, da * SLOPES[activation](z[layer - 1]))
    assert [one.layer for one in health] == [1, 2, 3]
    assert [one.units for one in health] == [7, 5, network.layer_sizes[-1]]
    for one in health:
        weights, old = network.parameters[f"W{one.layer}"], theta[f"W{one.layer}"]
        assert one.m == 40
        assert one.signal_rms == pytest.approx(rms(signals[one.layer - 1]), rel=1e-9)
        assert one.gradient_rms == pytest.approx(rms(gradient[f"W{one.layer}"]), rel=1e-9)
        moved = rms(weights - old) / rms(old)
        assert one.update_ratio == pytest.approx(moved, rel=1e-9)
        assert one.near_zero == np.mean(np.abs(weights) <= 1e-3)
    for one, values in zip(health[:2], a[1:3], strict=True):
        assert one.activation == activation
        assert one.activation_rms == pytest.approx(rms(values), rel=1e-9)
        if activation == "relu":
            assert one.dead == np.mean([(unit == 0).all() for unit in values.T])
            assert one.saturated is None
        else:
            low = -0.99 if activation == "tanh" else 0.01
            ends = np.mean([(x < low) | (x > 0.99) for x in np.ravel(values)])
            assert one.saturated == pytest.approx(ends)
            assert 0 < ends < 1
            assert one.dead is None
    assert health[2].activation_rms is health[2].dead is health[2].saturated is None


def test_that_dropout_makes_no_unit_dead(make_session):
    session = make_session(hidden_layers=[40], keep_prob=0.05, mini_batch_size=8)
    _, _, health = read(session)
    trainer = session.trainer
    active = trainer._passes[8].buffers.a[0].max(axis=1) > 0
    assert health[0].dead == np.mean(~active)
    assert health[0].dead < 0.5


def test_that_a_team_of_threads_reads_the_same(make_session, monkeypatch):
    read_by = []
    for members in (1, 2):
        monkeypatch.setattr("dllab.training.trainer.members_for", lambda flops, n=members: n)
        session = make_session(hidden_layers=[30, 20], precision="float64")
        assert session.trainer.team.members == members
        read_by.append(read(session)[2])
    for one, two in zip(*read_by, strict=True):
        assert one.signal_rms == pytest.approx(two.signal_rms, rel=1e-9)
        assert one.update_ratio == pytest.approx(two.update_ratio, rel=1e-9)


def test_that_reading_changes_nothing(make_session):
    looked, left = make_session(keep_prob=0.8), make_session(keep_prob=0.8)
    for _ in range(5):
        read(looked)
        left.trainer.update()
    assert looked.trainer.capture().fingerprint() == left.trainer.capture().fingerprint()


def test_that_a_gradient_too_small_to_square_is_still_told(make_session):
    session = make_session(hidden_layers=[6])
    before, _, _ = read(session)
    trainer = session.trainer
    work = trainer._passes[32]
    work.buffers.delta[0][:] = 1e-30
    trainer.gradient[:] = 3e-25
    health = layer_health(trainer.network, work.buffers, trainer.gradient, before)
    assert health[0].signal_rms == pytest.approx(1e-30)
    assert health[0].gradient_rms == pytest.approx(3e-25)
    trainer.gradient[:] = 1e30
    health = layer_health(trainer.network, work.buffers, trainer.gradient, before)
    assert health[0].gradient_rms == pytest.approx(1e30)


def test_that_a_layer_larger_than_a_piece_is_read_whole(make_session):
    session = make_session(hidden_layers=[400, 300], optimizer="gradient_descent")
    before, _, health = read(session)
    layout = session.network.layout
    old, new = layout.views(before)["W2"], session.network.parameters["W2"]
    ratio = np.linalg.norm((new - old).astype(float)) / np.linalg.norm(old.astype(float))
    assert health[1].update_ratio == pytest.approx(ratio, rel=1e-4)
    assert health[1].near_zero == np.mean(np.abs(new) <= 1e-3)


def test_that_weights_that_were_all_zero_have_no_finite_ratio(make_session):
    session = make_session(hidden_layers=[6], initialization="zeros", activation="sigmoid")
    _, _, health = read(session)
    assert health[0].update_ratio == 0
    assert health[1].update_ratio == math.inf


def test_that_batch_norm_is_read_like_any_network(make_session):
    session = make_session(hidden_layers=[12, 8], batch_norm="on")
    _, _, health = read(session)
    assert all(one.gradient_rms > 0 and one.signal_rms > 0 for one in health)


def test_that_curves_are_named_by_field_and_layer(make_session):
    session = make_session(hidden_layers=[6])
    _, _, health = read(session)
    curves = curves_of(health)
    assert curves["gradient_rms[2]"] == health[1].gradient_rms
    assert set(curves) == {
        "activation_rms[1]", "gradient_rms[1]", "update_ratio[1]", "dead[1]", "near_zero[1]",
        "gradient_rms[2]", "update_ratio[2]", "near_zero[2]",
    }  # fmt: skip
