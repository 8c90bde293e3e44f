"""Fifty updates beside PyTorch's, in float64: same weights, same mini-batches, same masks.

What PyTorch does otherwise is undone here, in one place each: its momentum is not scaled by 1 − β,
its clipping adds 1e-6 to the norm, its batch norm keeps the unbiased running variance.
"""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dllab.hyperparameters import complete
from dllab.network.model import Network
from dllab.training.prepare import Labelled
from dllab.training.trainer import Trainer

torch = pytest.importorskip("torch")
functional = torch.nn.functional
# A second thread only waits for the first on layers this small, and spins while it does.
torch.set_num_threads(1)

UPDATES = 50
OPTIMIZERS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "adamw")
ACTIVATIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.01),
    "linear": lambda z: z,
}
N_OUT = {"softmax": 3, "sigmoid": 1, "linear": 2}
VALUES = {
    # RMSprop's first steps are 10·α long. With α = 0.03 and a penalty it goes to and fro and
    # amplifies the last bit ten-million-fold in fifty updates, in PyTorch as here.
    "learning_rate": 0.003,
    "beta": 0.9,
    "beta2": 0.99,
    "weight_decay": 0.2,
    "precision": "float64",
    "hidden_layers": [7, 5],
    "explosion_factor": 1e12,
}


def torch_optimizer(values, weights, others):
    alpha, beta, beta2 = values["learning_rate"], values["beta"], values["beta2"]
    decay = values["weight_decay"] if values["optimizer"] == "adamw" else 0.0
    groups = [
        {"params": weights, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},
    ]
    more = {"eps": values["epsilon"], "betas": (beta, beta2)}
    match values["optimizer"]:
        case "gradient_descent":
            return torch.optim.SGD(groups, lr=alpha)
        case "momentum":
            return torch.optim.SGD(groups, lr=alpha * (1 - beta), momentum=beta)
        case "nesterov":
            return torch.optim.SGD(groups, lr=alpha * (1 - beta), momentum=beta, nesterov=beta > 0)
        case "rmsprop":
            return torch.optim.RMSprop(groups, lr=alpha, alpha=beta2, eps=values["epsilon"])
        case "adam":
            return torch.optim.Adam(groups, lr=alpha, **more)
        case _:
            return torch.optim.AdamW(groups, lr=alpha, **more)


class Twin:
    """A network of PyTorch's with the same parameters, and its updates."""

    def __init__(self, network, values):
        self.network, self.values = network, values
        self.parameters = {
            name: torch.tensor(array, requires_grad=True)
            for name, array in network.parameters.items()
        }
        self.weights = [t for name, t in self.parameters.items() if name.startswith("W")]
        others = [t for name, t in self.parameters.items() if not name.startswith("W")]
        self.optimizer = torch_optimizer(values, self.weights, others)
        self.running = [
            (torch.zeros(n, dtype=torch.float64), torch.ones(n, dtype=torch.float64))
            for n in network.layer_sizes[1:-1]
        ]

    def logits(self, X, masks=(), training=True):
        p, values, last = self.parameters, self.values, self.network.depth
        factors = [1 if mask is None else torch.from_numpy(mask) for mask in masks] or [1] * last
        a = torch.from_numpy(X)
        for layer, factor in enumerate(factors[:-1], start=1):
            a = functional.linear(a * factor, p[f"W{layer}"], p.get(f"b{layer}"))
            if f"scale{layer}" in p:
                a = functional.batch_norm(
                    a,
                    *self.running[layer - 1],
                    p[f"scale{layer}"],
                    p[f"shift{layer}"],
                    training,
                    1 - values["batch_norm_momentum"],
                    values["batch_norm_epsilon"],
                )
            a = ACTIVATIONS[values["activation"]](a)
        return functional.linear(a * factors[-1], p[f"W{last}"], p[f"b{last}"])

    def cost(self, z, y):
        m, target = len(y), torch.from_numpy(y)
        l2, l1 = self.values["l2"], self.values["l1"]
        penalty = 0
        if l2:
            penalty = l2 / (2 * m) * sum((w * w).sum() for w in self.weights)
        if l1:
            penalty = penalty + l1 / (2 * m) * sum(w.abs().sum() for w in self.weights)
        match self.network.output:
            case "softmax":
                return functional.cross_entropy(z, target) + penalty
            case "sigmoid":
                target = target.double()[:, None]
                return functional.binary_cross_entropy_with_logits(z, target) + penalty
            case _:
                return functional.mse_loss(z, target, reduction="sum") / (2 * m) + penalty

    def update(self, X, y, masks=()):
        self.optimizer.zero_grad()
        cost = self.cost(self.logits(X, masks), y)
        cost.backward()
        if limit := self.values["clip_norm"]:
            tensors = list(self.parameters.values())
            norm = torch.nn.utils.get_total_norm([t.grad for t in tensors])
            torch.nn.utils.clip_grad_norm_(tensors, limit * (norm + 1e-6) / norm)
        self.optimizer.step()
        if limit := self.values["max_norm"]:
            with torch.no_grad():
                for w in self.weights[:-1]:
                    w *= (limit / torch.linalg.vector_norm(w, dim=1, keepdim=True)).clamp(max=1)
        return float(cost.detach())


