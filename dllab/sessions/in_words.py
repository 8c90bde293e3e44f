"""Sizes, ages and states of sessions as people say them."""

from __future__ import annotations

from datetime import UTC, datetime

from dllab.sessions.summary import Summary

_UNITS = ("kB", "MB", "GB", "TB")
_AGES = ((60, "second"), (60, "minute"), (24, "hour"), (30, "day"), (12, "month"))


def size_in_words(size: int) -> str:
    """Bytes with a unit: ``512 B``, ``1.4 MB``."""
    if size < 1000:
        return f"{size} B"
    number = size / 1000
    for unit in _UNITS[:-1]:
        if number < 999.95:
            return f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} {_UNITS[-1]}"


def age_in_words(when: str, now: datetime | None = None) -> str:
    """How long ago an ISO 8601 moment was: ``12 seconds ago``; as it is if it is no moment."""
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        return when
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    number = max(0.0, ((now or datetime.now(UTC)) - moment).total_seconds())
    if number < 1:
        return "just now"
    for length, unit in _AGES:
        if number < length:
            return _ago(number, unit)
        number /= length
    return _ago(number, "year")


def _ago(number: float, unit: str) -> str:
    whole = int(number)
    return f"{whole} {unit}{'s' if whole != 1 else ''} ago"


def where_it_stands(known: Summary, now: datetime | None = None) -> str:
    """How far a session can be taken up: step, epoch, how old that is, and the knobs on top."""
    if known.step is None or known.epoch is None:
        return known.problem
    place = (
        f"step {known.step:,} (epoch {known.epoch:.2f}), stored {age_in_words(known.stored, now)}"
    )
    if not known.later_knobs:
        return place
    knobs = "the knob" if known.later_knobs == 1 else f"the {known.later_knobs} knobs"
    return f"{place}; {knobs} turned since then {'is' if known.later_knobs == 1 else 'are'} kept"
