"""The paths that the optimizers leave on a cost surface, made by the rules that train networks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.errors import HyperparameterError
from dllab.hyperparameters import TABLE, complete
from dllab.optimizers import RULES, decay_factor, shrink
from dllab.optimizers.rules import SLOT_DECAY
from dllab.surfaces.surface import Array, Surface
from dllab.training.streams import stream

STEPS_MAX = 10_000


@dataclass(frozen=True)
class Path:
    """Where one optimizer went.

    Parameters
    ----------
    points:
        (t + 1, n), the start first; all of them finite and inside the surface's box.
    costs:
        J at each point, without noise, (t + 1,).
    diverged_at:
        The step that would have left the box; the path ends just before it. None if none did.
    arrived_at:
        The first step from which the cost stays at or below the surface's goal, None if it does
        not.
    """

    optimizer: str
    learning_rate: float
    points: Array
    costs: Array
    diverged_at: int | None
    arrived_at: int | None


def paths(
    surface: Surface,
    optimizers: Iterable[str],
    values: Mapping[str, Any],
    steps: int,
    *,
    fitted: bool = False,
    start: npt.ArrayLike | None = None,
    noise: float = 0.0,
    seed: int = 1,
) -> dict[str, Path]:
    """Let each optimizer make its updates on a surface.

    Parameters
    ----------
    optimizers:
        Names of `dllab.optimizers.RULES`.
    values:
        Hyperparameters by key; what is left out stands at its default. The weights of a surface
        count as weights of a network, so AdamW's decay pulls them towards 0.
    steps:
        Updates to make, 1 to 10,000.
    fitted:
        Give each optimizer its own learning rate, in proportion to α (see
        `Surface.learning_rate_for`), and not the same one to all.
    start:
        (n,); the surface's own start if None.
    noise:
        Standard deviation of what is added to each component of each gradient, as a mini-batch's
        gradient differs from that of the whole training set. All optimizers get the same noise.
    seed:
        Of the noise.

    Returns
    -------
    dict
        A `Path` by optimizer, in the order asked for.

    Raises
    ------
    HyperparameterError
        If an optimizer, a value, the number of steps, the start or the noise is not possible.
    """
    names = [TABLE["optimizer"].check(name) for name in optimizers]
    complete_values = complete(values)
    if not 1 <= steps <= STEPS_MAX:
        raise HyperparameterError(f"A path has 1 to {STEPS_MAX:,} steps, not {steps!r}.")
    if not 0 <= noise < np.inf:
        raise HyperparameterError(f"The gradient's noise must be a number from 0 on, not {noise}.")
    where = _start_on(surface, start)
    size = steps, surface.dimensions
    shifts = noise * stream(seed, "gradient noise").standard_normal(size) if noise else None
    alpha = float(complete_values["learning_rate"])
    alphas = [surface.learning_rate_for(name, alpha) if fitted else alpha for name in names]
    points = _walk(surface, names, alphas, complete_values, where, steps, shifts)
    return {
        name: _path(surface, name, rate, points[:, index])
        for index, (name, rate) in enumerate(zip(names, alphas, strict=True))
    }


def _start_on(surface: Surface, start: npt.ArrayLike | None) -> Array:
    where = np.array(surface.start if start is None else start, np.float64)
    low, high = surface.box
    if where.shape != low.shape or not ((where >= low) & (where <= high)).all():
        raise HyperparameterError(
            f"A path on “{surface.name}” starts at {surface.dimensions} number(s) from "
            f"{low.tolist()} to {high.tolist()}, not at {where.tolist()}."
        )
    return where


def _walk(
    surface: Surface,
    names: Sequence[str],
    alphas: Sequence[float],
    values: Mapping[str, Any],
    start: Array,
    steps: int,
    shifts: Array | None,
) -> Array:
    """All steps of all optimizers side by side, (steps + 1, optimizers, n), whatever they become.

    One gradient for all is what makes this quick enough to follow a slider.
    """
    rules = [RULES[name] for name in names]
    theta = np.tile(start, (len(rules), 1))
    gradient = np.empty_like(theta)
    walkers = []
    for index, (rule, alpha) in enumerate(zip(rules, alphas, strict=True)):
        slots = tuple(np.zeros_like(start) for _ in rule.slots)
        factor = decay_factor(values, alpha) if rule.decays else None
        walkers.append((rule, alpha, factor, theta[index], gradient[index], slots))
    work = np.empty_like(start)
    left = dict.fromkeys(SLOT_DECAY, 1.0)
    points = np.empty((steps + 1, *theta.shape))
    points[0] = theta
    with np.errstate(all="ignore"):
        for step in range(steps):
            gradient[:] = surface.gradient(theta)
            if shifts is not None:
                gradient += shifts[step]
            left = {slot: weight * values[SLOT_DECAY[slot]] for slot, weight in left.items()}
            for rule, alpha, factor, own, slope, slots in walkers:
                if factor is not None:
                    shrink(own, factor)
                rule.apply(own, slope, slots, work, rule.coefficients(values, alpha, left))
            points[step + 1] = theta
    return points


def _path(surface: Surface, name: str, alpha: float, points: Array) -> Path:
    """What became of one optimizer, from all of its points (steps + 1, n)."""
    low, high = surface.box
    strays = np.flatnonzero(~((points >= low) & (points <= high)).all(axis=1))
    diverged_at = int(strays[0]) if strays.size else None
    inside = points[:diverged_at].copy()
    costs = surface.cost(inside)
    arrived_at = _arrival(costs, surface.goal) if diverged_at is None else None
    return Path(name, alpha, inside, costs, diverged_at, arrived_at)


def _arrival(costs: Array, goal: float) -> int | None:
    above = np.flatnonzero(~(costs <= goal))
    first = int(above[-1]) + 1 if above.size else 0
    return first if first < len(costs) else None
