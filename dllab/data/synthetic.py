"""Two-dimensional toy data made by formula and seed: circles, moons, spiral, blobs.

Every function returns a `Dataset` without a test set: X (m, 2) float64, y (m,) int64, rows
shuffled. The same arguments give the same bits. `m` is the number of examples, at least one
for each class and at most 10,000,000; `noise` a standard deviation, finite and ≥ 0; `seed` an
integer ≥ 0. Anything else raises `DataError`.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.dataset import Dataset
from dllab.data.examples import Examples
from dllab.errors import DataError

Points = NDArray[np.float64]
LARGEST_M = 10_000_000


def circles(m: int = 300, noise: float = 0.05, seed: int = 0, *, factor: float = 0.8) -> Dataset:
    """A circle around a smaller one, by the convention of scikit-learn's ``make_circles``.

    Class 0 (outer), ⌊m/2⌋ points: (cos t, sin t); class 1 (inner), the others:
    factor · (cos t, sin t); t evenly spaced in [0, 2π). Noise N(0, noise²) is added to each
    coordinate. `factor` is the ratio of the radii, 0 ≤ factor < 1.
    """
    if not 0 <= factor < 1:
        raise DataError(
            f"The factor {factor} between the circles is out of range; give one from 0 up to, "
            "but not including, 1."
        )
    rng = _generator("circles", m, noise, seed, classes=2)
    outer = _on_circle(2 * np.pi * np.arange(m // 2) / (m // 2))
    inner = _on_circle(2 * np.pi * np.arange(m - m // 2) / (m - m // 2))
    points = _jittered([outer, factor * inner], noise, rng)
    return _shuffled("circles", points, ("outer", "inner"), rng)


def moons(m: int = 300, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Two interleaving half circles, by the convention of scikit-learn's ``make_moons``.

    Class 0 (outer), ⌊m/2⌋ points: (cos t, sin t); class 1 (inner), the others:
    (1 - cos t, ½ - sin t); t evenly spaced in [0, π]. Noise N(0, noise²) is added to each
    coordinate.
    """
    rng = _generator("moons", m, noise, seed, classes=2)
    outer = _on_circle(np.linspace(0, np.pi, m // 2))
    inner = np.array([1.0, 0.5]) - _on_circle(np.linspace(0, np.pi, m - m // 2))
    return _shuffled("moons", _jittered([outer, inner], noise, rng), ("outer", "inner"), rng)


def spiral(m: int = 300, noise: float = 0.2, seed: int = 0, *, classes: int = 3) -> Dataset:
    """Spiral arms, one for each class, evenly turned around the origin.

    Arm j of C: r · (sin t, cos t) with r evenly spaced in [0, 1] and t = 2πj/C + 4r + n,
    n ~ N(0, noise²) in radians: the noise is on the angle, after the notes of Stanford's
    course CS231n (whose arms start 4 radians apart). 2 ≤ `classes` ≤ m.
    """
    rng = _generator("spiral", m, noise, seed, classes)
    arms = []
    for j, size in enumerate(_sizes(m, classes)):
        r = np.linspace(0, 1, size)
        t = 2 * np.pi * j / classes + 4 * r + noise * rng.standard_normal(size)
        arms.append(np.column_stack([r * np.sin(t), r * np.cos(t)]))
    return _shuffled("spiral", arms, _numbered("arm", classes), rng)


def blobs(m: int = 300, noise: float = 0.25, seed: int = 0, *, classes: int = 3) -> Dataset:
    """Gaussian clusters, one for each class, centred evenly on the unit circle.

    Class j of C: N((cos 2πj/C, sin 2πj/C), noise² I). 2 ≤ `classes` ≤ m.
    """
    rng = _generator("blobs", m, noise, seed, classes)
    centres = _on_circle(2 * np.pi * np.arange(classes) / classes)
    clusters = [
        np.repeat(centre[np.newaxis], size, axis=0)
        for centre, size in zip(centres, _sizes(m, classes), strict=True)
    ]
    return _shuffled("blobs", _jittered(clusters, noise, rng), _numbered("blob", classes), rng)


def _generator(name: str, m: int, noise: float, seed: int, classes: int) -> np.random.Generator:
    _check_integer(name, "number of classes", classes, 2, LARGEST_M)
    _check_integer(name, "number of examples", m, classes, LARGEST_M)
    _check_integer(name, "seed", seed, 0, None)
    if not (math.isfinite(noise) and noise >= 0):
        raise DataError(
            f"The noise {noise} for {name} is out of range; give a standard deviation of 0 or more."
        )
    # Named outright: NumPy may one day choose another bit generator for default_rng.
    return np.random.Generator(np.random.PCG64(seed))


def _check_integer(name: str, what: str, value: Any, lowest: int, highest: int | None) -> None:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < lowest or (highest is not None and value > highest):
        end = "on" if highest is None else f"to {highest:,}"
        raise DataError(
            f"The {what} for {name} is {value!r}; give a whole number from {lowest:,} {end}."
        )


def _on_circle(t: Points) -> Points:
    return np.column_stack([np.cos(t), np.sin(t)])


def _sizes(m: int, classes: int) -> list[int]:
    return [m // classes + (j < m % classes) for j in range(classes)]


def _numbered(what: str, classes: int) -> tuple[str, ...]:
    return tuple(f"{what} {j}" for j in range(classes))


def _jittered(points: list[Points], noise: float, rng: np.random.Generator) -> list[Points]:
    return [part + noise * rng.standard_normal(part.shape) for part in points]


def _shuffled(
    name: str, points: list[Points], classes: tuple[str, ...], rng: np.random.Generator
) -> Dataset:
    X = np.concatenate(points)
    y = np.repeat(np.arange(len(points)), [len(part) for part in points])
    order = rng.permutation(len(X))
    return Dataset(name, Examples(X[order], y[order]), None, classes, None)
