"""The cost that is written down a second time, against numbers from the hand and from PyTorch."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dllab.diagnosis.gradient_subject import formula_of
from dllab.diagnosis.reference_cost import Formula, ReferenceCost
from dllab.network.layout import Layout
from gradient_subjects import make_mini_batch, make_network


def one_layer(output, X, y, W, b, **penalties):
    n_out, n_in = np.shape(W)
    formula = Formula(Layout.parameters((n_in, n_out)), 1, output, "relu", **penalties)
    theta = np.concatenate([np.ravel(W), b]).astype(float)
    return float(ReferenceCost(formula, theta, np.asarray(X, float), np.asarray(y)).value)


def test_that_the_softmax_of_the_text_book_costs_what_it_should():
    # softmax([5, 2, −1, 3]) = [0.842, 0.042, 0.002, 0.114].
    X, W = [[1.0]], [[5.0], [2.0], [-1.0], [3.0]]
    for label, share in enumerate([0.842, 0.042, 0.002, 0.114]):
        cost = one_layer("softmax", X, [label], W, [0.0] * 4)
        assert math.exp(-cost) == pytest.approx(share, abs=5e-4)


def test_that_two_classes_cost_the_same_by_sigmoid_and_by_softmax():
    X, y = [[0.3, -1.0], [2.0, 0.5]], [1, 0]
    sigmoid = one_layer("sigmoid", X, y, [[0.7, -0.2]], [0.1])
    softmax = one_layer("softmax", X, y, [[0.0, 0.0], [0.7, -0.2]], [0.0, 0.1])
    assert sigmoid == pytest.approx(softmax, rel=1e-14)


def test_that_a_linear_output_costs_half_the_squared_error():
    cost = one_layer("linear", [[1.0], [2.0]], [[3.0], [1.0]], [[2.0]], [0.5])
    assert cost == pytest.approx(((2.5 - 3) ** 2 / 2 + (4.5 - 1) ** 2 / 2) / 2)


def test_that_the_penalties_are_those_of_the_method():
    X, y, W, b = [[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]], [0, 1, 0], [[1.0, -2.0], [0.5, 3.0]], [5, 5]
    plain = one_layer("softmax", X, y, W, b)
    squares, sizes = 1 + 4 + 0.25 + 9, 1 + 2 + 0.5 + 3
    assert one_layer("softmax", X, y, W, b, l2=0.6) == pytest.approx(plain + 0.6 / 6 * squares)
    assert one_layer("softmax", X, y, W, b, l1=0.6) == pytest.approx(plain + 0.6 / 6 * sizes)


def test_that_huge_logits_do_not_overflow():
    assert one_layer("softmax", [[1.0]], [1], [[2000.0], [-2000.0]], [0, 0]) == 4000
    assert one_layer("sigmoid", [[1.0]], [0], [[3000.0]], [0.0]) == 3000


@pytest.mark.parametrize("batch_norm", ["off", "on"])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "sigmoid", "linear"])
@pytest.mark.parametrize("output", ["softmax", "sigmoid", "linear"])
def test_that_the_reference_cost_is_pytorchs(output, activation, batch_norm):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    n_out = {"softmax": 3, "sigmoid": 1, "linear": 2}[output]
    network, values = make_network(
        (4, 6, 5, n_out), output, activation=activation, batch_norm=batch_norm, leaky_slope=0.2
    )
    X, y = make_mini_batch(network, 9)
    ours = ReferenceCost(formula_of(network, values), network.theta, X, y).value
    bend = {
        "relu": functional.relu,
        "leaky_relu": lambda z: functional.leaky_relu(z, 0.2),
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "linear": lambda z: z,
    }[activation]
    given = {name: torch.from_numpy(array) for name, array in network.parameters.items()}
    a = torch.from_numpy(X)
    for layer in (1, 2, 3):
        z = functional.linear(a, given[f"W{layer}"], given.get(f"b{layer}"))
        if f"scale{layer}" in given:
            z = functional.batch_norm(
                z, None, None, given[f"scale{layer}"], given[f"shift{layer}"], training=True,
                eps=values["batch_norm_epsilon"],
            )  # fmt: skip
        a = z if layer == 3 else bend(z)
    labels = torch.from_numpy(y)
    theirs = {
        "softmax": lambda: functional.cross_entropy(a, labels),
        "sigmoid": lambda: functional.binary_cross_entropy_with_logits(a[:, 0], labels.double()),
        "linear": lambda: ((a - labels) ** 2).sum(1).mean() / 2,
    }[output]()
    assert float(ours) == pytest.approx(theirs.item(), rel=1e-13)


@pytest.mark.parametrize("batch_norm", ["off", "on"])
def test_that_a_change_costs_what_a_network_with_that_change_costs(batch_norm):
    network, values = make_network(
        (5, 7, 6, 3), activation="tanh", batch_norm=batch_norm, l2=0.4, l1=0.2
    )
    X, y = make_mini_batch(network, 11)
    masks = [None, np.random.default_rng(1).integers(0, 2, (11, 7)) * 2.0, None]
    formula = formula_of(network, values)
    reference = ReferenceCost(formula, network.theta, X, y, masks)
    rng = np.random.default_rng(2)
    for block in network.layout.blocks:
        for units in ([1], [0, 2], range(block.shape[0])):
            change = rng.standard_normal((len(units), *block.shape[1:]))
            theta = network.theta.copy()
            network.layout.views(theta)[block.name][list(units)] += change
            anew = ReferenceCost(formula, theta, X, y, masks).value
            after = reference.after(block, np.array(list(units)), change).value
            assert float(after) == pytest.approx(float(anew), rel=1e-15), (block.name, units)
