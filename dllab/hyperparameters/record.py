"""The record that declares a hyperparameter, and how its values are checked, read and shown."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dllab.errors import HyperparameterError
from dllab.in_words import quoted

Scale = Literal["linear", "log", "one-minus-log", "power-of-two"]
Kind = Literal["float", "int", "choice", "units"]
Group = Literal[
    "Data",
    "Network",
    "Learning rate",
    "Optimizer",
    "Regularization",
    "Augmentation",
    "Run",
    "Rules",
]
# What these say does not reach the updates.
BESIDE_TRAINING: tuple[Group, ...] = ("Run", "Rules")

_LARGEST = 1e300
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+")


@dataclass(frozen=True)
class Hyperparameter:
    """One hyperparameter: what it is called, which values it takes, and when it may move.

    ``low`` and ``high`` belong to the range unless ``low_open`` / ``high_open``. ``off`` is a value
    outside the scale that switches the thing off (0 for λ) or means "all" (mini-batch size 0).
    ``per_layer`` ones hold one value per hidden layer and are addressed as ``keep_prob[1]``.
    ``section`` is the table of a recipe that holds it, ``group`` the heading it stands under on
    screen.
    """

    key: str
    symbol: str
    name: str
    section: Literal["data", "network", "training"]
    group: Group
    kind: Kind
    default: Any
    help: str
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    scale: Scale = "linear"
    off: float | None = None
    off_name: str = "off"
    choices: tuple[str, ...] = ()
    live: bool = False
    per_layer: bool = False
    unit: str = ""
    source: str = ""

    @property
    def range_text(self) -> str:
        """The allowed values in words, for messages and tooltips."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        low, high = self._number(self.low), self._number(self.high)
        if self.kind == "units":
            return f"a list of whole numbers from {low} to {high}"
        what = "a whole number" if self.kind == "int" else "a number"
        start = f"above {low}" if self.low_open else f"from {low}"
        end = f"to below {high}" if self.high_open else f"to {high}"
        also = "" if self.off is None else f", or {self.off:g} for {self.off_name}"
        return f"{what} {start} {end}{also}"

    def _number(self, value: float) -> str:
        whole = self.kind != "float" or (1000 <= value < 1e7 and value % 1 == 0)
        return f"{value:,.0f}" if whole else f"{value:g}".replace("e+", "e")

    def check(self, value: Any) -> Any:
        """Return ``value`` in its canonical type.

        Raises
        ------
        HyperparameterError
            If the value is of the wrong type or out of range; the message prints the range.
        """
        if self.per_layer and isinstance(value, list | tuple):
            return tuple(self._check_one(v) for v in value)
        if self.kind == "units":
            return self._check_units(value)
        return self._check_one(value)

    def _refuse(self, value: Any, typed: str | None = None) -> HyperparameterError:
        given = value if typed is None else typed
        return HyperparameterError(
            f"{self.name} ({self.key}) must be {self.range_text}; got {_briefly(given)}.",
            f"{self.name} must be {self.range_text}, not {self._told(given)}.",
        )

    def _told(self, given: Any) -> str:
        """What was given, as it is written in the window."""
        if isinstance(given, str):
            return quoted(given)
        number = isinstance(given, int | float) and not isinstance(given, bool)
        if number and abs(given) < 1e15:
            return f"{given:,d}" if isinstance(given, int) else f"{given:,.10g}"
        return _briefly(given)

    def _check_one(self, value: Any) -> Any:
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.choices:
                raise self._refuse(value)
            return str(value)
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refuse(value)
        # Compared, not asked with isfinite: a whole number may be too long for a float.
        if not -_LARGEST <= value <= _LARGEST:
            raise self._refuse(value)
        if self.kind == "int":
            if float(value) != int(value):
                raise self._refuse(value)
            value = int(value)
        else:
            value = float(value)
        if self.off is not None and value == self.off:
            return value
        too_low = value < self.low or (self.low_open and value == self.low)
        too_high = value > self.high or (self.high_open and value == self.high)
        if too_low or too_high:
            raise self._refuse(value)
        return value

    def _check_units(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, list | tuple):
            raise self._refuse(value)
        for units in value:
            whole = isinstance(units, int) and not isinstance(units, bool)
            if not whole or not self.low <= units <= self.high:
                raise self._refuse(value)
        return tuple(int(units) for units in value)

    def parse(self, text: str) -> Any:
        """Read a value typed by a person (``"3e-4"``, ``"adam"``, ``"128, 64"``, ``"off"``).

        Raises
        ------
        HyperparameterError
            If the text is no such value or out of range.
        """
        text = text.strip()
        try:
            return self.check(self._read(text))
        except (ValueError, HyperparameterError):
            raise self._refuse(None, text) from None

    def _read(self, text: str) -> Any:
        if self.kind == "choice":
            return text.lower()
        if self.off is not None and text.lower() == self.off_name:
            return self.off
        if self.kind == "units":
            return [int(part) for part in text.strip("[]() ").split(",") if part]
        if self.per_layer and "," in text:
            return [float(part) for part in text.strip("[]() ").split(",")]
        if self.kind == "int" and _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        return float(text)

    def show(self, value: Any) -> str:
        """A short text for ``value``, the same wherever it is shown."""
        if isinstance(value, list | tuple):
            return ", ".join(self.show(v) for v in value)
        if isinstance(value, str):
            return value
        if self.off is not None and value == self.off:
            return self.off_name
        if self.kind == "units":
            return str(value)
        return f"{value:,d}" if self.kind == "int" else f"{value:.6g}"


def _briefly(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:50]}…"
