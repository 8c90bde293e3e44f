"""Nudges that wait for their verdict, and those that will never have one."""

from __future__ import annotations

from collections.abc import Iterator

from dllab.errors import HyperparameterError
from dllab.training.journal import Entry
from dllab.training.outcomes import is_beside_training


class Unjudged:
    """Reads the ledger entry by entry.

    Attributes
    ----------
    between:
        What came before the nudge with this number could be judged.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, Entry] = {}
        self.between: dict[int, Entry] = {}

    def waits(self, entry: Entry) -> bool:
        """Whether the verdict on it is still to come."""
        return entry.id in self._waiting and entry.id not in self.between

    def read(self, entry: Entry) -> list[int]:
        """Take the next entry in; the numbers of the nudges of which it tells."""
        met = list(self._met_by(entry))
        for number in met:
            self.between[number] = entry
            # The guard stops an update, and one may go on from there all the same.
            if entry.kind != "guard":
                del self._waiting[number]
        if entry.kind == "nudge" and _trains(entry):
            self._waiting[entry.id] = entry
        elif entry.kind == "outcome" and entry.of is not None:
            self._waiting.pop(entry.of, None)
            self.between.pop(entry.of, None)
        return met

    def _met_by(self, entry: Entry) -> Iterator[int]:
        for number, nudge in list(self._waiting.items()):
            match entry.kind:
                case "rollback" | "continue":
                    meets = nudge.branch == entry.detail.get("from_branch")
                case "nudge":
                    # Those of one update are judged together.
                    meets = nudge.branch == entry.branch and nudge.step < entry.step
                case "guard":
                    meets = nudge.branch == entry.branch
                case _:
                    return
            if meets:
                yield number


def _trains(entry: Entry) -> bool:
    try:
        return not is_beside_training(entry.changes)
    except HyperparameterError:
        return True
