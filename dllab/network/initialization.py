"""How weights start. Biases and shift start at 0, scale at 1."""

from __future__ import annotations

import math

import numpy as np

from dllab.network.layout import Layout, Vector


def standard_deviation(kind: str, n_in: int, n_out: int, scale: float, gain: float = 1.0) -> float:
    """Standard deviation of the normal distribution that a weight matrix (n_out, n_in) starts from.

    He √(2/n_in) (He et al. 2015), Xavier √(1/n_in), Glorot √(2/(n_in+n_out)) (Glorot & Bengio
    2010), each variance times ``gain``; ``random`` the given scale, ``zeros`` 0.
    """
    return {
        "he": math.sqrt(gain * 2 / n_in),
        "xavier": math.sqrt(gain / n_in),
        "glorot": math.sqrt(gain * 2 / (n_in + n_out)),
        "random": scale,
        "zeros": 0.0,
    }[kind]


def resolve(kind: str, activation: str) -> str:
    """``auto`` becomes He for the ReLU family and Xavier for the rest."""
    if kind != "auto":
        return kind
    return "he" if activation in ("relu", "leaky_relu") else "xavier"


def initialize(
    layout: Layout,
    theta: Vector,
    kind: str,
    rng: np.random.Generator,
    scale: float = 0.01,
    gain: float = 1.0,
) -> None:
    """Fill θ (layout.size,) in place.

    Draws are made in float64 whatever the type of θ, so that both precisions start alike.
    """
    theta[:] = 0
    views = layout.views(theta)
    for block in layout.blocks:
        if block.penalized:
            n_out, n_in = block.shape
            deviation = standard_deviation(kind, n_in, n_out, scale, gain)
            if deviation:
                views[block.name][:] = rng.standard_normal(block.shape) * deviation
        elif block.name.startswith("scale"):
            views[block.name][:] = 1
