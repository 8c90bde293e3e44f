"""Noisy series to be averaged, made by formula and seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dllab.surfaces.bowls import LONG_BOWL
from dllab.surfaces.surface import Array
from dllab.training.streams import stream

DAYS = 365


@dataclass(frozen=True)
class NoisySeries:
    """A series of values over t = 1, 2, …

    ``make(seed)`` returns the values, (n,); ``label`` says what they are, ``of`` what t counts.
    """

    key: str
    name: str
    label: str
    of: str
    about: str
    make: Callable[[int], Array]


def temperatures(seed: int) -> Array:
    """Mean temperature of each day of a year, (365,), in °C.

    11 − 9 cos(2π (day − 20)/365), plus weather that keeps 0.6 of itself from one day to the next.
    """
    days = np.arange(1, DAYS + 1)
    season = 11 - 9 * np.cos(2 * np.pi * (days - 20) / DAYS)
    shocks = 3 * stream(seed, "weather").standard_normal(DAYS)
    weather = np.empty(DAYS)
    last = 0.0
    for day, shock in enumerate(shocks.tolist()):
        last = 0.6 * last + shock
        weather[day] = last
    values: Array = season + weather
    return values


def noisy_gradient(seed: int) -> Array:
    """∂J/∂w₁ of mini-batches along gradient descent on the long bowl, α = 0.1, (365,)."""
    noise = 0.25 * stream(seed, "gradient noise").standard_normal(DAYS)
    w = np.array(LONG_BOWL.start)
    values = np.empty(DAYS)
    for step in range(DAYS):
        gradient = LONG_BOWL.gradient(w) + np.array([noise[step], 0.0])
        values[step] = gradient[0]
        w = w - 0.1 * gradient
    return values


def jump(seed: int) -> Array:
    """1 for 100 steps, then 0, with a little noise, (365,)."""
    level = (np.arange(DAYS) < 100).astype(np.float64)
    values: Array = level + 0.05 * stream(seed, "jump").standard_normal(DAYS)
    return values


SERIES: Mapping[str, NoisySeries] = {
    series.key: series
    for series in (
        NoisySeries(
            "temperatures",
            "a year of temperatures",
            "θ in °C",
            "day",
            "Made by a formula: seasons, plus weather that lasts a few days.",
            temperatures,
        ),
        NoisySeries(
            "noisy_gradient",
            "a noisy gradient",
            "θ = ∂J/∂w₁",
            "step",
            "The gradient of mini-batches along the floor of the long bowl. In the end the noise "
            "is several times the signal.",
            noisy_gradient,
        ),
        NoisySeries(
            "jump",
            "a jump",
            "θ",
            "step",
            "From 1 to 0 at t = 101: how late does each average follow?",
            jump,
        ),
    )
}
