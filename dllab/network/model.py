"""A fully connected network: shape, activation, output, and its parameters in one vector θ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.normalization import Normalization
from dllab.errors import DataError
from dllab.network.activations import activation
from dllab.network.arrays import zeros
from dllab.network.batch_norm import BatchNorm
from dllab.network.initialization import initialize, resolve
from dllab.network.layout import Layout
from dllab.network.losses import LOSSES, softmax

Array = npt.NDArray[Any]

EVALUATION_ROWS = 1024


class Network:
    """Parameters θ, running statistics, and what turns inputs into predictions.

    Parameters
    ----------
    layer_sizes:
        ``(n_x, n[1], …, n[L])``; n[L] is the number of classes, 1 with a sigmoid output, or the
        number of targets with a linear one.
    output:
        ``softmax``, ``sigmoid`` or ``linear``.
    activation_name, leaky_slope, dtype, batch_norm, batch_norm_epsilon:
        As in the hyperparameter table.
    normalization, target_normalization:
        Applied to raw inputs, and taken back from the predictions of a linear output; none if left
        out.
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        output: str = "softmax",
        activation_name: str = "relu",
        leaky_slope: float = 0.01,
        dtype: npt.DTypeLike = np.float32,
        normalization: Normalization | None = None,
        *,
        batch_norm: bool = False,
        batch_norm_epsilon: float = 1e-5,
        target_normalization: Normalization | None = None,
    ) -> None:
        self.layer_sizes = tuple(layer_sizes)
        self.depth = len(self.layer_sizes) - 1
        self.layout = Layout.parameters(self.layer_sizes, batch_norm=batch_norm)
        self.statistics_layout = Layout.statistics(self.layer_sizes, batch_norm=batch_norm)
        self.output = output
        self.loss = LOSSES[output]
        self.activation = activation(activation_name, leaky_slope)
        self.dtype = np.dtype(dtype)
        self.normalization = normalization
        self.target_normalization = target_normalization
        self.theta: Array = zeros((self.layout.size,), self.dtype)
        self.parameters: Mapping[str, Array] = self.layout.views(self.theta)
        self.statistics: Array = np.zeros(self.statistics_layout.size, self.dtype)
        layers = range(1, self.depth + 1)
        self.weights = [self.parameters[f"W{layer}"] for layer in layers]
        biases = [self.parameters.get(f"b{layer}") for layer in layers]
        self.bias_columns = [None if b is None else b[:, np.newaxis] for b in biases]
        running = self.statistics_layout.views(self.statistics)
        self.batch_norms = [
            BatchNorm(
                self.parameters[f"scale{layer}"],
                self.parameters[f"shift{layer}"],
                running[f"mean{layer}"],
                running[f"variance{layer}"],
                batch_norm_epsilon,
            )
            for layer in layers
            if batch_norm and layer < self.depth
        ]
        self._start_statistics()

    def _start_statistics(self) -> None:
        for norm in self.batch_norms:
            norm.mean[:] = 0
            norm.variance[:] = 1

    def initialize(
        self, kind: str, rng: np.random.Generator, scale: float = 0.01, gain: float = 1.0
    ) -> None:
        """Start θ anew; ``kind`` as in the table, ``auto`` goes by the activation."""
        kind = resolve(kind, self.activation.name)
        initialize(self.layout, self.theta, kind, rng, scale, gain)
        self._start_statistics()

    def update_flops(self, m: int) -> int:
        """Floating-point operations of the matrix products of one update on m examples."""
        products = sum(w.size for w in self.weights)
        return 2 * m * (3 * products - self.weights[0].size)

    def logits(self, X: Array) -> Array:
        """z[L] (m, n[L]) of normalized inputs X (m, n_x): every unit kept, running statistics."""
        a = np.asarray(X, self.dtype).T
        for index, weight in enumerate(self.weights):
            a = np.dot(weight, a)
            bias = self.bias_columns[index]
            if bias is not None:
                a += bias
            else:
                self.batch_norms[index].evaluate(a)
            if index < self.depth - 1:
                self.activation.forward(a)
        return a.T

    def _chunks(self, X: Array) -> Iterator[tuple[slice, Array]]:
        """Logits (rows, n[L]) of raw inputs, a chunk of rows at a time."""
        X = np.asarray(X)
        n_x = self.layer_sizes[0]
        if X.ndim != 2 or X.shape[1] != n_x:
            raise DataError(f"X must have shape (m, {n_x}); got {X.shape}.")
        for start in range(0, len(X), EVALUATION_ROWS):
            rows = slice(start, start + EVALUATION_ROWS)
            chunk = X[rows]
            if self.normalization is not None:
                chunk = self.normalization.apply(chunk, self.dtype)
            yield rows, np.array(self.logits(chunk))

    def predict_proba(self, X: Array) -> Array:
        """Probabilities (m, C) for raw inputs X (m, n_x); normalized inside, in chunks of rows.

        Raises
        ------
        DataError
            If X does not have n_x columns, or the network predicts numbers.
        """
        if self.loss.numbers:
            raise DataError("This network predicts numbers, not classes; use predict.")
        probabilities = np.empty((len(X), max(2, self.layer_sizes[-1])), self.dtype)
        for rows, z in self._chunks(X):
            if self.output == "softmax":
                probabilities[rows] = softmax(z)
            else:
                probabilities[rows, 1] = 0.5 * (1 + np.tanh(0.5 * z[:, 0]))
                probabilities[rows, 0] = 1 - probabilities[rows, 1]
        return probabilities

    def predict(self, X: Array) -> Array:
        """Hardmax: the class (m,) of each raw input; for numbers the targets (m, n_y), raw units.

        Raises
        ------
        DataError
            If X does not have n_x columns.
        """
        if not self.loss.numbers:
            return np.asarray(self.predict_proba(X).argmax(axis=1))
        targets = np.empty((len(X), self.layer_sizes[-1]), self.dtype)
        for rows, z in self._chunks(X):
            if self.target_normalization is not None:
                z = z * self.target_normalization.std + self.target_normalization.mean
            targets[rows] = z
        return targets
