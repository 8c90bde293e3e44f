"""Inverted dropout: masks, their expectation, and where they do not act."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dllab.network.dropout import draw_bits, mask_from_bits


def make_mask(keep_prob, bits, dtype=np.float64):
    kept, mask = np.empty(bits.shape, bool), np.empty(bits.shape, dtype)
    mask_from_bits(bits, keep_prob, kept, mask)
    return mask


@pytest.mark.parametrize("keep_prob", [0.05, 0.3, 0.5, 0.8, 0.95])
def test_that_the_share_kept_is_near_keep_prob(keep_prob):
    bits = np.empty((1000, 201), np.uint16)
    draw_bits(np.random.Generator(np.random.SFC64(4)), bits)
    share = np.mean(make_mask(keep_prob, bits) > 0)
    assert abs(share - keep_prob) < 5 * math.sqrt(keep_prob * (1 - keep_prob) / bits.size)


@given(st.floats(0.05, 1.0))
@example(1 - 1e-12)
@example(0.999999)
@example(0.05)
def test_that_the_expectation_of_the_mask_is_one(keep_prob):
    every_draw = np.arange(65536, dtype=np.uint16)
    mask = make_mask(keep_prob, every_draw)
    assert mask.mean() == pytest.approx(1, abs=1e-12)
    assert set(np.unique(mask)) <= {0.0, mask.max()}
    assert mask.max() == pytest.approx(1 / keep_prob, rel=2e-4)


def test_that_units_are_dropped_independently():
    bits = np.empty((4000, 8), np.uint16)
    draw_bits(np.random.Generator(np.random.SFC64(9)), bits)
    kept = (make_mask(0.5, bits) > 0).astype(float)
    # Between units of one example, and between one example and the next.
    correlation = np.corrcoef(kept[1:].T, kept[:-1].T)
    assert np.abs(correlation - np.eye(16)).max() < 0.08


def test_that_evaluation_keeps_every_unit(make_session):
    plain, dropping = (
        make_session(hidden_layers=[16]),
        make_session(hidden_layers=[16], keep_prob=0.3),
    )
    assert (plain.network.theta == dropping.network.theta).all()
    for which in ("dev", "train", "probe"):
        assert plain.evaluate(which) == dropping.evaluate(which)
    X = plain.prepared.split.dev.X
    expected = plain.network.predict_proba(X)
    np.testing.assert_array_equal(dropping.network.predict_proba(X), expected)


def test_that_the_mean_over_masks_is_the_output_with_every_unit_kept(make_session):
    # With one linear hidden layer the logits are linear in the mask, and so, near 0, is the cost.
    session = make_session(
        source="circles",
        hidden_layers=[12],
        activation="linear",
        keep_prob=0.5,
        precision="float64",
        optimizer="gradient_descent",
        learning_rate=1e-6,
    )
    session.network.parameters["W2"][:] *= 1e-3
    X = np.random.default_rng(0).standard_normal((64, 2))
    y = np.zeros(64, int)
    theta = session.network.theta.copy()
    z = session.network.logits(X)[:, 0]
    expected = np.mean(np.log1p(np.exp(z)))
    costs = []
    for _ in range(400):
        session.network.theta[:] = theta
        costs.append(session.update(X, y)[0])
    spread = np.std(costs) / math.sqrt(len(costs))
    assert spread > 0
    assert abs(np.mean(costs) - expected) < 5 * spread


def test_that_a_layer_whose_keep_prob_is_one_uses_no_randomness(make_session):
    session = make_session(hidden_layers=[8, 8])
    before = session.capture().streams["dropout"].copy()
    session.run(steps=20)
    assert (session.capture().streams["dropout"] == before).all()
    session.nudge({"keep_prob[2]": 0.5})
    session.run(steps=1)
    assert (session.capture().streams["dropout"] != before).any()
