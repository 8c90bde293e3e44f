"""What a trial came to."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

Status = Literal["done", "diverged", "cancelled", "refused"]


@dataclass(frozen=True)
class Trial:
    """One set of values, trained.

    ``best_`` is the evaluation with the lowest dev cost, at update ``best_step``; ``dev_cost`` and
    ``dev_error`` are those of the end, after update ``steps`` (early stopping goes back to the best
    weights, so that this is the best step). Costs and errors are None where nothing finite was
    evaluated. "diverged": the guard stopped it; "refused": the recipe or the data cannot take such
    values; ``note`` says why. ``seconds`` are of training.
    """

    number: int
    values: Mapping[str, Any]
    status: Status
    best_dev_cost: float | None = None
    best_dev_error: float | None = None
    best_step: int = 0
    dev_cost: float | None = None
    dev_error: float | None = None
    steps: int = 0
    seconds: float = 0.0
    note: str = ""

    @property
    def is_final(self) -> bool:
        """Whether training it again would give the same."""
        return self.status != "cancelled"

    @property
    def is_ranked(self) -> bool:
        """Whether it takes part in the choice of the best."""
        return self.status == "done" and self.best_dev_error is not None

    def to_json(self) -> str:
        """One line of JSON without the fields that hold their default."""
        record = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name in ("number", "values", "status") or getattr(self, f.name) != f.default
        }
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, line: str) -> Trial:
        """The trial behind a line written by `to_json`.

        Raises
        ------
        ValueError
            If the line is no such trial.
        """
        record = json.loads(line)
        if not isinstance(record, dict) or not isinstance(record.get("values"), dict):
            raise ValueError("not a trial")
        known = {f.name: f.default for f in fields(cls)}
        record = {key: value for key, value in record.items() if key in known}
        whole = [record.get("number"), record.get("steps", 0), record.get("best_step", 0)]
        if any(type(number) is not int or number < 0 for number in whole):
            raise ValueError("a count is no whole number")
        for key in ("best_dev_cost", "best_dev_error", "dev_cost", "dev_error", "seconds"):
            if not _is_finite_or(known[key], record.get(key, known[key])):
                raise ValueError(f"{key} is no number")
        if record.get("status") not in get_args(Status) or not isinstance(
            record.get("note", ""), str
        ):
            raise ValueError("not the status of a trial")
        return cls(**record)


def _is_finite_or(default: Any, value: Any) -> bool:
    if value is None or value == default:
        return bool(value == default)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)


def ranking(trials: Iterable[Trial]) -> list[Trial]:
    """The trials that are done, best first: lowest dev error, and of equals the lowest dev cost."""

    def order(trial: Trial) -> tuple[float, float, int]:
        assert trial.best_dev_error is not None
        cost = trial.best_dev_cost
        return trial.best_dev_error, math.inf if cost is None else cost, trial.number

    return sorted((trial for trial in trials if trial.is_ranked), key=order)
