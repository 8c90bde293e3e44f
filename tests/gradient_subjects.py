"""Small float64 networks with something in every block, for tests of the gradient check."""

from __future__ import annotations

from typing import Any

import numpy as np

from dllab.diagnosis.gradient_check import GradientCheck, check_subject
from dllab.diagnosis.gradient_report import GradientReport
from dllab.diagnosis.gradient_subject import Subject, subject_of
from dllab.diagnosis.planted_bug import PlantedBug
from dllab.diagnosis.progress import Progress
from dllab.hyperparameters import complete
from dllab.network.model import Network


def make_network(
    sizes: tuple[int, ...], output: str = "softmax", seed: int = 3, **values: Any
) -> tuple[Network, dict[str, Any]]:
    """A network and the values it was made from; biases, scale and shift are random as well."""
    complete_values = complete({"hidden_layers": list(sizes[1:-1]), **values})
    network = Network(
        sizes,
        output,
        complete_values["activation"],
        complete_values["leaky_slope"],
        np.float64,
        batch_norm=complete_values["batch_norm"] == "on",
        batch_norm_epsilon=complete_values["batch_norm_epsilon"],
    )
    rng = np.random.default_rng(seed)
    network.initialize("glorot", rng)
    for block in network.layout.blocks:
        if not block.penalized:
            network.parameters[block.name][:] += 0.3 * rng.standard_normal(block.shape)
    return network, complete_values


def make_mini_batch(network: Network, m: int, seed: int = 5) -> tuple[Any, Any]:
    """Random inputs and labels that fit."""
    rng = np.random.default_rng(seed)
    n_x, n_out = network.layer_sizes[0], network.layer_sizes[-1]
    X = rng.standard_normal((m, n_x))
    if network.loss.numbers:
        return X, rng.standard_normal((m, n_out))
    return X, rng.integers(0, max(2, n_out), m)


def make_subject(
    sizes: tuple[int, ...], output: str = "softmax", m: int = 12, seed: int = 3,
    bug: PlantedBug | None = None, **values: Any,
) -> Subject:  # fmt: skip
    """A mini-batch through such a network, with a held dropout mask where keep_prob is below 1."""
    network, complete_values = make_network(sizes, output, seed, **values)
    drops = min((*complete_values["keep_prob"], complete_values["input_keep_prob"])) < 1
    dropout = np.random.default_rng(seed) if drops else None
    X, y = make_mini_batch(network, m)
    return subject_of(network, X, y, complete_values, dropout, bug)


def checked(subject: Subject, seed: int = 7, **settings: Any) -> GradientReport:
    """The report on a subject."""
    rng = np.random.default_rng(seed)
    return check_subject(subject, Progress(), GradientCheck(**settings), rng)
