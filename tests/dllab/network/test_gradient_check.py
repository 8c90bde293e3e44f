"""∂J/∂θ against two-sided differences of J, through the public surface.

The gradient is what one update of gradient descent with α = 1 takes from θ; J is the cost that
`Session.update` returns. `Session.restore` puts θ and the dropout stream back, so every evaluation
sees the same mask: had backward another mask than forward, the check would fail.
"""

from __future__ import annotations

import numpy as np
import pytest

EPSILON = 1e-6
OUTPUTS = {"softmax": "spiral", "sigmoid": "circles"}


def mini_batch(session, m=12):
    rng = np.random.default_rng(11)
    classes = max(2, session.network.layer_sizes[-1])
    return rng.standard_normal((m, 2)), rng.integers(0, classes, m)


def gradients(session, X, y, epsilon=EPSILON):
    start = session.capture()
    theta = session.network.theta
    session.update(X, y)
    gradient = start.theta - theta

    def cost(index, change):
        session.restore(start)
        theta[index] += change
        return session.update(X, y)[0]

    steps = range(len(theta))
    differences = [(cost(i, epsilon) - cost(i, -epsilon)) / (2 * epsilon) for i in steps]
    session.restore(start)
    return gradient, np.array(differences)


def ratio(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


@pytest.fixture
def checked_session(make_session):
    def make(activation, output, **values):
        session = make_session(
            source=OUTPUTS[output],
            output=output,
            activation=activation,
            hidden_layers=[6, 5],
            precision="float64",
            optimizer="gradient_descent",
            learning_rate=1.0,
            leaky_slope=0.2,
            **values,
        )
        for layer in (1, 2, 3):
            bias = session.network.parameters[f"b{layer}"]
            bias[:] = np.linspace(-0.3, 0.4, len(bias))
        return session

    return make


@pytest.mark.parametrize("keep_prob", [1.0, [0.7, 0.5]], ids=["all kept", "dropout"])
@pytest.mark.parametrize("l2", [0.0, 1.5], ids=["plain", "L2"])
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "sigmoid", "linear"])
def test_that_the_gradient_is_the_slope_of_the_cost(
    activation, output, l2, keep_prob, checked_session
):
    session = checked_session(activation, output, l2=l2, keep_prob=keep_prob)
    gradient, differences = gradients(session, *mini_batch(session))
    assert ratio(gradient, differences) <= 1e-7
    for block in session.network.layout.blocks:
        part = slice(block.start, block.stop)
        assert ratio(gradient[part], differences[part]) <= 1e-6, block.name


def test_that_the_check_itself_notices_a_wrong_gradient(checked_session):
    session = checked_session("tanh", "softmax")
    gradient, differences = gradients(session, *mini_batch(session))
    gradient[3] *= 1.01
    assert ratio(gradient, differences) > 1e-5


def test_that_l2_shrinks_weights_and_leaves_biases_alone(checked_session):
    X, y = mini_batch(plain := checked_session("tanh", "softmax"))
    penalized = checked_session("tanh", "softmax", l2=3.0)
    before = {name: array.copy() for name, array in plain.network.parameters.items()}
    cost, _ = plain.update(X, y)
    more, _ = penalized.update(X, y)
    squares = sum(float((w**2).sum()) for name, w in before.items() if name.startswith("W"))
    assert more - cost == pytest.approx(3.0 / (2 * len(y)) * squares, rel=1e-12)
    for name, start in before.items():
        taken = plain.network.parameters[name] - penalized.network.parameters[name]
        expected = 3.0 / len(y) * start if name.startswith("W") else np.zeros_like(start)
        np.testing.assert_allclose(taken, expected, rtol=0, atol=1e-14)
