"""The ledger: one append-only record that is the curve's marker, the table's row and the file.

An entry is never changed. What is learned or said later about an earlier entry (the costs some
steps after a nudge, a person's note) is an entry of its own that names the earlier one in ``of``.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from dllab.checkpoint import migrations
from dllab.checkpoint.migrations.former import former_lines
from dllab.errors import SessionError
from dllab.training.entry_form import check_fields, checked_moves

Kind = Literal[
    "start",
    "open",
    "nudge",
    "checkpoint",
    "rollback",
    "continue",
    "guard",
    "rule",
    "stop",
    "outcome",
    "twin",
    "test",
    "note",
    "rename",
    "pin",
    "delete",
]
Who = Literal["person", "guard", "rule", "session"]

WAY_OUT = (
    "Nothing was changed. Put the journal back from a copy; if there is none, rename it to "
    "journal.damaged: the session then opens with all its checkpoints and branches, without the "
    "nudges, notes and names that only the journal knew."
)
# How far back a line may be found again after a failed write.
_REPEATED = 1000


def now() -> str:
    """The present moment, UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Entry:
    """One thing that was done to the run, or learned about it.

    ``step`` is the first update that an intervention takes part in: a nudge drained after update
    1,000 has step 1,001. A checkpoint has the step of the last update it contains. ``changes`` maps
    a knob to ``(old, new)``. Costs are None where nothing had been evaluated yet. What ``detail``
    holds for each kind is written in ``dllab/checkpoint/FORMAT.md``.
    """

    id: int
    kind: Kind
    step: int
    epoch: float
    branch: str
    when: str
    who: Who = "person"
    note: str = ""
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    checkpoint: str = ""
    train_cost: float | None = None
    dev_cost: float | None = None
    of: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line of JSON without the fields that hold their default."""
        record = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name in ("id", "kind") or getattr(self, f.name) not in ("", None, {})
        }
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Entry:
        """The entry behind a line written by `to_json`.

        Raises
        ------
        ValueError, TypeError
            If the line is not such an entry.
        """
        record = json.loads(line)
        if not isinstance(record, dict):
            raise ValueError("not an entry")
        record = {key: value for key, value in record.items() if key in _FIELDS}
        check_fields(record)
        record["changes"] = checked_moves(record.get("changes", {}))
        return cls(**record)


# Asked of the class for every line, they took a third of the time of reading a journal.
_FIELDS = frozenset(f.name for f in fields(Entry))


class Journal:
    """The entries of a session, oldest first. Appending returns the entry with its id and time."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._list = list(entries)
        self._tuple: tuple[Entry, ...] | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries; the tuple is replaced, never changed, so another thread may keep it."""
        if self._tuple is None:
            self._tuple = tuple(self._list)
        return self._tuple

    def __len__(self) -> int:
        return len(self._list)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __getitem__(self, index: int) -> Entry:
        return self._list[index]

    def append(self, kind: Kind, *, step: int, epoch: float, branch: str, **rest: Any) -> Entry:
        """Add an entry; ``rest`` are the remaining fields of `Entry`."""
        number = self._list[-1].id + 1 if self._list else 1
        entry = Entry(number, kind, step, epoch, branch, rest.pop("when", None) or now(), **rest)
        self._list.append(entry)
        self._tuple = None
        return entry

    def about(self, kind: Kind) -> dict[int, Entry]:
        """For each entry that has one, the latest entry of this kind that is about it."""
        return {e.of: e for e in self._list if e.kind == kind and e.of is not None}

    def with_id(self, entry_id: int) -> Entry:
        """The entry of this id.

        Raises
        ------
        SessionError
            If there is none.
        """
        for entry in self._list:
            if entry.id == entry_id:
                return entry
        raise SessionError(f"The ledger has no entry {entry_id}.")

    def as_dicts(self) -> list[dict[str, Any]]:
        """Plain dictionaries, for export."""
        return [asdict(entry) for entry in self._list]


def append_lines(path: Path, lines: list[str]) -> None:
    """Append to a journal file and fsync it; a torn last line left by a crash is ended first.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    # A note may hold bytes of a terminal that are no text; they must not cost the line.
    data = "".join(line + "\n" for line in lines).encode("utf-8", "replace")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":
                data = b"\n" + data
        try:
            written = 0
            while written < len(data):
                written += os.write(descriptor, data[written:])
            os.fsync(descriptor)
        except OSError:
            # All the lines will come again, so none of them may stay.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def read_journal(path: Path) -> Journal:
    """Read a journal file; a torn last line is left out.

    Raises
    ------
    SessionError
        If the file cannot be read, or a line that is not the last one: it says which.
    """
    if not path.exists():
        return Journal()
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise SessionError(f"Cannot read the journal {path}: {error.strerror}.") from None
    while lines and not lines[-1].strip():
        lines.pop()
    entries: list[Entry] = []
    torn: int | None = None
    for number, line in enumerate(lines, start=1):
        try:
            entry = Entry.from_json(line.decode())
        except (ValueError, TypeError, AttributeError, KeyError, IndexError):
            # A write that failed half-way leaves one torn line; the next append ends it.
            torn = torn or number
            continue
        if entries and entry.id <= entries[-1].id:
            if entry in entries[-_REPEATED:]:
                # Written, then written again because the disk had reported an error.
                continue
            raise SessionError(
                f"The journal {path} repeats entry {entry.id} in line {number}. {WAY_OUT}"
            )
        entries.append(entry)
    if torn is not None and torn < len(lines) and _gap(entries):
        raise SessionError(
            f"Line {torn} of the journal {path} cannot be read and an entry is missing. {WAY_OUT}"
        )
    return Journal(_brought_up(entries, path))


def _brought_up(entries: list[Entry], path: Path) -> tuple[Entry, ...]:
    """The entries as the present version would have written them; session.toml lies beside."""
    former = former_lines(path.with_name("session.toml"))
    if not former:
        return tuple(entries)
    records = migrations.journal([json.loads(e.to_json()) for e in entries], former)
    return tuple(Entry.from_json(json.dumps(record)) for record in records)


def _gap(entries: list[Entry]) -> bool:
    return [e.id for e in entries] != list(range(1, len(entries) + 1))
