"""Softmax and sigmoid outputs: known numbers, their kinship, extreme logits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Session
from dllab.network.losses import softmax
from dllab.network.model import Network

KNOWN_LOGITS, KNOWN_PROBABILITIES = [5, 2, -1, 3], [0.842, 0.042, 0.002, 0.114]


def test_that_softmax_gives_the_known_numbers():
    np.testing.assert_allclose(
        softmax(np.array(KNOWN_LOGITS, float)), KNOWN_PROBABILITIES, rtol=0, atol=5e-4
    )


def test_that_a_network_predicts_the_known_numbers():
    network = Network((3, 4), "softmax", dtype=np.float64)
    network.parameters["b1"][:] = KNOWN_LOGITS
    predicted = network.predict_proba(np.zeros((2, 3)))
    np.testing.assert_allclose(predicted, [KNOWN_PROBABILITIES] * 2, rtol=0, atol=5e-4)
    assert network.predict(np.zeros((2, 3))).tolist() == [0, 0]


def test_that_prediction_normalizes_raw_inputs(make_session):
    session = make_session(source="circles", precision="float64")
    train = session.prepared.split.train
    mean, deviation = train.X.mean(axis=0), train.X.std(axis=0)
    session.run(steps=20)
    normalized = (train.X - mean) / deviation
    z = session.network.logits(normalized)[:, 0]
    expected = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(session.network.predict_proba(train.X)[:, 1], expected, atol=1e-9)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_that_softmax_over_two_classes_equals_logistic_regression(activation, make_session):
    common = {
        "source": "circles",
        "hidden_layers": [5],
        "activation": activation,
        "precision": "float64",
        "optimizer": "gradient_descent",
        "learning_rate": 1.0,
    }
    two, one = (make_session(output=output, **common) for output in ("softmax", "sigmoid"))
    a, b = two.network.parameters, one.network.parameters
    for name in ("W1", "b1"):
        b[name][:] = a[name]
    for name in ("W2", "b2"):
        b[name][:] = a[name][1:] - a[name][:1]
    before = {name: array.copy() for name, array in a.items()}
    inputs = np.random.default_rng(0).standard_normal((40, 2))
    np.testing.assert_allclose(
        two.network.predict_proba(inputs), one.network.predict_proba(inputs), rtol=0, atol=1e-14
    )
    labels = np.arange(40) % 2
    start = b["W2"].copy(), b["b2"].copy()
    assert two.update(inputs, labels) == pytest.approx(one.update(inputs, labels), abs=1e-14)
    for name in ("W1", "b1"):
        np.testing.assert_allclose(a[name], b[name], rtol=0, atol=1e-14)
    for name, was in zip(("W2", "b2"), start, strict=True):
        np.testing.assert_allclose((a[name] - before[name])[1:], b[name] - was, atol=1e-14)


@pytest.fixture(scope="module")
def cost_of(make_recipe):
    """Cost, error and ∂J/∂z of one example, for given logits, by way of a network of biases."""
    made = {}

    def measure(output, z, label, precision="float64"):
        key = (output, precision)
        if key not in made:
            recipe = make_recipe(
                {"softmax": "spiral", "sigmoid": "circles"}[output],
                output=output,
                precision=precision,
                hidden_layers=[],
                initialization="zeros",
                optimizer="gradient_descent",
                learning_rate=1.0,
            )
            session = Session.create(recipe)
            made[key] = session, session.capture()
        session, start = made[key]
        session.restore(start)
        bias = session.network.parameters["b1"]
        bias[:] = z
        before = bias.copy()
        cost, error = session.update(np.ones((1, 2)), np.array([label]))
        return cost, error, before - bias

    yield measure
    for session, _ in made.values():
        session.close()


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("size", [1e2, 1e4, 1e18])
def test_that_extreme_logits_give_a_finite_cost_and_gradient(precision, size, cost_of):
    cases = [
        ("softmax", [size, -size, 0], 0, 0.0, 0),
        ("softmax", [size, -size, 0], 2, size, 1),
        ("softmax", [-size, -size, -size], 0, math.log(3), 0),
        ("sigmoid", [size], 1, 0.0, 0),
        ("sigmoid", [size], 0, size, 1),
        ("sigmoid", [-size], 1, size, 1),
        ("sigmoid", [-size], 0, 0.0, 0),
    ]
    for output, z, label, expected, wrong in cases:
        cost, error, gradient = cost_of(output, z, label, precision)
        assert cost == pytest.approx(expected, rel=1e-6, abs=1e-30)
        assert error == wrong
        assert np.isfinite(gradient).all()


@given(z=st.lists(st.floats(-50, 50), min_size=3, max_size=3), label=st.integers(0, 2))
@settings(max_examples=80, deadline=None)
def test_that_softmax_cost_and_gradient_follow_their_definitions(z, label, cost_of):
    cost, error, gradient = cost_of("softmax", z, label)
    probabilities = np.exp(z) / np.exp(z).sum()
    assert cost == pytest.approx(-math.log(probabilities[label]), abs=1e-9)
    assert error == (int(np.argmax(z)) != label)
    np.testing.assert_allclose(gradient, probabilities - np.eye(3)[label], rtol=0, atol=1e-12)


@given(z=st.floats(-30, 30), label=st.integers(0, 1))
@settings(max_examples=80, deadline=None)
def test_that_sigmoid_cost_and_gradient_follow_their_definitions(z, label, cost_of):
    cost, error, gradient = cost_of("sigmoid", z, label)
    p = 1 / (1 + math.exp(-z))
    assert cost == pytest.approx(math.log1p(math.exp(-z if label else z)), abs=1e-10)
    assert error == ((z > 0) != bool(label))
    np.testing.assert_allclose(gradient, p - label, rtol=0, atol=1e-12)
