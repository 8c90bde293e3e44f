"""How weights start: scales, shapes, symmetry."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from dllab import Recipe, Session

SIZES = (2, 300, 400, 3)


@pytest.mark.parametrize(
    ("kind", "deviation"),
    [
        ("he", lambda n_in, n_out: math.sqrt(2 / n_in)),
        ("xavier", lambda n_in, n_out: math.sqrt(1 / n_in)),
        ("glorot", lambda n_in, n_out: math.sqrt(2 / (n_in + n_out))),
        ("random", lambda n_in, n_out: 10.0),
    ],
)
def test_that_weights_have_the_promised_scale_and_shape(kind, deviation, make_session):
    session = make_session(
        hidden_layers=list(SIZES[1:-1]), initialization=kind, initialization_scale=10.0
    )
    for layer, (n_in, n_out) in enumerate(pairwise(SIZES), start=1):
        W = session.network.parameters[f"W{layer}"]
        b = session.network.parameters[f"b{layer}"]
        assert W.shape == (n_out, n_in)
        assert b.shape == (n_out,)
        assert not b.any()
        tolerance = 5 / math.sqrt(2 * W.size)
        assert W.std() / deviation(n_in, n_out) == pytest.approx(1, abs=tolerance)
        assert abs(W.mean()) < 5 * W.std() / math.sqrt(W.size)


@pytest.mark.parametrize(
    ("activation", "kind"),
    [("relu", "he"), ("leaky_relu", "he"), ("tanh", "xavier"), ("sigmoid", "xavier")],
)
def test_that_auto_goes_by_the_activation(activation, kind, make_session):
    auto = make_session(activation=activation)
    named = make_session(activation=activation, initialization=kind)
    np.testing.assert_array_equal(auto.network.theta, named.network.theta)


def test_that_parameters_are_views_of_one_vector(make_session):
    network = make_session(hidden_layers=[4, 5]).network
    assert sum(array.size for array in network.parameters.values()) == network.theta.size
    for array in network.parameters.values():
        assert np.shares_memory(array, network.theta)
    network.parameters["W2"][1, 2] = 7.0
    assert (network.theta == 7.0).sum() == 1


def test_that_both_precisions_start_alike(make_session):
    single, double = (make_session(precision=p).network.theta for p in ("float32", "float64"))
    np.testing.assert_array_equal(single, double.astype(np.float32))


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_that_zeros_stay_symmetric(activation, make_session):
    session = make_session(initialization="zeros", hidden_layers=[6, 5], activation=activation)
    assert not session.network.theta.any()
    session.run(steps=100)
    for layer in (1, 2):
        W = session.network.parameters[f"W{layer}"]
        np.testing.assert_allclose(W, np.tile(W[0], (len(W), 1)), rtol=0, atol=1e-6)


def test_that_zeros_learn_nothing_of_the_circles_and_he_does():
    errors = {}
    for kind in ("zeros", "he"):
        recipe = Recipe.builtin("circles").with_values(initialization=kind)
        with Session.create(recipe) as session:
            session.run(steps=4000)
            errors[kind] = session.evaluate("train").error
    assert errors["zeros"] == pytest.approx(0.5, abs=0.03)
    assert errors["he"] <= 0.01
