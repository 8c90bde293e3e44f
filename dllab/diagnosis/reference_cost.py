"""The cost J of one mini-batch, written down a second time.

None of the passes that train the network is used here, nor any derivative: only the formulas of the
forward pass, in the order a text-book has them. A fault in the engine's forward or backward pass
therefore cannot hide in here as well.

J is computed in the widest floating-point type of the machine (80 bits on x86). A difference of two
costs that are 2·10⁻⁷ apart in one parameter loses seven digits, and float64 has too few to lose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.layout import Block, Layout

Array = npt.NDArray[Any]
Wide = np.longdouble

_BENT = ("relu", "leaky_relu")


@dataclass(frozen=True)
class Formula:
    """What J is made of; names and units as in the hyperparameter table.

    ``batch_norm_epsilon`` is None without batch norm.
    """

    layout: Layout
    depth: int
    output: str
    activation: str
    leaky_slope: float = 0.01
    batch_norm_epsilon: float | None = None
    l2: float = 0.0
    l1: float = 0.0


@dataclass(frozen=True, eq=False)
class Cost:
    """J, and on which side of every bend (of ReLU, of |w|) the numbers behind it lie."""

    value: np.longdouble
    sides: tuple[Array, ...]

    def same_sides(self, other: Cost) -> bool:
        """Whether no bend lies between the two."""
        return all(np.array_equal(a, b) for a, b in zip(self.sides, other.sides, strict=True))


class ReferenceCost:
    """J of θ on one mini-batch, and J after a change of some units of one block.

    Parameters
    ----------
    theta:
        (layout.size,).
    X, y:
        The mini-batch: normalized inputs (m, n_x) and classes (m,), or targets (m, n_y) of a
        linear output.
    masks:
        Dropout's masks, (m, n_x) of the inputs and (m, n[l]) of each hidden layer, or None where
        every unit is kept.
    """

    def __init__(
        self, formula: Formula, theta: Array, X: Array, y: Array,
        masks: Sequence[Array | None] = (),
    ) -> None:  # fmt: skip
        self.formula, self._y, self.m = formula, y, len(y)
        self._parameters = formula.layout.views(theta.astype(Wide))
        self._masks = masks or (None,) * formula.depth
        self._penalized = [block for block in formula.layout.blocks if block.penalized]
        self._penalties = {b.name: self._penalty(self._parameters[b.name]) for b in self._penalized}
        # Per layer: its inputs (m, n_in) and W·inputs (m, n), kept because a change in a layer
        # leaves everything below as it is.
        self._inputs, self._products = [_dropped(X.astype(Wide), self._masks[0])], []
        for layer in range(1, formula.depth + 1):
            product = np.inner(self._inputs[-1], self._parameters[f"W{layer}"])
            self._products.append(product)
            z = self._finished(layer, product, self._of(layer))
            self._inputs.append(z if layer == formula.depth else self._activated(layer, z))
        self.value = self._total(self._inputs[-1], self._penalties)

    def after(self, block: Block, units: Array, change: Array) -> Cost:
        """J once ``change`` has been added to some units of a block.

        Parameters
        ----------
        units:
            Indices (k,) along the first axis of the block, each at most once.
        change:
            (k, …), of the shape that the block has there.
        """
        layer, depth = block.layer, self.formula.depth
        changed = {name: array[units] for name, array in self._of(layer).items()}
        changed[block.name] = changed[block.name] + change.astype(Wide)
        product = self._products[layer - 1][:, units]
        if block.name == f"W{layer}":
            product = np.inner(self._inputs[layer - 1], changed[block.name])
        z = self._finished(layer, product, changed)
        sides: list[Array] = []
        if layer == depth:
            logits = self._inputs[depth].copy()
            logits[:, units] = z
        else:
            sides.append(z > 0)
            a = self._activated(layer, z, units)
            logits = self._onward(layer, units, a, sides)
        penalties = self._penalties
        if block.name in penalties:
            before, now = self._parameters[block.name][units], changed[block.name]
            more = self._penalty(now) - self._penalty(before)
            penalties = penalties | {block.name: penalties[block.name] + more}
        if self.formula.activation not in _BENT:
            sides = []
        if block.penalized and self.formula.l1:
            sides.append(changed[block.name] > 0)
        return Cost(self._total(logits, penalties), tuple(sides))

    def _onward(self, layer: int, units: Array, a: Array, sides: list[Array]) -> Array:
        """Logits, where some units of a hidden layer now give ``a`` (m, k) instead."""
        for above in range(layer + 1, self.formula.depth + 1):
            parameters = self._of(above)
            weights = parameters[f"W{above}"]
            if above == layer + 1 and 2 * len(units) < weights.shape[1]:
                difference = a - self._inputs[layer][:, units]
                product = self._products[layer] + np.inner(difference, weights[:, units])
            else:
                if above == layer + 1:
                    whole = self._inputs[layer].copy()
                    whole[:, units] = a
                    a = whole
                product = np.inner(a, weights)
            a = self._finished(above, product, parameters)
            if above < self.formula.depth:
                sides.append(a > 0)
                a = self._activated(above, a)
        return a

    def _of(self, layer: int) -> dict[str, Array]:
        names = (f"{kind}{layer}" for kind in ("W", "b", "scale", "shift"))
        return {name: self._parameters[name] for name in names if name in self._parameters}

    def _finished(self, layer: int, product: Array, parameters: Mapping[str, Array]) -> Array:
        """z = W·a + b; with batch norm z̃ = scale·(z − μ)/√(σ² + ε) + shift."""
        if f"b{layer}" in parameters:
            return np.asarray(product + parameters[f"b{layer}"])
        mean = product.mean(axis=0)
        variance = ((product - mean) ** 2).mean(axis=0)
        epsilon = Wide(self.formula.batch_norm_epsilon or 0.0)
        normalized = (product - mean) / np.sqrt(variance + epsilon)
        return np.asarray(parameters[f"scale{layer}"] * normalized + parameters[f"shift{layer}"])

    def _activated(self, layer: int, z: Array, units: Array | slice = slice(None)) -> Array:
        match self.formula.activation:
            case "relu":
                a = np.maximum(z, 0)
            case "leaky_relu":
                a = np.where(z > 0, z, Wide(self.formula.leaky_slope) * z)
            case "tanh":
                a = np.tanh(z)
            case "sigmoid":
                a = 1 / (1 + np.exp(-z))
            case _:
                a = z
        mask = self._masks[layer]
        return _dropped(a, None if mask is None else mask[:, units])

    def _penalty(self, weights: Array) -> np.longdouble:
        """λ/(2m) ΣW² + λ₁/(2m) Σ|W|."""
        total = Wide(0)
        if self.formula.l2:
            total += Wide(self.formula.l2) * np.sum(weights * weights)
        if self.formula.l1:
            total += Wide(self.formula.l1) * np.sum(np.abs(weights))
        return Wide(total / (2 * self.m))

    def _total(self, z: Array, penalties: Mapping[str, np.longdouble]) -> np.longdouble:
        match self.formula.output:
            case "softmax":
                largest = z.max(axis=1, keepdims=True)
                log_sum = np.log(np.exp(z - largest).sum(axis=1)) + largest[:, 0]
                each = log_sum - z[np.arange(self.m), self._y]
            case "sigmoid":
                each = np.maximum(z[:, 0], 0) - z[:, 0] * self._y + np.log1p(np.exp(-abs(z[:, 0])))
            case _:
                each = ((z - self._y) ** 2).sum(axis=1) / 2
        return Wide(each.mean() + sum(penalties.values(), Wide(0)))


def _dropped(a: Array, mask: Array | None) -> Array:
    return a if mask is None else np.asarray(a * mask)
