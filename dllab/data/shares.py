"""Shares of train, dev and test, written as percentages: 60/20/20."""

from __future__ import annotations

import re
from fractions import Fraction

from dllab.errors import DataError

# What the rules of the method offer: below and from a million examples on.
COMMON_SHARES = ("60/20/20", "70/30", "98/1/1", "99.5/0.25/0.25")
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,6})?")


def parse_shares(text: str) -> tuple[Fraction, Fraction, Fraction]:
    """Read ``"60/20/20"`` or ``"70/30"`` (no test set) as exact shares of 1.

    Raises
    ------
    DataError
        If these are not two or three percentages that add up to 100, train and dev above 0.
    """
    parts = [part.strip() for part in text.split("/")]
    percents = [Fraction(part) for part in parts if _PERCENT.fullmatch(part)]
    if len(percents) == len(parts) == 2:
        percents.append(Fraction(0))
    if len(percents) != 3 or len(parts) > 3 or sum(percents) != 100 or 0 in percents[:2]:
        raise DataError(
            f"{text[:40]!r} is no way to cut the data; give percentages of train/dev/test that add "
            f"up to 100, such as {', '.join(COMMON_SHARES)}."
        )
    train, dev, test = (percent / 100 for percent in percents)
    return train, dev, test
