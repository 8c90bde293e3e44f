"""What an axis of the scatter plot can show: a searched hyperparameter, or what came of a trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dllab.search import Choices, Dimension, SearchSpace, Trial

_EDGE, _ROOM = 0.04, 0.14


@dataclass(frozen=True)
class Quantity:
    """``place(trial)`` is the coordinate on the axis, or None where the trial has none.

    ``kind`` says how the axis writes coordinates: "linear", "log", "one-minus-log", "power-of-two"
    (the coordinates of `dllab.search.scales`), "choice" with ``names``, or "percent". ``ends`` are
    the coordinates of a searched range, None for an outcome.
    """

    key: str
    name: str
    kind: str
    place: Callable[[Trial], float | None]
    ends: tuple[float, float] | None = None
    names: tuple[str, ...] = ()

    def range(self, trials: Sequence[Trial]) -> tuple[float, float]:
        """Where the axis begins and ends so that the range and every trial are on it."""
        found = [place for place in map(self.place, trials) if place is not None]
        found += self.ends or ()
        if self.kind == "percent":
            found.append(0.0)
        low, high = min(found, default=0.0), max(found, default=1.0)
        width = high - low or max(abs(high), 1.0) * 0.2
        if self.kind == "choice":
            return low - 0.5, high + 0.5
        if self.ends is None:
            return low - _EDGE * width, high + _ROOM * width
        return low - _EDGE * width, high + _EDGE * width

    def far_end(self, shown: tuple[float, float]) -> float:
        """Where a trial without an outcome stands: behind the worst, for nothing is worse."""
        return shown[1] - _ROOM / 2 * (shown[1] - shown[0])


def outcomes() -> tuple[Quantity, ...]:
    """The axes of what came of a trial."""
    return (Quantity("dev_error", "dev error", "percent", _error),)


def quantity_of(dimension: Dimension) -> Quantity:
    """The axis of a searched hyperparameter, on its own scale."""
    record = dimension.record

    def place(trial: Trial) -> float | None:
        value = trial.values.get(dimension.key)
        if value is None or (isinstance(dimension, Choices) and value not in dimension.options):
            return None
        return dimension.place(value)

    if isinstance(dimension, Choices):
        names = tuple(record.show(option) for option in dimension.options)
        return Quantity(record.key, record.name, "choice", place, dimension.ends, names)
    return Quantity(record.key, record.name, dimension.scale or "linear", place, dimension.ends)


def quantities(space: SearchSpace) -> dict[str, Quantity]:
    """Every axis there is for a search, by key: its hyperparameters, then the outcomes."""
    found = (*map(quantity_of, space), *outcomes())
    return {quantity.key: quantity for quantity in found}


def _error(trial: Trial) -> float | None:
    return None if trial.best_dev_error is None else 100 * trial.best_dev_error
