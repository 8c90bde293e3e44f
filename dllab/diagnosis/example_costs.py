"""The cost of every single example, for comparing two models example by example."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.model import EVALUATION_ROWS, Network
from dllab.training.prepare import Labelled

Costs = npt.NDArray[np.float64]


def example_costs(network: Network, examples: Labelled) -> Costs:
    """Cost without penalties (m,) of each normalized example, every unit kept.

    From the logits in float64: −log ŷ_y for classes, ½‖ŷ − y‖² for numbers, so that the mean is the
    evaluated cost up to rounding.
    """
    costs = np.empty(examples.m)
    for start in range(0, examples.m, EVALUATION_ROWS):
        rows = slice(start, start + EVALUATION_ROWS)
        z = network.logits(examples.X[rows]).astype(np.float64)
        costs[rows] = _COSTS[network.output](z, examples.y[rows])
    return costs


def _softmax(z: Costs, labels: npt.NDArray[np.intp]) -> Costs:
    highest = z.max(axis=1)
    total = np.log(np.exp(z - highest[:, np.newaxis]).sum(axis=1))
    costs: Costs = total + highest - z[np.arange(len(z)), labels]
    return costs


def _sigmoid(z: Costs, labels: npt.NDArray[np.intp]) -> Costs:
    logits = z[:, 0]
    costs: Costs = np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))
    return costs


def _linear(z: Costs, targets: npt.NDArray[Any]) -> Costs:
    costs: Costs = 0.5 * ((z - targets) ** 2).sum(axis=1)
    return costs


_COSTS = {"softmax": _softmax, "sigmoid": _sigmoid, "linear": _linear}
