"""Ranges and choices as a person types them."""

from __future__ import annotations

import re

from dllab.errors import HyperparameterError, SearchError
from dllab.hyperparameters import Hyperparameter
from dllab.in_words import quoted
from dllab.search.dimension import Choices, Dimension, Span
from dllab.search.searchable import searchable

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")


def parse_range(text: str) -> Dimension:
    """Read ``learning_rate=1e-4:1`` or ``optimizer=momentum,adam``.

    Raises
    ------
    SearchError
        If it is neither, or makes no sense for the hyperparameter.
    """
    key, equals, typed = (part.strip() for part in text.partition("="))
    low, colon, high = typed.partition(":")
    if not equals or not typed:
        raise SearchError(
            f"{text!r} is no range; write it as learning_rate=1e-4:1 or optimizer=momentum,adam."
        )
    return span(key, low, high) if colon else choices(key, typed)


def span(key: str, low: str, high: str) -> Span:
    """The range between two typed numbers; raises `SearchError` in words."""
    record = searchable(key)
    return Span(key, _number(record, low, "lower"), _number(record, high, "upper"))


def choices(key: str, typed: str) -> Choices:
    """The choices of a list with commas; raises `SearchError` in words."""
    record = searchable(key)
    parts = [part for part in (part.strip() for part in typed.split(",")) if part]
    try:
        return Choices(key, tuple(record.parse(part) for part in parts))
    except HyperparameterError as error:
        raise SearchError(str(error), error.plain) from None


def _number(record: Hyperparameter, typed: str, which: str) -> float:
    typed = typed.strip()
    if _THOUSANDS.fullmatch(typed) and record.kind == "int":
        typed = typed.replace(",", "")
    try:
        return float(typed.replace("−", "-"))
    except ValueError:
        raise SearchError(
            f"{record.name} ({record.key}): the {which} end of the range must be a number; "
            f"got {typed!r}.",
            f"{record.name}: the {which} end of the range must be a number, not {quoted(typed)}.",
        ) from None
