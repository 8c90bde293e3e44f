"""What every rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Firing:
    """What a rule did, as a sentence; ``pauses`` if training ends with it."""

    message: str
    pauses: bool


class Rule(Protocol):
    """Looks at a session after an update, and may do what a person would do.

    A rule keeps nothing of its own: what it goes by is in the curves and in the ledger, so that it
    goes on where it was when the session is opened again.
    """

    name: str

    def due(self) -> bool:
        """Whether its moment has come; changes nothing."""

    def act(self) -> Firing:
        """Do it."""
