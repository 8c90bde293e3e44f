"""What the fields of a line of the journal have to be, wherever code goes by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dllab.errors import HyperparameterError
from dllab.hyperparameters import check_move
from dllab.training.timeline import MOST_STEPS


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOST_STEPS


def _is_number(value: Any) -> bool:
    # A whole number may be too long for a float.
    return type(value) is float or (type(value) is int and abs(value) <= MOST_STEPS)


def _are_numbers(values: Any) -> bool:
    return isinstance(values, list | tuple) and all(map(_is_number, values))


_Check = Callable[[Any], bool]
# Anything else in a detail is for people to read, and whoever shows it looks first.
_LEFT: Mapping[str, _Check] = {"from_branch": _is_text, "from_step": _is_count}
_DETAIL: Mapping[str, Mapping[str, _Check]] = {
    "checkpoint": {"reason": _is_text},
    "rollback": {"parent_branch": _is_text, "rule": _is_text, **_LEFT},
    "continue": _LEFT,
    "rename": {"branch": _is_text, "title": _is_text},
    "nudge": {"rule": _is_text},
    "twin": {"steps": _are_numbers, "dev_cost": _are_numbers, "dev_error": _are_numbers},
}


def check_fields(record: Mapping[str, Any]) -> None:
    """Refuse a line whose fields are not what `Entry` says.

    Raises
    ------
    KeyError, ValueError
        If one is missing or of another kind.
    """
    for name in ("id", "step"):
        if type(record[name]) is not int:
            raise ValueError(f"{name} is not a whole number")
        if not _is_count(record[name]) or (name == "id" and record[name] < 1):
            raise ValueError(f"{name} is out of range")
    for name in ("kind", "branch", "checkpoint", "note", "when", "who"):
        if not _is_text(record.get(name, "")):
            raise ValueError(f"{name} is not a text")
    for name in ("epoch", "train_cost", "dev_cost"):
        value = record.get(name)
        if value is not None and not _is_number(value):
            raise ValueError(f"{name} is not a number")
    if record.get("of") is not None and not _is_count(record["of"]):
        raise ValueError("of is not the id of an entry")
    check_detail(record["kind"], record.get("detail", {}))


def check_detail(kind: str, detail: Any) -> None:
    """Refuse a detail that code of this kind of entry could not go by.

    Raises
    ------
    ValueError
        If there is one; it says which.
    """
    if not isinstance(detail, Mapping):
        raise ValueError("detail is not a table")
    for name, suits in _DETAIL.get(kind, {}).items():
        if name in detail and not suits(detail[name]):
            raise ValueError(f"{name} is {str(detail[name])[:40]!r}, which cannot be")
    both = ("from_branch" in detail) == ("from_step" in detail)
    if not both and kind in ("rollback", "continue"):
        raise ValueError("of from_branch and from_step one is missing")


def checked_moves(changes: Any) -> dict[str, tuple[Any, Any]]:
    """The changes of an entry: knob to (old, new).

    Raises
    ------
    ValueError
        If one is no such pair, or a knob cannot have had such a value.
    """
    if not isinstance(changes, Mapping):
        raise ValueError("changes is not a table")
    moves: dict[str, tuple[Any, Any]] = {}
    for knob, pair in changes.items():
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise ValueError(f"the change of {knob} is no pair of old and new")
        try:
            for value in pair:
                check_move(knob, value)
        except HyperparameterError as error:
            raise ValueError(str(error).rstrip(".")) from None
        moves[knob] = pair[0], pair[1]
    return moves
