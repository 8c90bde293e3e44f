"""A fully connected network: shape, activation, output, and its parameters in one vector θ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.normalization import Normalization
from dllab.network.activations import activation
from dllab.network.initialization import initialize, resolve
from dllab.network.layout import Layout
from dllab.network.losses import LOSSES

Array = npt.NDArray[Any]

EVALUATION_ROWS = 1024


class Network:
    """Parameters θ and what turns inputs into predictions.

    Parameters
    ----------
    layer_sizes:
        ``(n_x, n[1], …, n[L])``; n[L] is the number of classes, or 1 with a sigmoid output.
    output:
        ``softmax`` or ``sigmoid``.
    activation_name, leaky_slope, dtype:
        As in the hyperparameter table.
    normalization:
        Applied to raw inputs by `predict_proba`; none if left out.
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        output: str = "softmax",
        activation_name: str = "relu",
        leaky_slope: float = 0.01,
        dtype: npt.DTypeLike = np.float32,
        normalization: Normalization | None = None,
    ) -> None:
        self.layout = Layout(layer_sizes)
        self.layer_sizes = self.layout.layer_sizes
        self.depth = self.layout.depth
        self.output = output
        self.loss = LOSSES[output]
        self.activation = activation(activation_name, leaky_slope)
        self.dtype = np.dtype(dtype)
        self.normalization = normalization
        self.theta: Array = np.zeros(self.layout.size, self.dtype)
        self.parameters: Mapping[str, Array] = self.layout.views(self.theta)
        self.weights = [self.parameters[f"W{layer}"] for layer in range(1, self.depth + 1)]
        self.biases = [self.parameters[f"b{layer}"] for layer in range(1, self.depth + 1)]
        self.bias_columns = [bias[:, np.newaxis] for bias in self.biases]

    def initialize(self, kind: str, rng: np.random.Generator, scale: float = 0.01) -> None:
        """Start θ anew; ``kind`` as in the table, ``auto`` goes by the activation."""
        initialize(self.layout, self.theta, resolve(kind, self.activation.name), rng, scale)

    def update_flops(self, m: int) -> int:
        """Floating-point operations of the matrix products of one update on m examples."""
        products = sum(w.size for w in self.weights)
        return 2 * m * (3 * products - self.weights[0].size)

    def logits(self, X: Array) -> Array:
        """z[L] (m, n[L]) of normalized inputs X (m, n_x), every unit kept."""
        a = np.asarray(X, self.dtype)
        for layer, (weight, bias) in enumerate(
            zip(self.weights, self.biases, strict=True), start=1
        ):
            a = np.dot(a, weight.T)
            a += bias
            if layer < self.depth:
                self.activation.forward(a)
        return a

    def predict_proba(self, X: Array) -> Array:
        """Probabilities (m, C) for raw inputs X (m, n_x); normalized inside, in chunks of rows.

        Raises
        ------
        ValueError
            If X does not have n_x columns.
        """
        X = np.asarray(X)
        n_x = self.layer_sizes[0]
        if X.ndim != 2 or X.shape[1] != n_x:
            raise ValueError(f"X must have shape (m, {n_x}); got {X.shape}.")
        classes = max(2, self.layer_sizes[-1])
        probabilities = np.empty((len(X), classes), self.dtype)
        for start in range(0, len(X), EVALUATION_ROWS):
            rows = slice(start, start + EVALUATION_ROWS)
            chunk = X[rows]
            if self.normalization is not None:
                chunk = self.normalization.apply(chunk, self.dtype)
            z = np.array(self.logits(chunk))
            if self.output == "softmax":
                z -= z.max(axis=1, keepdims=True)
                np.exp(z, out=z)
                probabilities[rows] = z / z.sum(axis=1, keepdims=True)
            else:
                probabilities[rows, 1] = 0.5 * (1 + np.tanh(0.5 * z[:, 0]))
                probabilities[rows, 0] = 1 - probabilities[rows, 1]
        return probabilities

    def predict(self, X: Array) -> Array:
        """Hardmax: the class (m,) of each raw input."""
        return np.asarray(self.predict_proba(X).argmax(axis=1))
