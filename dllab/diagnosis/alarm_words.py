"""Alarms in words: what is wrong with which layers, and what helps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from dllab.diagnosis.layer_health import LayerHealth

Kind = Literal[
    "vanishing", "exploding", "growing", "dead", "saturated", "large updates", "small updates"
]

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_HEADLINES: Mapping[Kind, str] = {
    "vanishing": "Gradients vanish towards",
    "exploding": "Gradients explode towards",
    "growing": "Activations grow out of hand in",
    "dead": "Units are dead in",
    "saturated": "Units are saturated in",
    "large updates": "Updates are very large in",
    "small updates": "Updates are very small in",
}


def sentence(kind: Kind, layers: tuple[int, ...], worst: LayerHealth, last: LayerHealth) -> str:
    """What is wrong, in ``layers`` (1-based), with the number of the worst of them."""
    where = "" if len(layers) == 1 else f"worst in layer {worst.layer}, where "
    return f"{_HEADLINES[kind]} {layers_named(layers)}: {where}{_fact(kind, worst, last)}."


def _fact(kind: Kind, layer: LayerHealth, last: LayerHealth) -> str:
    match kind:
        case "vanishing":
            if not layer.signal_rms:
                return "∂J/∂Z is 0"
            return f"∂J/∂Z is {number(layer.signal_rms / last.signal_rms)} of the last layer's"
        case "exploding":
            times = number(layer.signal_rms / last.signal_rms)
            return f"∂J/∂Z is {times} times the last layer's"
        case "growing":
            return f"their RMS is {number(layer.activation_rms or 0.0)}"
        case "dead":
            return (
                f"{percent(layer.dead or 0.0)} of {layer.units:,} gave 0 for all {layer.m:,} "
                f"examples of the mini-batch"
            )
        case "saturated":
            return (
                f"{percent(layer.saturated or 0.0)} of the activations are at an end of the range"
            )
        case "large updates" | "small updates":
            if math.isinf(layer.update_ratio):
                return "weights that were all 0 have moved"
            share = percent(layer.update_ratio)
            return f"one moves the weights by {share} of their size, about {percent(1e-3)} is usual"


def what_to_do(kind: Kind, values: Mapping[str, Any]) -> str:
    """What helps, without what is in force already.

    Parameters
    ----------
    values:
        Hyperparameters in force, complete.
    """
    activation, optimizer = values["activation"], values["optimizer"]
    start = "Xavier" if activation in ("tanh", "sigmoid") else "He"
    relu = [] if activation in ("relu", "leaky_relu") else ["ReLU with He initialization"]
    batch_norm = ["batch norm"] if values["batch_norm"] == "off" else []
    clip = [] if values["clip_norm"] else ["clip the gradient"]
    penalty = "raise the weight decay" if optimizer == "adamw" else "raise the L2 penalty λ"
    if values["initialization"] == "zeros":
        return _advice([], [f"{start} initialization instead of zeros"])
    match kind:
        case "vanishing":
            return _advice([], [*(relu or ["He initialization"]), *batch_norm, "fewer layers"])
        case "exploding":
            return _advice(["lower α", *clip], [f"{start} initialization, gain 1", *batch_norm])
        case "growing":
            return _advice(["lower α", penalty], [f"{start} initialization, gain 1", *batch_norm])
        case "dead":
            return _advice(["lower α"], ["leaky ReLU", "He initialization", *batch_norm])
        case "saturated":
            return _advice(["lower α", penalty], [f"{start} initialization", *batch_norm, *relu])
        case "large updates":
            return _advice(["lower α", *clip], [])
        case "small updates":
            slower = ["let α decay less"] if values["schedule"] != "constant" else []
            return _advice(["raise α", *slower], [])


def _advice(nudges: list[str], fresh: list[str]) -> str:
    parts = []
    if nudges:
        said = _either(nudges)
        parts.append(f"{said[0].upper()}{said[1:]}.")
    if fresh:
        parts.append(f"In a new session: {_either(fresh)}.")
    return " ".join(parts)


def _either(ways: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(ways[:-1]), ways[-1])))


def layers_named(layers: tuple[int, ...]) -> str:
    """``layer 2``, ``layers 1 and 4``, ``layers 1 to 5``."""
    if len(layers) == 1:
        return f"layer {layers[0]}"
    if layers == tuple(range(layers[0], layers[-1] + 1)) and len(layers) > 2:
        return f"layers {layers[0]} to {layers[-1]}"
    return f"layers {', '.join(map(str, layers[:-1]))} and {layers[-1]}"


def number(value: float) -> str:
    """Two significant digits, ``3.1·10⁻⁶`` where a person would write it so."""
    if value == 0 or not math.isfinite(value) or 1e-3 <= abs(value) < 1e4:
        return f"{float(f'{value:.2g}'):,g}".replace("inf", "∞")
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def percent(share: float) -> str:
    """A share in percent with two significant digits; the space does not break a line."""
    return f"{number(100 * share)}\N{NO-BREAK SPACE}%"
