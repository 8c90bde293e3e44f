"""The same run by scikit-learn's multilayer perceptron: weights and cost after some epochs.

A second opinion, from an implementation with nothing in common with PyTorch: no autograd, and its
own SGD, Nesterov momentum and Adam. It takes mini-batches in the order of the data.
"""

from __future__ import annotations

import math
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.hyperparameters import complete
from dllab.network.model import Network
from dllab.training.prepare import Labelled
from dllab.training.trainer import Trainer

neural_network = pytest.importorskip("sklearn.neural_network")

EPOCHS, ALPHA, BETA2, EPSILON = 4, 0.01, 0.99, 1e-8
NAMES = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic", "linear": "identity"}


def perceptron(values, network, X, y, m):
    """Scikit-learn's model, standing where the network stands."""
    beta, optimizer = values["beta"], values["optimizer"]
    adam = optimizer == "adam"
    regression = network.output == "linear"
    kind = neural_network.MLPRegressor if regression else neural_network.MLPClassifier
    model = kind(
        hidden_layer_sizes=network.layer_sizes[1:-1],
        activation=NAMES[values["activation"]],
        solver="adam" if adam else "sgd",
        alpha=values["l2"],
        batch_size=m,
        # The velocity is not scaled by 1 − β there.
        learning_rate_init=ALPHA if adam or optimizer == "gradient_descent" else ALPHA * (1 - beta),
        momentum=0.0 if optimizer == "gradient_descent" else beta,
        nesterovs_momentum=optimizer == "nesterov",
        beta_1=beta,
        beta_2=BETA2,
        epsilon=EPSILON,
        max_iter=EPOCHS,
        shuffle=False,
        warm_start=True,
        n_iter_no_change=EPOCHS,
    )
    # One pass makes the arrays; then it starts from ours.
    model.partial_fit(X, y, **({} if regression else {"classes": np.unique(y)}))
    layers = range(1, network.depth + 1)
    model.coefs_ = [network.parameters[f"W{layer}"].T.copy() for layer in layers]
    model.intercepts_ = [network.parameters[f"b{layer}"].copy() for layer in layers]
    return model


def data(output, classes, n_x, m, rng):
    X = rng.standard_normal((m, n_x))
    if output == "linear":
        return X, rng.standard_normal(m)
    # Every class is there at least once.
    return X, np.concatenate([np.arange(classes), rng.integers(0, classes, m - classes)])


@st.composite
def cases(draw):
    output = draw(st.sampled_from(["softmax", "sigmoid", "linear"]))
    classes = draw(st.integers(3, 5)) if output == "softmax" else 2
    return {
        "output": output,
        "classes": classes,
        "sizes": [draw(st.integers(1, 6)), *draw(st.lists(st.integers(1, 9), max_size=3))],
        "activation": draw(st.sampled_from(list(NAMES))),
        "l2": draw(st.just(0.0) | st.floats(0.01, 2)),
        "beta": draw(st.sampled_from([0.5, 0.9])),
        "examples": draw(st.integers(classes, 60)),
        "mini_batch": draw(st.integers(1, 30)),
        "seed": draw(st.integers(0, 2**16)),
    }


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer", "ignore:Got `batch_size`")
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "nesterov", "adam"])
@settings(max_examples=15, deadline=None)
@given(case=cases())
def test_that_some_epochs_equal_scikit_learn(optimizer, case):
    n_x, *hidden = case["sizes"]
    values = complete(
        {key: case[key] for key in ("activation", "output", "l2", "beta")}
        | {"optimizer": optimizer, "hidden_layers": hidden, "learning_rate": ALPHA}
        | {"beta2": BETA2, "precision": "float64", "explosion_factor": 1e12}
    )
    rng = np.random.default_rng(case["seed"])
    n_out = case["classes"] if case["output"] == "softmax" else 1
    network = Network((n_x, *hidden, n_out), case["output"], case["activation"], dtype=np.float64)
    # Small weights: scikit-learn cuts the cost of an example off at 36.
    network.initialize("random", rng, 0.3)
    X, y = data(case["output"], case["classes"], n_x, case["examples"], rng)
    m = min(case["mini_batch"], len(X))
    model = perceptron(values, network, X, y, m)
    model.fit(X, y)

    costs, t = [], 0
    with closing(Trainer(network, Labelled(X, y), values)) as trainer:
        for _ in range(EPOCHS):
            total = 0.0
            for start in range(0, len(X), m):
                rows, t = slice(start, start + m), t + 1
                # Scikit-learn's Adam adds ε to the root before s is corrected.
                trainer.set_values(values | {"epsilon": EPSILON / math.sqrt(1 - BETA2**t)})
                total += trainer.update_on(X[rows], y[rows])[0] * len(X[rows])
            costs.append(total / len(X))

    np.testing.assert_allclose(costs, model.loss_curve_[-EPOCHS:], rtol=1e-9, atol=1e-10)
    for layer, (weights, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True), 1):
        for name, found in ((f"W{layer}", weights.T), (f"b{layer}", bias)):
            np.testing.assert_allclose(
                network.parameters[name], found, rtol=0, atol=1e-10, err_msg=name
            )
