"""Train against dev, feature by feature: do they come from the same distribution?

For each feature the standardized mean difference and the two-sample Kolmogorov-Smirnov test, for
each class the difference of its shares. With many features some differ by chance alone, so the
p-values are corrected after Holm (1979); with many examples the smallest difference is
significant, so it also has to be large enough to matter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dllab.data.dataset import Dataset
from dllab.data.examples import Examples
from dllab.data.kolmogorov import ks_distance, ks_p_value

SIGNIFICANCE = 0.01
# Cohen's "small" is 0.2; 0.1 is what studies of matched groups call balanced (Austin 2009).
SMALLEST_DIFFERENCE = 0.1
SMALLEST_DISTANCE = 0.1
SMALLEST_SHARE = 0.05
MOST_ROWS = 10_000
_WORST = 5


@dataclass(frozen=True)
class Difference:
    """How much one feature, or the share of one class, differs between train and dev.

    `standardized` is (mean of dev - mean of train) / √((σ²_train + σ²_dev)/2), infinite where
    both are constant but not equal; for a class the same of its indicator. `distance` is the
    largest difference of the two distribution functions, in [0, 1]. `p_value` is corrected for
    the number of comparisons. `differs` says that it is both significant and large enough.
    """

    name: str
    kind: str
    train_mean: float
    dev_mean: float
    standardized: float
    distance: float
    p_value: float
    differs: bool


@dataclass(frozen=True)
class Mismatch:
    """The comparison of all features and classes, the worst first.

    `given` says that dev comes from a file of its own; `raised` that somebody should be told.
    """

    differences: tuple[Difference, ...]
    m_train: int
    m_dev: int
    given: bool
    other: str = "dev"

    @property
    def worst(self) -> tuple[Difference, ...]:
        """Those that differ, the worst first."""
        return tuple(one for one in self.differences if one.differs)

    @property
    def raised(self) -> bool:
        """True when a feature or class differs more than chance explains."""
        return bool(self.worst)

    def sentences(self) -> tuple[str, ...]:
        """The report in plain words."""
        features = sum(one.kind == "feature" for one in self.differences)
        if not self.raised:
            origin = "comes from a file of its own" if self.given else "is cut from the same file"
            return (
                f"The {self.other} set {origin}; none of {features:,} features nor the shares of "
                "the classes differ from the training set more than chance explains."
                if any(one.kind == "class" for one in self.differences)
                else f"The {self.other} set {origin}; none of {features:,} features differ from "
                "the training set more than chance explains.",
            )
        count = sum(one.kind == "feature" for one in self.worst)
        classes = len(self.worst) - count
        parts = [f"{count:,} of {features:,} features"] if count else []
        parts += ["the shares of the classes"] if classes else []
        told = [
            f"Mismatch: {' and '.join(parts)} differ between train and {self.other}, so the "
            f"{self.other} error measures more than variance. Dev and test should come from the "
            "data that the network is for."
        ]
        return (*told, *(_sentence(one, self.other) for one in self.worst[:_WORST]))


def find_mismatch(
    dataset: Dataset, train: Examples, dev: Examples, *, other: str = "dev", seed: int = 0
) -> Mismatch:
    """Compare two sets of `dataset` as `split` has cut them; `other` names the second one.

    Of larger sets `MOST_ROWS` random rows are compared, drawn from `seed`, which takes about a
    second for 784 features.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    one, two = _some(train, rng), _some(dev, rng)
    found = _features(dataset, one, two)
    if dataset.is_classification:
        found += _classes(dataset, train, dev)
    p_values = holm(np.array([item.p_value for item in found]))
    judged = [_judged(item, float(p)) for item, p in zip(found, p_values, strict=True)]
    judged.sort(key=lambda item: (not item.differs, -_size(item), item.p_value))
    given = getattr(dataset, other, None) is not None
    return Mismatch(tuple(judged), train.m, dev.m, given, other)


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """p-values corrected for their number (Holm 1979): the chance that any is so small."""
    order = np.argsort(p_values)
    steps = (len(p_values) - np.arange(len(p_values))) * p_values[order]
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(1, np.maximum.accumulate(steps))
    return corrected


def _some(examples: Examples, rng: np.random.Generator) -> Examples:
    if examples.m <= MOST_ROWS:
        return examples
    return examples.take(np.sort(rng.choice(examples.m, MOST_ROWS, replace=False)))


def _features(dataset: Dataset, train: Examples, dev: Examples) -> list[Difference]:
    found = []
    for column in range(train.n_x):
        a, b = train.X[:, column].astype(np.float64), dev.X[:, column].astype(np.float64)
        distance = ks_distance(a, b)
        found.append(
            Difference(
                dataset.feature_name(column),
                "feature",
                float(a.mean()),
                float(b.mean()),
                _standardized(a.mean(), b.mean(), a.var(), b.var()),
                distance,
                ks_p_value(distance, len(a), len(b)),
                False,
            )
        )
    return found


def _classes(dataset: Dataset, train: Examples, dev: Examples) -> list[Difference]:
    """The shares of each class, by the test of two proportions (pooled, normal)."""
    found = []
    count = len(dataset.classes)
    shares = [np.bincount(one.y, minlength=count) / one.m for one in (train, dev)]
    for name, p, q in zip(dataset.classes, *shares, strict=True):
        pooled = (p * train.m + q * dev.m) / (train.m + dev.m)
        spread = math.sqrt(pooled * (1 - pooled) * (1 / train.m + 1 / dev.m))
        p_value = math.erfc(abs(q - p) / spread / math.sqrt(2)) if spread else 1.0
        found.append(
            Difference(
                name,
                "class",
                float(p),
                float(q),
                _standardized(p, q, p * (1 - p), q * (1 - q)),
                float(abs(q - p)),
                p_value,
                False,
            )
        )
    return found


def _standardized(a: float, b: float, var_a: float, var_b: float) -> float:
    spread = math.sqrt((var_a + var_b) / 2)
    if spread == 0:
        return 0.0 if a == b else math.copysign(math.inf, b - a)
    return float((b - a) / spread)


def _judged(item: Difference, p_value: float) -> Difference:
    if item.kind == "class":
        large = item.distance >= SMALLEST_SHARE
    else:
        large = abs(item.standardized) >= SMALLEST_DIFFERENCE or item.distance >= SMALLEST_DISTANCE
    values = {**vars(item), "p_value": p_value, "differs": large and p_value < SIGNIFICANCE}
    return Difference(**values)


def _size(item: Difference) -> float:
    return max(min(abs(item.standardized), 1e9), item.distance)


def _sentence(item: Difference, other: str) -> str:
    if item.kind == "class":
        return (
            f"Class {item.name} is {100 * item.train_mean:.1f} % of train and "
            f"{100 * item.dev_mean:.1f} % of {other}."
        )
    if math.isinf(item.standardized):
        return (
            f"{item.name} is always {item.train_mean:.4g} in train and always "
            f"{item.dev_mean:.4g} in {other}."
        )
    return (
        f"{item.name}: mean {item.train_mean:.4g} in train, {item.dev_mean:.4g} in {other}, which "
        f"is {abs(item.standardized):.2f} standard deviations; the distributions are up to "
        f"{100 * item.distance:.0f} % apart."
    )
