"""What a checkpoint file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dllab.checkpoint.migrations import VERSION
from dllab.training.history import Segment
from dllab.training.state import State
from dllab.training.timeline import CheckpointInfo

FORMAT = "dllab-checkpoint"


__all__ = ["FORMAT", "VERSION", "Contents", "Outline"]


@dataclass(frozen=True, eq=False)
class Contents:
    """The value of a session at one moment, and how it came there.

    ``history`` holds, in a session's folder, the segment since the parent checkpoint; in a
    self-contained file (``complete``) every branch from its start. ``journal`` (JSON lines) and
    ``tree`` (JSON) are filled in a self-contained file only. ``facts`` say what made the file:
    versions, BLAS, threads. ``version`` is that of the file it was read from; it is always written
    in the present one. ``session`` is the id of the session in whose folder it lies, given by
    whoever writes it there.
    """

    info: CheckpointInfo
    state: State
    history: tuple[Segment, ...]
    recipe: str
    data_fingerprint: str
    complete: bool = False
    journal: str = ""
    tree: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    version: int = VERSION
    session: str = ""


@dataclass(frozen=True, eq=False)
class Outline:
    """What a checkpoint file holds besides the state: enough for the tree, the curves, a list.

    ``parameters`` is the length of θ; the rest as in `Contents`. So a folder is opened without
    holding all its states in memory.
    """

    info: CheckpointInfo
    history: tuple[Segment, ...]
    data_fingerprint: str
    parameters: int
    complete: bool
    session: str
