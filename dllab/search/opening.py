"""Reading a search from its folder.

A line that cannot be read, such as the last one after a crash, is left out, and its trial is
trained again when the search goes on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dllab.errors import SearchError
from dllab.search.plan import Plan
from dllab.search.record import plan_from
from dllab.search.trial import Trial, ranking

FORMAT, VERSION = "dllab-search", 1
_LARGEST_PLAN, _LARGEST_TRIALS = 1_000_000, 50_000_000


@dataclass(frozen=True)
class Search:
    """A plan and what has come of it so far; ``created`` is a moment in UTC, ISO 8601.

    ``data_fingerprint`` tells whether another search saw the same data. ``notices`` are sentences
    about what could not be read.
    """

    plan: Plan
    trials: tuple[Trial, ...] = ()
    folder: Path | None = None
    created: str = ""
    data_fingerprint: str = ""
    notices: tuple[str, ...] = ()

    @property
    def best(self) -> Trial | None:
        """The trial with the lowest dev error, or None while none is done."""
        best = ranking(self.trials)
        return best[0] if best else None

    @property
    def missing(self) -> int:
        """How many trials of the plan are still to be trained."""
        return self.plan.trials - len({t.number for t in self.trials if t.is_final})


def open_search(folder: Path) -> Search:
    """Read a search and its trials.

    Raises
    ------
    SearchError
        If the folder holds no search, or its plan cannot be read; the message says where.
    """
    path = folder / "search.toml"
    record = _description(path)
    try:
        plan = plan_from(record, str(path))
        notices: list[str] = []
        trials = tuple(_read_trials(folder / "trials.jsonl", plan, notices))
    except OSError as error:
        raise SearchError(f"Cannot read {folder}: {error.strerror}.") from None
    return Search(
        plan,
        trials,
        folder,
        str(record.get("created", "")),
        str(record.get("data_fingerprint", "")),
        tuple(notices),
    )


def _description(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file():
            raise SearchError(f"{path.parent} is not a search: it has no search.toml.")
        if path.stat().st_size > _LARGEST_PLAN:
            raise SearchError(f"{path} is too large for the plan of a search (over 1 MB).")
        record = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SearchError(f"Cannot read {path}: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise SearchError(f"{path} is damaged: {error}.") from None
    if record.get("format") != FORMAT or type(record.get("version")) is not int:
        raise SearchError(f"{path} does not describe a dllab search.")
    if record["version"] > VERSION:
        raise SearchError(f"{path} was made by a newer dllab; update dllab to open it.")
    return record


def _read_trials(path: Path, plan: Plan, notices: list[str]) -> Iterator[Trial]:
    if not path.exists():
        return
    if path.stat().st_size > _LARGEST_TRIALS:
        raise SearchError(f"{path} is too large for the trials of a search (over 50 MB).")
    wanted = dict(enumerate(plan.draw(), start=1))
    found: dict[int, Trial] = {}
    unread = 0
    for line in path.read_bytes().split(b"\n"):
        if not line.strip():
            continue
        try:
            trial = Trial.from_json(line.decode())
        except (ValueError, RecursionError):
            unread += 1
            continue
        if trial.values != wanted.get(trial.number):
            unread += 1
        else:
            # A trial that was cancelled and trained again stands twice; the later one counts.
            found[trial.number] = trial
    if unread:
        lines = "1 line" if unread == 1 else f"{unread:,} lines"
        notices.append(
            f"{lines} of {path.name} in {path.parent.name} cannot be read or belong to no trial of "
            f"the plan and are left out; going on with the search trains what is missing."
        )
    yield from (found[number] for number in sorted(found))
