"""The two-sample test of Kolmogorov and Smirnov, by its limiting distribution."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_TERMS = 101


def ks_distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The largest distance between the empirical distribution functions of a (n,) and b (m,)."""
    a, b = np.sort(a), np.sort(b)
    places = np.concatenate([a, b])
    below_a = np.searchsorted(a, places, side="right") / len(a)
    below_b = np.searchsorted(b, places, side="right") / len(b)
    return float(np.abs(below_a - below_b).max())


def ks_p_value(distance: float, n: int, m: int) -> float:
    """The chance of at least this distance when both come from one continuous distribution.

    Q(λ) = 2 Σ (-1)^(k-1) exp(-2k²λ²) with λ = distance · √(nm/(n+m)) (Smirnov 1948). For values
    that repeat, as pixels do, the true chance is smaller: the test is then careful.
    """
    scaled = distance * math.sqrt(n * m / (n + m))
    # Below this all terms count, and Q is 1 to more than ten digits.
    if scaled < 0.2:
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, _TERMS))
    return min(1.0, max(0.0, 2 * math.fsum(terms)))
