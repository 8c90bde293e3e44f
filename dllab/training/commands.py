"""What a screen may ask of the worker, and what the worker tells about rare events.

Commands are put into a queue that is drained between two updates; events are called back from the
worker's thread. Both are frozen records, so either side could live in another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dllab.training.journal import Entry
from dllab.training.replica import Replica
from dllab.training.timeline import CheckpointInfo


@dataclass(frozen=True)
class Command:
    """A request to the worker."""


@dataclass(frozen=True)
class Run(Command):
    """Train: for ``steps`` updates, to the end of ``epochs`` epochs from here, or to the goal.

    It takes the place of a run under way; ``queued`` steps come after those that are still to be
    made of other queued ones.
    """

    steps: int | None = None
    epochs: int | None = None
    queued: bool = False


@dataclass(frozen=True)
class Pause(Command):
    """Stop after the update under way; everything is kept."""


@dataclass(frozen=True)
class Nudge(Command):
    """Change live hyperparameters; the next update uses them.

    With ``twin`` the same model trains on for so many steps without, to compare.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    twin: int = 0


@dataclass(frozen=True)
class Checkpoint(Command):
    """Store the whole session value."""

    note: str = ""


@dataclass(frozen=True)
class Rollback(Command):
    """Go back to a checkpoint on a new branch, with the knobs of then or of now."""

    key: str
    keep_hyperparameters: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class ContinueBranch(Command):
    """Go back to the end of another branch and go on there."""

    branch: str


@dataclass(frozen=True)
class AddNote(Command):
    """Say something about an entry of the ledger."""

    entry: int
    text: str


@dataclass(frozen=True)
class RenameBranch(Command):
    """Call a branch something; an empty title takes the name away."""

    branch: str
    title: str


@dataclass(frozen=True)
class Pin(Command):
    """Keep a checkpoint whatever happens, or no longer."""

    key: str
    pinned: bool = True


@dataclass(frozen=True)
class Delete(Command):
    """Move a checkpoint to the trash."""

    key: str


@dataclass(frozen=True)
class SaveAs(Command):
    """Write one self-contained file of the present state, or of the checkpoint ``key``."""

    path: Path
    key: str = ""


@dataclass(frozen=True)
class Replicate(Command):
    """Copy the run as it stands, for a probe; answered by `Replicated`."""


@dataclass(frozen=True)
class Secure(Command):
    """Save what would be lost if the session ended now, and wait for the disk; it goes on.

    `Secured` is the answer.
    """


@dataclass(frozen=True)
class Shutdown(Command):
    """Write a last checkpoint, wait for the disk, end the worker.

    If it cannot be written, `Closed` says so and the session stays open in memory: another worker
    can go on with it.
    """


@dataclass(frozen=True)
class Event:
    """Something rare that happened in the worker."""


@dataclass(frozen=True)
class Started(Event):
    """Updates are being made."""


@dataclass(frozen=True)
class Paused(Event):
    """No updates are being made; ``reason`` in words ("paused", "goal reached", "500 steps")."""

    reason: str


@dataclass(frozen=True)
class Recorded(Event):
    """An entry was added to the ledger (nudge, checkpoint, rollback, guard, outcome)."""

    entry: Entry


@dataclass(frozen=True)
class RolledBack(Event):
    """The session stands at ``checkpoint`` again, on a new branch."""

    checkpoint: CheckpointInfo
    branch: str


@dataclass(frozen=True)
class Saved(Event):
    """The checkpoint's bytes are on the disk."""

    key: str
    path: Path | None


@dataclass(frozen=True)
class SavedAs(Event):
    """A self-contained file was written."""

    path: Path


@dataclass(frozen=True)
class Replicated(Event):
    """A copy of the run between two updates; ``ticket`` is that of the `Replicate`."""

    ticket: int
    replica: Replica


@dataclass(frozen=True)
class NotSaved(Event):
    """Writing failed; training goes on and what was on the disk is whole."""

    message: str


@dataclass(frozen=True)
class Secured(Event):
    """All is on the disk, or ``message`` says why it is not."""

    message: str


@dataclass(frozen=True)
class SavedAgain(Event):
    """After `NotSaved`: what could not be written then is on the disk now."""


@dataclass(frozen=True)
class Refused(Event):
    """A command could not be carried out; nothing changed. ``ticket`` is the command's."""

    ticket: int
    command: Command
    message: str


@dataclass(frozen=True)
class GuardTripped(Event):
    """An update was stopped before it was committed; ``way_back`` is a checkpoint key or empty."""

    message: str
    way_back: str
    suggestion: Mapping[str, Any]


@dataclass(frozen=True)
class RuleFired(Event):
    """A rule has looked after the run; ``message`` is for the screen and the desktop."""

    message: str


@dataclass(frozen=True)
class Failed(Event):
    """The worker met an error it did not expect; ``message`` is for the screen."""

    message: str
    trace: str


@dataclass(frozen=True)
class Closed(Event):
    """The worker has ended; ``saved`` says whether the last state is on the disk."""

    saved: bool
    message: str = ""
