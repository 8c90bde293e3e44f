"""Batch norm against the formulas of the paper, written plainly in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Session
from dllab.network.batch_norm import BatchNorm, BatchNormPass
from dllab.network.model import Network


def make(n, m, seed=0, epsilon=1e-5):
    rng = np.random.default_rng(seed)
    norm = BatchNorm(rng.normal(size=n), rng.normal(size=n), np.zeros(n), np.ones(n), epsilon)
    arrays = [np.empty((n, m)), np.empty((n, m)), np.empty(n), np.empty(n)]
    return rng, norm, arrays, BatchNormPass(norm, *arrays)


def plain(z, scale, shift, epsilon):
    mean = z.mean(axis=1, keepdims=True)
    variance = ((z - mean) ** 2).mean(axis=1, keepdims=True)
    return scale[:, None] * (z - mean) / np.sqrt(variance + epsilon) + shift[:, None]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 7), st.integers(1, 9), st.integers(0, 99))
def test_that_the_forward_pass_is_the_papers_formula(n, m, seed):
    rng, norm, (_, _, mean, variance), work = make(n, m, seed)
    z = rng.normal(3, 5, (n, m))
    expected = plain(z, norm.scale, norm.shift, norm.epsilon)
    out = z.copy()
    work.forward(out)
    np.testing.assert_allclose(out, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(mean, z.mean(axis=1), atol=1e-12)
    np.testing.assert_allclose(variance, z.var(axis=1), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.integers(2, 6), st.integers(0, 99))
def test_that_the_backward_pass_is_the_slope_of_the_forward_pass(n, m, seed):
    rng, norm, _, work = make(n, m, seed)
    z, weight = rng.normal(size=(n, m)), rng.normal(size=(n, m))

    def cost(z, scale, shift):
        return float((weight * plain(z, scale, shift, norm.epsilon)).sum())

    work.forward(z.copy())
    d, scale_gradient, shift_gradient = weight.copy(), np.empty(n), np.empty(n)
    work.backward(d, scale_gradient, shift_gradient)
    arrays = (z, norm.scale, norm.shift)
    for array, gradient in zip(arrays, (d, scale_gradient, shift_gradient), strict=True):
        for index in np.ndindex(array.shape):
            kept, step = array[index], 1e-6
            array[index] = kept + step
            above = cost(*arrays)
            array[index] = kept - step
            below = cost(*arrays)
            array[index] = kept
            assert gradient[index] == pytest.approx((above - below) / (2 * step), abs=1e-6)


def test_that_batch_norm_drops_the_bias_of_hidden_layers_and_starts_as_identity():
    network = Network((3, 4, 5, 2), batch_norm=True)
    network.initialize("he", np.random.default_rng(0))
    names = [block.name for block in network.layout.blocks]
    assert names == ["W1", "scale1", "shift1", "W2", "scale2", "shift2", "W3", "b3"]
    assert (network.parameters["scale1"] == 1).all()
    assert not network.parameters["shift2"].any()
    assert [b.name for b in network.layout.blocks if b.penalized] == ["W1", "W2", "W3"]


def test_that_running_statistics_are_moving_averages_of_the_mini_batches(make_session):
    session = make_session(batch_norm="on", precision="float64", batch_norm_momentum=0.8)
    trainer, network = session.trainer, session.network
    running = network.statistics.copy()
    for _ in range(5):
        session.run(steps=1)
        (work,) = trainer._passes.values()
        running = 0.8 * running + 0.2 * work.buffers.batch_statistics
        np.testing.assert_allclose(network.statistics, running, rtol=1e-14)


def test_that_an_evaluation_uses_running_statistics_and_changes_none(make_session):
    session = make_session(batch_norm="on", precision="float64")
    session.run(steps=60)
    before = session.fingerprint()
    whole = session.evaluate("dev")
    X = session.prepared.dev.X
    alone = np.concatenate([session.network.logits(X[i : i + 1]) for i in range(len(X))])
    np.testing.assert_allclose(session.network.logits(X), alone, atol=1e-12)
    assert whole.error == np.mean((alone[:, 0] > 0) != session.prepared.dev.y) or whole.m
    assert session.fingerprint() == before


def test_that_a_rollback_restores_the_running_statistics(make_session):
    session = make_session(batch_norm="on", keep_prob=0.8)
    session.run(steps=30)
    key, then = session.checkpoint(), session.capture()
    session.run(steps=30)
    after = session.fingerprint()
    session.rollback(key)
    assert session.capture().statistics.tobytes() == then.statistics.tobytes()
    session.run(steps=30)
    assert session.fingerprint() == after


def test_that_statistics_come_back_through_the_file(make_recipe, tmp_path):
    with Session.create(make_recipe(batch_norm="on"), tmp_path / "s") as session:
        session.run(steps=40)
        session.checkpoint()
        before = session.fingerprint()
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == before


def test_that_an_update_stopped_by_the_guard_leaves_the_statistics(make_session):
    session = make_session(batch_norm="on")
    session.run(steps=10)
    before = session.fingerprint()
    session.trainer.train.X.flags.writeable = True
    kept = session.trainer.train.X.copy()
    session.trainer.train.X[:] = np.nan
    assert "not finite" in session.run(steps=1)
    assert session.fingerprint() == before
    session.trainer.train.X[:] = kept


def test_that_two_members_and_one_come_to_the_same_update(make_session):
    sessions = [make_session(batch_norm="on", precision="float64") for _ in range(2)]
    sessions[1].trainer._adopt(members=2)
    for session in sessions:
        session.run(steps=20)
    one, two = (s.network.theta for s in sessions)
    np.testing.assert_allclose(one, two, rtol=0, atol=1e-12)
