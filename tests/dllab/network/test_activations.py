"""Activations and their derivatives, told by a alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.network.activations import activation

SLOPE = 0.2
DEFINITIONS = {
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "leaky_relu": (lambda z: z if z > 0 else SLOPE * z, lambda z: 1.0 if z > 0 else SLOPE),
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "sigmoid": (
        lambda z: 0.5 * (1 + math.tanh(z / 2)),
        lambda z: 0.25 * (1 - math.tanh(z / 2) ** 2),
    ),
    "linear": (lambda z: z, lambda z: 1.0),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", DEFINITIONS)
@given(values=st.lists(st.floats(-40, 40, width=32), min_size=1, max_size=9))
@settings(max_examples=40, deadline=None)
def test_that_forward_and_backward_follow_the_definition(name, dtype, values):
    g = activation(name, SLOPE)
    value, slope = DEFINITIONS[name]
    a = np.array([values], dtype)
    g.forward(a)
    d = np.full_like(a, 3.0)
    g.backward(a, d, np.empty_like(a))
    tolerance = 1e-6 if dtype == np.float32 else 1e-14
    np.testing.assert_allclose(a[0], [value(z) for z in values], rtol=tolerance, atol=tolerance)
    expected = [3 * slope(z) for z in values]
    np.testing.assert_allclose(d[0], expected, rtol=tolerance, atol=10 * tolerance)


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("m", [1, 3, 64])
def test_that_relu_has_derivative_zero_at_zero(zero, dtype, m):
    g = activation("relu")
    a = np.full((m, 5), zero, dtype)
    g.forward(a)
    d = np.ones_like(a)
    g.backward(a, d, np.empty_like(a))
    assert not d.any()


@pytest.mark.parametrize("z", [-1e30, -1000.0, 1000.0, 1e30])
def test_that_sigmoid_overflows_for_no_logit(z):
    a = np.full((1, 1), z, np.float32)
    with np.errstate(all="raise", under="ignore"):
        activation("sigmoid").forward(a)
    assert a[0, 0] == (z > 0)
