"""Where a value lies on its scale: sampling and zooming go by this coordinate."""

from __future__ import annotations

import math

from dllab.hyperparameters import Scale

_DIGITS, _REST_DIGITS = 4, 3


def place(scale: Scale, value: float) -> float:
    """The coordinate of a value.

    "linear" is the value itself, "log" log₁₀ of it, "one-minus-log" −log₁₀(1 − value), which grows
    with the value, and "power-of-two" log₂ of it.
    """
    match scale:
        case "log":
            return math.log10(value)
        case "one-minus-log":
            return -math.log10(1.0 - value)
        case "power-of-two":
            return math.log2(value)
        case _:
            return float(value)


def value_at(scale: Scale, place: float) -> float:
    """The value at a coordinate: the inverse of `place`."""
    match scale:
        case "log":
            return float(10.0**place)
        case "one-minus-log":
            return float(1.0 - 10.0**-place)
        case "power-of-two":
            return float(2.0**place)
        case _:
            return place


def readable(scale: Scale, value: float) -> float:
    """The value with four significant digits, or with three of 1 − value on "one-minus-log".

    So what is shown is what is used, and a person can type it again.
    """
    if scale == "one-minus-log":
        return round(1.0 - float(f"{1.0 - value:.{_REST_DIGITS}g}"), 15)
    return float(f"{value:.{_DIGITS}g}")


def rounded_out(scale: Scale, low: float, high: float, digits: int = 3) -> tuple[float, float]:
    """A range of few digits that holds ``low`` to ``high``."""
    if scale == "one-minus-log":
        rest_low, rest_high = 1.0 - high, 1.0 - low
        return (
            round(1.0 - _rounded(rest_high, digits, up=True), 15),
            round(1.0 - _rounded(rest_low, digits, up=False), 15),
        )
    return _rounded(low, digits, up=False), _rounded(high, digits, up=True)


def _rounded(value: float, digits: int, *, up: bool) -> float:
    if value == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    whole = math.ceil(value / unit - 1e-9) if up else math.floor(value / unit + 1e-9)
    return float(f"{whole * unit:.{digits + 1}g}")
