"""What the promises are tried on: small recipes of every kind, drawn by a seed."""

from __future__ import annotations

import random
from typing import Any

from dllab import Recipe

OPTIMIZERS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "adamw")
ENDLESS = 10**6


def recipe(rng: random.Random, **values: Any) -> Recipe:
    """Circles 2-8-8-1 with some optimizer, dropout, batch norm and mini-batches."""
    drawn: dict[str, Any] = {
        "hidden_layers": [8, 8],
        "output": "sigmoid",
        "mini_batch_size": rng.choice((16, 32, 50)),
        "optimizer": rng.choice(OPTIMIZERS),
        "learning_rate": rng.choice((0.003, 0.01)),
        "keep_prob": rng.choice((1.0, 0.9, 0.7)),
        "batch_norm": rng.choice(("off", "on")),
        "l2": rng.choice((0.0, 0.1)),
        "clip_norm": rng.choice((0.0, 1.0)),
        "augment_noise": rng.choice((0.0, 0.0, 0.05)),
        "precision": rng.choice(("float32", "float64")),
        "seed": rng.randrange(10_000),
        "epochs": ENDLESS,
        "evaluate_every": 200,
    }
    return Recipe("soak", "circles", drawn | values, examples=200, noise=0.1)


def turn(rng: random.Random, now: dict[str, Any]) -> dict[str, Any]:
    """A nudge that changes something and explodes nothing."""
    knob = rng.choice(("learning_rate", "beta", "keep_prob", "mini_batch_size", "l2", "optimizer"))
    choices: dict[str, tuple[Any, ...]] = {
        "learning_rate": (0.001, 0.002, 0.005, 0.01, 0.02),
        "beta": (0.8, 0.9, 0.95),
        "keep_prob": ((1.0, 1.0), (0.9, 0.9), (0.8, 0.8), (0.7, 0.9)),
        "mini_batch_size": (8, 16, 32, 64),
        "l2": (0.0, 0.01, 0.1),
        "optimizer": OPTIMIZERS,
    }
    return {knob: rng.choice([choice for choice in choices[knob] if choice != now.get(knob)])}