def masks_of(trainer, m):
    """What the last update of m examples multiplied the input and each hidden layer by."""
    buffers = trainer._pass_for(m).buffers
    hidden = [None if d is None else d.mask.T for d in buffers.dropout]
    return [None if buffers.input_dropout is None else buffers.input_dropout.mask, *hidden]


def make_pair(n_x=3, output="softmax", n_out=0, seed=0, **values):
    """A trainer and its twin on a random network; close the trainer."""
    values = complete(VALUES | {"output": output} | values)
    sizes = (n_x, *values["hidden_layers"], n_out or N_OUT[output])
    network = Network(
        sizes,
        output,
        values["activation"],
        dtype=np.float64,
        batch_norm=values["batch_norm"] == "on",
        batch_norm_epsilon=values["batch_norm_epsilon"],
    )
    rng = np.random.default_rng(seed)
    network.initialize("xavier", rng)
    network.theta += 0.3 * rng.standard_normal(network.theta.shape)
    trainer = Trainer(network, Labelled(*mini_batch(network, rng, 8)), values)
    return trainer, Twin(network, values)


def mini_batch(network, rng, m):
    X, n_out = rng.standard_normal((m, network.layer_sizes[0])), network.layer_sizes[-1]
    if network.output == "linear":
        return X, rng.standard_normal((m, n_out))
    return X, rng.integers(0, max(2, n_out), m)


def assert_same_parameters(network, twin, close=1e-10):
    for name, tensor in twin.parameters.items():
        np.testing.assert_allclose(
            network.parameters[name], tensor.detach().numpy(), rtol=0, atol=close, err_msg=name
        )


def check_trajectory(updates=UPDATES, sizes=(32, 32, 9, 32), seed=5, **pair):
    trainer, twin = make_pair(seed=seed, **pair)
    with closing(trainer):
        rng = np.random.default_rng(seed + 1)
        for update in range(updates):
            X, y = mini_batch(trainer.network, rng, sizes[update % len(sizes)])
            cost, _ = trainer.update_on(X, y)
            expected = twin.update(X, y, masks_of(trainer, len(X)))
            assert cost == pytest.approx(expected, rel=1e-10, abs=1e-10)
        assert_same_parameters(trainer.network, twin)
    return trainer, twin


