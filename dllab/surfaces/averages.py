"""Moving averages laid open: v = βv + (1−β)θ, and what dividing by 1 − βᵗ does at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dllab.errors import HyperparameterError
from dllab.surfaces.surface import Array
from dllab.training.smoothing import BETA_MAX, MovingAverage


@dataclass(frozen=True)
class Averaged:
    """The two averages of one series θ₁ … θ_n, each (n,).

    ``plain`` is v itself, which starts at 0 and so is too small at first; ``corrected`` is
    v/(1−βᵗ), whose weights add up to 1 at every t.
    """

    beta: float
    plain: Array
    corrected: Array


def moving_averages(values: npt.ArrayLike, beta: float) -> Averaged:
    """Average finite values (n,) with β in [0, 0.999].

    Raises
    ------
    HyperparameterError
        If β is out of range or a value is not finite.
    """
    series = np.asarray(values, np.float64)
    if not 0 <= beta <= BETA_MAX:
        raise HyperparameterError(f"β of a moving average is from 0 to {BETA_MAX}, not {beta!r}.")
    if series.ndim != 1 or not np.isfinite(series).all():
        raise HyperparameterError("A moving average needs a row of finite numbers.")
    corrected: Array = MovingAverage(beta).extend(series)
    return Averaged(beta, corrected * weight_so_far(beta, len(series)), corrected)


def weight_so_far(beta: float, count: int) -> Array:
    """1 − βᵗ for t = 1 … count, (count,): how much weight v has given to points so far."""
    times = np.arange(1, count + 1)
    if beta == 0:
        return np.ones(count)
    weight: Array = -np.expm1(times * np.log(beta))
    return weight


def weights(beta: float, count: int) -> Array:
    """(1−β)βᵏ for k = 0 … count − 1: the weight in v of the point k steps ago, (count,)."""
    result: Array = (1 - beta) * np.power(float(beta), np.arange(count))
    return result


def points_averaged(beta: float) -> float:
    """1/(1−β): about so many points count, since β^(1/(1−β)) ≈ 1/e of the newest one's weight."""
    return 1 / (1 - beta)
