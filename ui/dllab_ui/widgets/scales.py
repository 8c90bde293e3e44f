"""How a hyperparameter's values lie along a slider, and how they are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

ScaleKind = Literal["linear", "log", "one-minus-log"]


@dataclass(frozen=True)
class Scale:
    """Values low … high along positions 0 … 1.

    "log" has equal ratios at equal distances; "one-minus-log" does so for 1 - value, as suits a
    decay rate near 1. With ``allow_off`` the value 0 is allowed as well and takes the leftmost
    place. ``decimals`` is the number of decimals of a linear scale.
    """

    kind: ScaleKind
    low: float
    high: float
    allow_off: bool = False
    decimals: int = 3

    def __post_init__(self) -> None:
        valid = {
            "linear": self.low < self.high,
            "log": 0 < self.low < self.high,
            "one-minus-log": self.low < self.high < 1,
        }
        if not valid[self.kind]:
            raise ValueError(f"no {self.kind} scale from {self.low} to {self.high}")

    def value(self, position: float) -> float:
        """Rounded value at a position 0 … 1."""
        position = min(1.0, max(0.0, position))
        if self.allow_off and position == 0.0:
            return 0.0
        if self.kind == "linear":
            return round(self.low + position * (self.high - self.low), self.decimals)
        if self.kind == "log":
            exact = self.low * (self.high / self.low) ** position
            return self._inside(float(f"{exact:.2g}"))
        rest = (1 - self.low) * ((1 - self.high) / (1 - self.low)) ** position
        return self._inside(round(1 - float(f"{rest:.2g}"), 12))

    def position(self, value: float) -> float:
        """Position 0 … 1 of a value."""
        if self.is_off(value):
            return 0.0
        value = self._inside(value)
        if self.kind == "linear":
            return (value - self.low) / (self.high - self.low)
        if self.kind == "log":
            return math.log(value / self.low) / math.log(self.high / self.low)
        return math.log((1 - value) / (1 - self.low)) / math.log((1 - self.high) / (1 - self.low))

    def is_off(self, value: float) -> bool:
        """Whether a value means off."""
        return self.allow_off and value == 0.0

    def contains(self, value: float) -> bool:
        """Whether a value is allowed; NaN is not."""
        return self.is_off(value) or self.low <= value <= self.high

    def multiplied(self, value: float, factor: float) -> float:
        """``factor`` times a value, kept in the range; from off upwards it starts at ``low``.

        On "one-minus-log" the number of steps averaged over, 1 / (1 - value), is multiplied.
        """
        if self.is_off(value) and self.kind != "one-minus-log":
            return self.low if factor > 1 else 0.0
        if self.kind == "one-minus-log":
            return self._inside(float(f"{1 - (1 - value) / factor:.6g}"))
        result = float(f"{value * factor:.6g}")
        if self.allow_off and result < self.low:
            return 0.0
        return self._inside(result)

    def text(self, value: float) -> str:
        """Short text of a value: ``0.001``, ``3e-05``, ``0.999``, ``off``."""
        if self.is_off(value):
            return "off"
        if self.kind == "linear":
            digits = f"{value:.{max(self.decimals, 0)}f}"
            exact = digits if float(digits) == value else f"{value:.6g}"
            return exact.rstrip("0").rstrip(".") if "." in exact else exact
        return f"{value:.6g}" if self.kind == "one-minus-log" else f"{value:.4g}"

    def parsed(self, text: str) -> float | None:
        """The number a person typed (decimal comma allowed, "off" where it is), None if none."""
        text = text.strip().lower()
        if self.allow_off and text == "off":
            return 0.0
        try:
            value = float(text.replace(",", ".").replace("−", "-"))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def range_text(self) -> str:
        """The allowed values in words."""
        words = f"from {self.text(self.low)} to {self.text(self.high)}"
        zero_inside = self.low <= 0 <= self.high
        if self.allow_off and not zero_inside:
            return f"0 (off) or {words}"
        return words.replace("off", "0") if self.allow_off else words

    def _inside(self, value: float) -> float:
        return min(self.high, max(self.low, value))
