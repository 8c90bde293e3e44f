"""What is searched of one hyperparameter: a range, or a few choices."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.errors import HyperparameterError, SearchError
from dllab.hyperparameters import Hyperparameter, Scale
from dllab.search import scales
from dllab.search.searchable import searchable

Shares = npt.NDArray[np.float64]

_SCALES: tuple[Scale, ...] = ("linear", "log", "one-minus-log", "power-of-two")


@dataclass(frozen=True)
class Span:
    """``low`` to ``high``, both ends belonging to it, sampled uniformly along ``scale``.

    The scale is the hyperparameter's own unless another is given. Whole numbers are uniform over
    ``low``, ``low + 1`` … ``high``, and over the powers of two between them on "power-of-two".

    Raises
    ------
    SearchError
        On creation, if the hyperparameter is unknown, takes no numbers, or the ends make no sense.
    """

    key: str
    low: float
    high: float
    scale: Scale | None = None

    def __post_init__(self) -> None:
        record = searchable(self.key)
        if record.kind == "choice":
            raise SearchError(f"{self._name} takes {record.range_text}; list those to try.")
        if self.scale is None:
            object.__setattr__(self, "scale", record.scale)
        if self.scale not in _SCALES:
            raise SearchError(f"{self._name}: a scale is {', '.join(_SCALES)}, not {self.scale!r}.")
        for end in ("low", "high"):
            object.__setattr__(self, end, _checked(record, getattr(self, end)))
        if self.low > self.high:
            raise SearchError(
                f"{self._name}: the range from {record.show(self.low)} to "
                f"{record.show(self.high)} is upside down; exchange its ends."
            )
        self._fits_scale()

    def _fits_scale(self) -> None:
        if self.scale in ("log", "power-of-two") and self.low <= 0:
            raise SearchError(f"{self._name}: on a log scale the range must start above 0.")
        if self.scale == "one-minus-log" and self.high >= 1:
            raise SearchError(f"{self._name}: on the scale of 1 - value it must end below 1.")
        if self.scale == "power-of-two" and not self._exponents():
            raise SearchError(
                f"{self._name}: there is no power of two from {self.low:g} to {self.high:g}."
            )

    @property
    def record(self) -> Hyperparameter:
        """The hyperparameter's record."""
        return searchable(self.key)

    @property
    def _name(self) -> str:
        return f"{self.record.name} ({self.key})"

    @property
    def _scale(self) -> Scale:
        assert self.scale is not None
        return self.scale

    @property
    def ends(self) -> tuple[float, float]:
        """The coordinates of both ends on the scale."""
        return self.place(self.low), self.place(self.high)

    def place(self, value: Any) -> float:
        """The coordinate of a value on the scale."""
        return scales.place(self._scale, value)

    def contains(self, value: Any) -> bool:
        """Whether the range holds a value."""
        return bool(self.low <= value <= self.high)

    def _exponents(self) -> range:
        low, high = math.log2(self.low), math.log2(self.high)
        return range(math.ceil(low - 1e-12), math.floor(high + 1e-12) + 1)

    def values(self, shares: Shares) -> list[Any]:
        """The values at shares of the way along the scale, uniform in [0, 1)."""
        if self.scale == "power-of-two":
            exponents = self._exponents()
            return [2 ** exponents[int(share * len(exponents))] for share in shares]
        if self.record.kind == "int" and self.scale == "linear":
            count = int(self.high) - int(self.low) + 1
            return [int(self.low) + int(share * count) for share in shares]
        start, end = self.ends
        return [self._at(start + share * (end - start)) for share in shares]

    def _at(self, place: float) -> Any:
        value = scales.readable(self._scale, scales.value_at(self._scale, place))
        value = min(self.high, max(self.low, value))
        return round(value) if self.record.kind == "int" else value

    def __str__(self) -> str:
        return f"{self.record.show(self.low)} to {self.record.show(self.high)}"


@dataclass(frozen=True)
class Choices:
    """A few values to choose from, each as likely as the others.

    Raises
    ------
    SearchError
        On creation, if the hyperparameter is unknown, or a value is not allowed or comes twice.
    """

    key: str
    options: tuple[Any, ...]

    def __post_init__(self) -> None:
        record = searchable(self.key)
        options = tuple(_checked(record, option) for option in self.options)
        if not options:
            raise SearchError(f"{record.name} ({self.key}): give at least one value to try.")
        if len(set(options)) < len(options):
            raise SearchError(f"{record.name} ({self.key}): a value to try stands there twice.")
        object.__setattr__(self, "options", options)

    @property
    def record(self) -> Hyperparameter:
        """The hyperparameter's record."""
        return searchable(self.key)

    @property
    def ends(self) -> tuple[float, float]:
        """The coordinates of the first and the last option."""
        return 0.0, len(self.options) - 1.0

    def place(self, value: Any) -> float:
        """The number of an option, from 0."""
        return float(self.options.index(value))

    def contains(self, value: Any) -> bool:
        """Whether it is one of the options."""
        return value in self.options

    def values(self, shares: Shares) -> list[Any]:
        """The options at shares of the list, uniform in [0, 1)."""
        return [self.options[int(share * len(self.options))] for share in shares]

    def __str__(self) -> str:
        return ", ".join(self.record.show(option) for option in self.options)


Dimension = Span | Choices


def _checked(record: Hyperparameter, value: Any) -> Any:
    if record.off is not None and value == record.off and not record.low <= record.off:
        raise SearchError(
            f"{record.name} ({record.key}) is {record.off_name} at {record.off:g}, which lies on "
            f"no scale; start its range at {record.low:g} or above."
        )
    try:
        return record.check(value)
    except HyperparameterError as error:
        raise SearchError(str(error), error.plain) from None
