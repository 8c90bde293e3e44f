"""Bias and variance of a model: where its error comes from, and how sure that is.

Bias is the train error minus what a person or the best possible classifier gets wrong; variance is
the dev error minus the train error. Both are estimates from samples, so both have intervals, and
"not enough examples to tell" is a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dllab.diagnosis.against_bias import against_bias
from dllab.diagnosis.against_variance import against_variance
from dllab.diagnosis.intervals import Interval, Measured, difference, enough, resolves
from dllab.diagnosis.suggestions import Suggestion
from dllab.errors import DataError

Level = Literal["low", "high", "unknown"]

TOLERANCE = 0.02
"""A bias or variance above this share counts as high: between 1 and 10 points, as in the cases
that text-books tell."""


@dataclass(frozen=True)
class Gap:
    """Bias or variance: a difference of two errors, its interval, and whether it is high."""

    value: float
    interval: Interval | None
    level: Level


@dataclass(frozen=True)
class Diagnosis:
    """What the errors say.

    ``verdict`` is a few words, ``reason`` a sentence with the numbers, ``suggestions`` what can be
    done, cheapest first.
    """

    train: Measured
    dev: Measured
    human_error: float
    tolerance: float
    bias: Gap
    variance: Gap
    verdict: str
    reason: str
    suggestions: tuple[Suggestion, ...]


def diagnose(
    train_error: float,
    train_m: int,
    dev_error: float,
    dev_m: int,
    human_error: float,
    values: Mapping[str, Any],
    *,
    image_shape: tuple[int, ...] | None = None,
    train_examples: int | None = None,
    regression: bool = False,
    standard_errors: tuple[float, float] | None = None,
    tolerance: float = TOLERANCE,
) -> Diagnosis:
    """Tell bias from variance.

    Parameters
    ----------
    train_error, train_m:
        Error on the training probe (dropout off) and its number of examples.
    dev_error, dev_m:
        The same of the dev set.
    human_error:
        Error of a person or the best possible (Bayes) classifier, a share in [0, 1].
    values:
        Hyperparameters in force, complete; the suggestions go by them.
    image_shape:
        (height, width) or (height, width, channels) if an example is an image.
    train_examples:
        Size of the training set; ``train_m`` if left out.
    regression:
        The errors are unexplained shares of variance (0 perfect, 1 no better than the mean), which
        may exceed 1. Their intervals come from ``standard_errors`` (train, dev), and there are
        none without.
    tolerance:
        What counts as high.

    Raises
    ------
    DataError
        If an error is no share, or a number of examples is not positive.
    """
    _check(train_error, train_m, dev_error, dev_m, human_error, tolerance, regression)
    spreads = standard_errors or (None, None)
    train = Measured(train_error, train_m, not regression, spreads[0])
    dev = Measured(dev_error, dev_m, not regression, spreads[1])
    bias = _gap(train_error - human_error, _above(train, human_error), tolerance)
    variance = _gap(dev_error - train_error, difference(dev, train), tolerance)
    needed = _examples_needed(train, dev, human_error, bias, variance, tolerance)
    return Diagnosis(
        train=train,
        dev=dev,
        human_error=human_error,
        tolerance=tolerance,
        bias=bias,
        variance=variance,
        verdict=_verdict(bias, variance),
        reason=_reason(train, dev, bias, variance, tolerance, needed),
        suggestions=(
            *_recipe(bias, variance, values, image_shape, train_examples or train_m),
            *_more_dev(bias, variance, dev, needed, train_examples or train_m),
        ),
    )


def _examples_needed(
    train: Measured,
    dev: Measured,
    human_error: float,
    bias: Gap,
    variance: Gap,
    tolerance: float,
) -> int | None:
    """Examples, of train or of dev, that would settle what is not known; None if all is known."""
    if bias.level == "unknown":
        return enough(lambda m: _above(train.of(m), human_error), tolerance)
    if variance.level == "unknown":
        return enough(lambda m: difference(dev.of(m), train), tolerance)
    return None


def _check(
    train_error: float, train_m: int, dev_error: float, dev_m: int,
    human_error: float, tolerance: float, regression: bool,
) -> None:  # fmt: skip
    highest = math.inf if regression else 1.0
    for name, error in (("train", train_error), ("dev", dev_error)):
        if not (0 <= error <= highest and math.isfinite(error)):
            raise DataError(f"The {name} error must be a share from 0 to 1; got {error!r}.")
    for name, m in (("train", train_m), ("dev", dev_m)):
        if m < 1:
            raise DataError(f"The {name} error needs at least one example; got {m!r}.")
    if not 0 <= human_error <= 1:
        raise DataError(f"The human error must be a share from 0 to 1; got {human_error!r}.")
    if not 0 < tolerance < math.inf:
        raise DataError(f"What counts as high must be above 0; got {tolerance!r}.")


def _above(measured: Measured, floor: float) -> Interval | None:
    interval = measured.interval
    return None if interval is None else (interval[0] - floor, interval[1] - floor)


def _gap(value: float, interval: Interval | None, tolerance: float) -> Gap:
    """With an interval that resolves the tolerance the estimate decides, else only what is sure."""
    if interval is None or resolves(interval, tolerance):
        return Gap(value, interval, "high" if value > tolerance else "low")
    if interval[0] > tolerance:
        return Gap(value, interval, "high")
    return Gap(value, interval, "low" if interval[1] <= tolerance else "unknown")


def _verdict(bias: Gap, variance: Gap) -> str:
    match bias.level, variance.level:
        case "high", "high":
            return "high bias and high variance"
        case "high", "low":
            return "high bias"
        case "low", "high":
            return "high variance"
        case "low", "low":
            return "neither high bias nor high variance"
        case "high", _:
            return "high bias; not enough examples to tell about variance"
        case _, "high":
            return "high variance; not enough examples to tell about bias"
    return "not enough examples to tell"


def _reason(
    train: Measured, dev: Measured, bias: Gap, variance: Gap, tolerance: float,
    needed: int | None,
) -> str:  # fmt: skip
    if bias.interval is None or variance.interval is None:
        return f"Above {_points(tolerance)} counts as high. No interval is given for this error."
    if bias.level == "unknown":
        return _too_few("bias", bias.interval, f"{train.m:,} training examples", needed)
    if variance.level == "unknown":
        return _too_few("variance", variance.interval, f"{dev.m:,} dev examples", needed)
    return f"95 % intervals; above {_points(tolerance)} counts as high."


def _too_few(what: str, interval: Interval, examples: str, needed: int | None) -> str:
    told = (
        f"about {needed:,} would tell."
        if needed is not None
        else "a larger training probe is needed as well."
    )
    low, high = (f"{100 * end:.1f}".replace("-", "−") for end in interval)
    return f"With {examples} the {what} may be anywhere from {low} to {high} points: {told}"


def _points(share: float) -> str:
    return f"{100 * share:.3g} points"


def _recipe(
    bias: Gap, variance: Gap, values: Mapping[str, Any], image_shape: tuple[int, ...] | None,
    train_examples: int,
) -> Iterator[Suggestion]:  # fmt: skip
    both = bias.level == variance.level == "high"
    if bias.level == "high":
        yield from against_bias(values, train_examples, keep_regularization=both)
    if variance.level == "high":
        yield from against_variance(values, train_examples, image_shape, keep_size=both)


def _more_dev(
    bias: Gap, variance: Gap, dev: Measured, needed: int | None, train_examples: int
) -> Iterator[Suggestion]:
    if bias.level == "unknown" or variance.level != "unknown":
        return
    why = "So few dev examples cannot tell a high variance from chance."
    if needed is not None and dev.m < needed <= (train_examples + dev.m) // 3:
        yield Suggestion(
            f"A dev set of {needed:,} examples instead of {dev.m:,}",
            why,
            {"dev_examples": needed},
            new_session=True,
            label="larger dev set",
        )
    else:
        yield Suggestion("Collect more dev examples", why)
