"""How each layer fares: activations, gradients, updates, and units that no longer take part.

Read off the buffers of a mini-batch that has just been used, so that it costs no pass of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.model import Network
from dllab.network.passes import Buffers

Array = npt.NDArray[Any]

NEAR_ZERO = 1e-3
"""A weight of at most this size counts as near zero."""

SATURATED_TANH = 0.99
SATURATED_SIGMOID = 0.01

CURVES = ("activation_rms", "gradient_rms", "update_ratio", "dead", "saturated", "near_zero")
"""The fields of `LayerHealth` that are worth a curve."""

# Entries of W looked at in one go: its piece of θ before and after fit in a core's cache.
_PIECE = 65_536
# Between these a sum of squares in single precision has lost nothing that matters.
_SMALLEST_SAFE, _LARGEST_SAFE = 1e-25, 1e35


@dataclass(frozen=True)
class LayerHealth:
    """One layer after one update on a mini-batch of ``m`` examples; RMS is √(mean of squares).

    Attributes
    ----------
    layer, units:
        Its number, 1-based, and n[l].
    activation:
        Name of the activation, ``output`` for the last layer.
    activation_rms:
        RMS of A[l], every unit kept; None for the last layer, whose logits the loss overwrites.
    signal_rms:
        RMS of ∂J/∂Z[l] without any penalty: what comes back from the layers behind.
    gradient_rms:
        RMS of ∂J/∂W[l] as the optimizer got it.
    update_ratio:
        ‖ΔW[l]‖ / ‖W[l]‖ of this update; infinite if the weights were all zero.
    near_zero:
        Share of weights with |w| ≤ 0.001.
    dead:
        Share of ReLU units with a = 0 for every example of the mini-batch, None for others.
    saturated:
        Share of activations with |a| > 0.99 (tanh) or outside [0.01, 0.99] (sigmoid), None for
        others.
    """

    layer: int
    units: int
    m: int
    activation: str
    activation_rms: float | None
    signal_rms: float
    gradient_rms: float
    update_ratio: float
    near_zero: float
    dead: float | None = None
    saturated: float | None = None


def layer_health(
    network: Network, buffers: Buffers, gradient: Array, theta_before: Array
) -> tuple[LayerHealth, ...]:
    """The health of every layer, first to last; reads only.

    Parameters
    ----------
    network:
        With θ as it stands after the update.
    buffers:
        As the forward and backward pass of that update have left them.
    gradient, theta_before:
        Vectors of θ's layout: ∂J/∂θ of the update, and θ before it.
    """
    activation = network.activation.name
    found = []
    blocks = [block for block in network.layout.blocks if block.name.startswith("W")]
    for index, (block, weights) in enumerate(zip(blocks, network.weights, strict=True)):
        place = slice(block.start, block.start + weights.size)
        a, hidden = buffers.a[index], index < network.depth - 1
        moved, size, near = _movement(theta_before[place], weights.reshape(-1))
        found.append(
            LayerHealth(
                layer=index + 1,
                units=len(a),
                m=buffers.m,
                activation=activation if hidden else "output",
                activation_rms=_rms(a) if hidden else None,
                signal_rms=_rms(buffers.delta[index] if hidden else a),
                gradient_rms=_rms(gradient[place]),
                update_ratio=moved / size if size else (math.inf if moved else 0.0),
                near_zero=near,
                dead=_dead(a) if hidden and activation == "relu" else None,
                saturated=_saturated(a, activation) if hidden else None,
            )
        )
    return tuple(found)


def curves_of(health: Sequence[LayerHealth]) -> Mapping[str, float]:
    """One number per curve, named ``gradient_rms[1]`` …; only what is there and finite."""
    return {
        f"{name}[{one.layer}]": value
        for one in health
        for name in CURVES
        if (value := getattr(one, name)) is not None and math.isfinite(value)
    }


def _movement(before: Array, after: Array) -> tuple[float, float, float]:
    """‖after − before‖, ‖before‖, and the share of ``after`` near zero."""
    moved = size = 0.0
    near = 0
    work = np.empty(min(_PIECE, len(after)), after.dtype)
    for start in range(0, len(after), _PIECE):
        old, new = before[start : start + _PIECE], after[start : start + _PIECE]
        scratch = work[: len(new)]
        np.subtract(new, old, out=scratch)
        moved = math.hypot(moved, _norm(scratch))
        size = math.hypot(size, _norm(old))
        np.abs(new, out=scratch)
        near += int(np.count_nonzero(scratch <= NEAR_ZERO))
    return moved, size, near / len(after)


def _norm(flat: Array) -> float:
    with np.errstate(over="ignore"):
        square = float(np.dot(flat, flat))
    if _SMALLEST_SAFE < square < _LARGEST_SAFE:
        return math.sqrt(square)
    # A gradient of 1e-23 is news, but its square is 0 in single precision.
    largest = float(np.max(np.abs(flat), initial=0))
    if not 0 < largest < math.inf:
        return largest
    scaled = flat.astype(np.float64) / largest
    return largest * math.sqrt(float(np.dot(scaled, scaled)))


def _rms(array: Array) -> float:
    return _norm(array.reshape(-1)) / math.sqrt(array.size)


def _dead(a: Array) -> float:
    return float(np.count_nonzero(a.max(axis=1) <= 0)) / len(a)


def _saturated(a: Array, activation: str) -> float | None:
    match activation:
        case "tanh":
            return int(np.count_nonzero(np.abs(a) > SATURATED_TANH)) / a.size
        case "sigmoid":
            # |a − ½| > 0.49, one pass instead of two.
            beyond = np.abs(a - a.dtype.type(0.5)) > 0.5 - SATURATED_SIGMOID
            return int(np.count_nonzero(beyond)) / a.size
    return None
