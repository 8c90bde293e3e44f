"""Fifty updates beside PyTorch's, in float64, on the same mini-batches."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

torch = pytest.importorskip("torch")

UPDATES = 50
ALPHA, BETA, BETA2, EPSILON = 0.03, 0.9, 0.99, 1e-8
ACTIVATIONS = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}
OUTPUTS = {"softmax": ("spiral", 3), "sigmoid": ("circles", 1)}
HIDDEN = (7, 5)


def torch_model(activation, n_out):
    torch.manual_seed(3)
    sizes = (2, *HIDDEN)
    layers = []
    for n_in, n in pairwise(sizes):
        layers += [torch.nn.Linear(n_in, n), ACTIVATIONS[activation]()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], n_out)).double()


def torch_optimizer(name, groups):
    if name == "gradient_descent":
        return torch.optim.SGD(groups, lr=ALPHA)
    if name == "momentum":
        return torch.optim.SGD(groups, lr=ALPHA * (1 - BETA), momentum=BETA)
    if name == "rmsprop":
        return torch.optim.RMSprop(groups, lr=ALPHA, alpha=BETA2, eps=EPSILON)
    return torch.optim.Adam(groups, lr=ALPHA, betas=(BETA, BETA2), eps=EPSILON)


def linear_layers(model):
    return [layer for layer in model if isinstance(layer, torch.nn.Linear)]


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("l2", [0.0, 0.7])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "rmsprop", "adam"])
def test_that_fifty_updates_equal_pytorch(optimizer, l2, activation, output, make_session):
    source, n_out = OUTPUTS[output]
    session = make_session(
        source=source,
        output=output,
        activation=activation,
        hidden_layers=list(HIDDEN),
        precision="float64",
        optimizer=optimizer,
        l2=l2,
        learning_rate=ALPHA,
        beta=BETA,
        beta2=BETA2,
        epsilon=EPSILON,
    )
    model = torch_model(activation, n_out)
    layers = linear_layers(model)
    weights, biases = [layer.weight for layer in layers], [layer.bias for layer in layers]
    groups = [{"params": weights, "weight_decay": 0.0}, {"params": biases, "weight_decay": 0.0}]
    other = torch_optimizer(optimizer, groups)
    parameters = session.network.parameters
    for number, layer in enumerate(layers, start=1):
        parameters[f"W{number}"][:] = layer.weight.detach().numpy()
        parameters[f"b{number}"][:] = layer.bias.detach().numpy()

    rng = np.random.default_rng(5)
    criterion = torch.nn.CrossEntropyLoss() if n_out > 1 else torch.nn.BCEWithLogitsLoss()
    for update in range(UPDATES):
        m = 32 if update % 5 else 9
        X, y = rng.standard_normal((m, 2)), rng.integers(0, max(2, n_out), m)
        other.param_groups[0]["weight_decay"] = l2 / m
        other.zero_grad()
        z = model(torch.from_numpy(X))
        target = torch.from_numpy(y)
        data_cost = criterion(z, target) if n_out > 1 else criterion(z[:, 0], target.double())
        penalty = l2 / (2 * m) * sum(float((w.detach() ** 2).sum()) for w in weights)
        data_cost.backward()
        other.step()
        cost, _ = session.update(X, y)
        assert cost == pytest.approx(float(data_cost.detach()) + penalty, abs=1e-10)
    for number, layer in enumerate(layers, start=1):
        for name, tensor in ((f"W{number}", layer.weight), (f"b{number}", layer.bias)):
            np.testing.assert_allclose(
                parameters[name], tensor.detach().numpy(), rtol=0, atol=1e-10, err_msg=name
            )
