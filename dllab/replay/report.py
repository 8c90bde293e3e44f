"""What came of running a session again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Compared:
    """A stored checkpoint at which the replay had the same state: the same hash, the same bits."""

    key: str
    step: int
    branch: str
    fingerprint: str


@dataclass(frozen=True)
class Parting:
    """Where a replay and the recording part.

    ``key`` is the first checkpoint (or ``end``) that differs, ``parts`` say in what; ``after`` is
    the last one that agreed, "" if none did. ``first_cost`` is the update whose mini-batch cost is
    the first to differ, None where no curve tells.
    """

    key: str
    step: int
    branch: str
    parts: tuple[str, ...]
    after: str = ""
    first_cost: int | None = None

    @property
    def sentence(self) -> str:
        """Where and in what, in words."""
        where = f"at step {self.step:,} of {self.branch}"
        if self.key.isdecimal():
            where = f"at checkpoint {int(self.key)} (step {self.step:,} of {self.branch})"
        text = f"It parts {where}: {'; '.join(self.parts)}."
        if self.first_cost is not None:
            text += (
                f" The first mini-batch cost that differs is that of update {self.first_cost:,}."
            )
        if self.after:
            text += f" Up to checkpoint {int(self.after)} all was the same."
        return text


@dataclass(frozen=True)
class ReplayReport:
    """A session run again from its recipe and its ledger.

    ``fingerprint`` is the hash at ``step`` of ``branch``, where the replay ended. ``facts`` say
    what is different here from what made the recording, ``notes`` what could not be compared.
    """

    name: str
    same: bool
    steps: int
    nudges: int
    rollbacks: int
    step: int
    branch: str
    fingerprint: str
    compared: tuple[Compared, ...]
    parting: Parting | None = None
    facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What came of it, in words."""
        if self.parting is not None:
            why = f" Here is different: {', '.join(self.facts)}." if self.facts else ""
            return f"The replay is not the same. {self.parting.sentence}{why}"
        done = (
            f"{_count(self.steps, 'update')}, {_count(self.nudges, 'nudge')} and "
            f"{_count(self.rollbacks, 'rollback')}"
        )
        if not self.same:
            return f"Replayed {done}, but no stored state was there to compare with."
        return (
            f"Replayed {done}: the same hash at step {self.step:,} of {self.branch}; "
            f"{_count(len(self.compared), 'stored state')} compared."
        )


@dataclass(frozen=True)
class VerifyReport:
    """Checksums of a session, and some of its updates made again.

    ``files`` checkpoint files were read, ``damaged`` are sentences about those that cannot be.
    From ``start`` ("" for the untrained model) ``steps`` updates were made again; ``costs`` of
    their mini-batch costs and ``hashes`` stored states were there to compare with.
    """

    name: str
    files: int
    damaged: tuple[str, ...]
    entries: int
    start: str = ""
    first_step: int = 0
    branch: str = ""
    steps: int = 0
    costs: int = 0
    hashes: int = 0
    parting: Parting | None = None
    facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether every checksum holds and every update that was made again has the same bits."""
        return not self.damaged and self.parting is None

    @property
    def sentence(self) -> str:
        """What came of it, in words."""
        if self.damaged:
            seals = f"{_count(len(self.damaged), 'file')} of {self.files:,} damaged."
        elif not self.files:
            seals = "Nothing is stored in a file."
        elif self.files == 1:
            seals = "The checksum holds."
        else:
            seals = f"All {self.files:,} checksums hold."
        return " ".join((seals, self._again()))

    def _again(self) -> str:
        if self.parting is not None:
            why = f" Here is different: {', '.join(self.facts)}." if self.facts else ""
            return f"Running it again is not the same. {self.parting.sentence}{why}"
        if not self.steps:
            return "No update could be made again: no recorded curve follows a stored state."
        where = f"checkpoint {int(self.start)}" if self.start else "the untrained model"
        text = f"{_count(self.steps, 'update')} again from {where} (step {self.first_step:,})"
        return (
            f"{text}: {_count(self.costs, 'mini-batch cost')} and "
            f"{_count(self.hashes, 'stored state')} the same bits."
        )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