@pytest.mark.parametrize("batch_norm", ["off", "on"], ids=["plain", "batch_norm"])
@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("penalty", [{}, {"l2": 0.7}, {"l1": 0.7}], ids=["none", "l2", "l1"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_fifty_updates_equal_pytorch(optimizer, penalty, activation, output, batch_norm):
    check_trajectory(
        optimizer=optimizer,
        activation=activation,
        output=output,
        batch_norm=batch_norm,
        **penalty,
    )


@pytest.mark.parametrize("batch_norm", ["off", "on"], ids=["plain", "batch_norm"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_fifty_updates_of_a_regression_equal_pytorch(optimizer, batch_norm):
    check_trajectory(optimizer=optimizer, output="linear", batch_norm=batch_norm, l2=0.7)


@pytest.mark.parametrize("batch_norm", ["off", "on"], ids=["plain", "batch_norm"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_fifty_clipped_updates_equal_pytorch(optimizer, batch_norm):
    trainer, _ = check_trajectory(
        optimizer=optimizer, batch_norm=batch_norm, l2=0.7, l1=0.2, clip_norm=0.1
    )
    assert trainer.gradient_norm > 0.1


@pytest.mark.parametrize("batch_norm", ["off", "on"], ids=["plain", "batch_norm"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_fifty_updates_with_dropout_equal_pytorch_with_the_same_masks(optimizer, batch_norm):
    check_trajectory(
        optimizer=optimizer, batch_norm=batch_norm, keep_prob=[0.5, 0.8], input_keep_prob=0.9
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_fifty_updates_under_max_norm_equal_pytorch(optimizer):
    trainer, twin = check_trajectory(optimizer=optimizer, max_norm=0.8)
    for weights in trainer.network.weights[:-1]:
        assert np.all(np.linalg.norm(weights, axis=1) <= 0.8 * (1 + 1e-12))
    assert torch.linalg.vector_norm(twin.weights[-1], dim=1).max() > 0.8


@pytest.mark.parametrize("optimizer", [o for o in OPTIMIZERS if o != "adamw"])
def test_that_l2_is_the_weight_decay_of_pytorch_divided_by_m(optimizer):
    trainer, twin = make_pair(optimizer=optimizer, l2=0.7)
    twin.values = twin.values | {"l2": 0.0}
    with closing(trainer):
        rng = np.random.default_rng(3)
        for m in (32, 9) * 10:
            X, y = mini_batch(trainer.network, rng, m)
            twin.optimizer.param_groups[0]["weight_decay"] = 0.7 / m
            trainer.update_on(X, y)
            twin.update(X, y)
        assert_same_parameters(trainer.network, twin)


def test_that_corrected_momentum_is_pytorchs_with_a_learning_rate_that_falls():
    trainer, twin = make_pair(optimizer="momentum", momentum_correction="on")
    with closing(trainer):
        rng = np.random.default_rng(3)
        for t in range(1, 31):
            X, y = mini_batch(trainer.network, rng, 16)
            for group in twin.optimizer.param_groups:
                group["lr"] = 0.003 * (1 - 0.9) / (1 - 0.9**t)
            trainer.update_on(X, y)
            twin.update(X, y)
        assert_same_parameters(trainer.network, twin)


def test_that_running_statistics_are_pytorchs_but_for_the_unbiased_variance():
    m, beta = 10, 0.8
    trainer, twin = check_trajectory(sizes=(m,), batch_norm="on", batch_norm_momentum=beta)
    running = trainer.network.statistics_layout.views(trainer.network.statistics)
    start = beta**UPDATES
    for layer, (mean, variance) in enumerate(twin.running, start=1):
        np.testing.assert_allclose(running[f"mean{layer}"], mean, rtol=0, atol=1e-10)
        # Both start at 1; what has come since is m/(m − 1) times as much in PyTorch.
        unbiased = start + m / (m - 1) * (running[f"variance{layer}"] - start)
        np.testing.assert_allclose(unbiased, variance, rtol=0, atol=1e-10)
        variance[:] = torch.from_numpy(running[f"variance{layer}"])
    X, _ = mini_batch(trainer.network, np.random.default_rng(9), 40)
    with torch.no_grad():
        expected = twin.logits(X, training=False)
    np.testing.assert_allclose(trainer.network.logits(X), expected, rtol=0, atol=1e-9)


@st.composite
def cases(draw):
    hidden = draw(st.lists(st.integers(1, 9), max_size=3))
    batch_norm = draw(st.sampled_from(["off", "on"])) if hidden else "off"
    output = draw(st.sampled_from(list(N_OUT)))
    # Batch norm makes some gradients 0 but for rounding: of a shift whose unit stays on the linear
    # side before the next batch norm, of weights before two examples, normalized to ±1 whatever
    # they are. Adam would make steps of the rounding, were ε not large beside it.
    smallest, epsilons = (4, [1e-4]) if batch_norm == "on" else (1, [1e-8, 1e-4])
    off_or = {
        "l2": st.floats(0.01, 2),
        "l1": st.floats(0.01, 2),
        "clip_norm": st.floats(0.05, 5),
        "max_norm": st.floats(0.3, 3),
    }
    return {
        "n_x": draw(st.integers(2, 6)),
        "hidden_layers": hidden,
        "output": output,
        "n_out": 1 if output == "sigmoid" else draw(st.integers(2, 5)),
        "activation": draw(st.sampled_from(list(ACTIVATIONS))),
        "optimizer": draw(st.sampled_from(OPTIMIZERS)),
        "batch_norm": batch_norm,
        "batch_norm_epsilon": 1e-3,
        "epsilon": draw(st.sampled_from(epsilons)),
        "beta": draw(st.sampled_from([0.0, 0.5, 0.9])),
        "keep_prob": [draw(st.sampled_from([1.0, 0.8, 0.5])) for _ in hidden],
        "input_keep_prob": draw(st.sampled_from([1.0, 0.9])),
        "sizes": draw(st.lists(st.integers(smallest, 40), min_size=1, max_size=3)),
        "seed": draw(st.integers(0, 2**16)),
        **{key: draw(st.just(0.0) | value) for key, value in off_or.items()},
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_that_networks_of_any_shape_go_the_way_of_pytorch(case):
    check_trajectory(updates=12, **case)
