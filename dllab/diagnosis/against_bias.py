"""What to do about high bias: larger network, more layers, longer training, another optimizer or
activation, less regularization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dllab.diagnosis.suggestions import (
    Suggestion,
    first_penalty,
    layers_text,
    move,
    name_of,
    rounded,
)
from dllab.hyperparameters import TABLE

_KEEP_STEP = 0.8
_LARGEST_LAYER = 4096
_MOST_LAYERS = 8
_STEADY_RATE = 1e-3


def against_bias(
    values: Mapping[str, Any], train_examples: int, *, keep_regularization: bool = False
) -> Iterator[Suggestion]:
    """Ways to fit the training set better, nudges first.

    ``keep_regularization`` is for a run whose variance is high too.
    """
    if not keep_regularization:
        yield from _less_regularization(values)
    epochs = min(2 * values["epochs"], int(TABLE["epochs"].high))
    if epochs > values["epochs"]:
        yield Suggestion(
            f"Train longer: {move('epochs', values, epochs)} epochs",
            "The training cost may still be falling.",
            {"epochs": epochs},
        )
    if values["optimizer"] not in ("adam", "adamw"):
        changes: dict[str, Any] = {"optimizer": "adam"}
        text = f"Another optimizer: {values['optimizer'].replace('_', ' ')} → adam"
        if values["learning_rate"] > 10 * _STEADY_RATE:
            changes["learning_rate"] = _STEADY_RATE
            text += f", α {move('learning_rate', values, _STEADY_RATE)}"
        yield Suggestion(
            text, "Adam gives each parameter a step size of its own and gets there faster.", changes
        )
    if values["schedule"] == "constant":
        yield Suggestion(
            "Let α decay: schedule constant → exponential, base 0.95",
            "Smaller steps late in training settle closer to a minimum.",
            {"schedule": "exponential", "decay_base": 0.95},
        )
    yield from _more_capacity(values, with_regularization=keep_regularization, m=train_examples)


def _less_regularization(values: Mapping[str, Any]) -> Iterator[Suggestion]:
    why = "A penalty keeps the weights from fitting the training set."
    for key in ("l2", "l1", "weight_decay"):
        value = values[key]
        if not value or (key == "weight_decay" and values["optimizer"] != "adamw"):
            continue
        less = rounded(value / 3)
        less = less if less >= TABLE[key].low else 0.0
        yield Suggestion(f"Less {name_of(key)}: {move(key, values, less)}", why, {key: less})
    kept = values["keep_prob"]
    more = tuple(min(1.0, round(keep / _KEEP_STEP, 2)) for keep in kept)
    if more != tuple(kept):
        yield Suggestion(
            f"Less dropout: keep_prob {move('keep_prob', values, more)}",
            "Fewer dropped units leave more of the network to fit with.",
            {"keep_prob": more},
        )


def _more_capacity(
    values: Mapping[str, Any], *, with_regularization: bool, m: int
) -> Iterator[Suggestion]:
    layers = tuple(values["hidden_layers"])
    extra: dict[str, Any] = {}
    why = "More units can fit what the present ones cannot."
    if with_regularization:
        extra = first_penalty(values, m)
        why = "A larger network lowers bias; with regularization it need not raise variance."
    if values["initialization"] == "zeros":
        yield Suggestion(
            "Initialization zeros → auto",
            "From zeros all units of a layer stay alike: the layer counts for one unit.",
            {"initialization": "auto"},
            new_session=True,
            label="random start",
        )
    larger = tuple(max(units, min(2 * units, _LARGEST_LAYER)) for units in layers) or (64,)
    if larger != layers:
        beside = " and λ " + TABLE["l2"].show(extra["l2"]) if extra else ""
        yield Suggestion(
            f"Larger network: hidden {layers_text(layers)} → {layers_text(larger)}{beside}",
            why,
            {"hidden_layers": larger, **extra},
            new_session=True,
            label="larger",
        )
    if 0 < len(layers) < _MOST_LAYERS:
        deeper = (*layers, layers[-1])
        yield Suggestion(
            f"More layers: hidden {layers_text(layers)} → {layers_text(deeper)}",
            "Another layer builds features out of features.",
            {"hidden_layers": deeper},
            new_session=True,
            label="deeper",
        )
    if layers and values["activation"] not in ("relu", "leaky_relu"):
        yield Suggestion(
            f"Another activation: {values['activation']} → relu",
            "ReLU does not saturate, so gradients reach the first layers."
            if values["activation"] != "linear"
            else "Linear layers are together one linear layer, however many there are.",
            {"activation": "relu", "initialization": "auto"},
            new_session=True,
            label="relu",
        )
