"""The tree of checkpoints and branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dllab.errors import SessionError

Reason = Literal["start", "manual", "automatic", "safety", "best", "left", "close"]

# Made without being asked and taken away again when newer ones have come: no other checkpoint's
# history may hang on them.
PASSING: tuple[Reason, ...] = ("automatic", "safety", "best")


@dataclass(frozen=True)
class CheckpointInfo:
    """What is known of a checkpoint without reading it.

    ``reason``: ``start`` is the untrained model, ``manual`` was asked for, ``automatic`` is the
    autosave, ``safety`` the moment before a nudge, ``best`` the lowest dev cost so far, ``left``
    the end of a branch that a rollback leaves, ``close`` the end of a sitting. ``saved`` turns True
    once the bytes are on the disk.
    """

    key: str
    parent: str
    branch: str
    step: int
    epoch: float
    reason: Reason
    when: str
    note: str = ""
    train_cost: float | None = None
    dev_cost: float | None = None
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    saved: bool = False


@dataclass(frozen=True)
class Branch:
    """A line of training: it leaves ``parent`` after update ``fork_step``."""

    name: str
    parent: str = ""
    fork_step: int = 0
    fork_checkpoint: str = ""


class Timeline:
    """Checkpoints and branches of a session, in order of creation."""

    def __init__(self) -> None:
        self._checkpoints: dict[str, CheckpointInfo] = {}
        self.branches: dict[str, Branch] = {"main": Branch("main")}
        self._tuple: tuple[CheckpointInfo, ...] | None = ()
        self._highest = 0

    @property
    def checkpoints(self) -> tuple[CheckpointInfo, ...]:
        """All checkpoints, oldest first; the tuple is replaced, never changed."""
        if self._tuple is None:
            self._tuple = tuple(self._checkpoints.values())
        return self._tuple

    def __contains__(self, key: str) -> bool:
        return key in self._checkpoints

    def __getitem__(self, key: str) -> CheckpointInfo:
        """The checkpoint with this key.

        Raises
        ------
        SessionError
            If there is none; the message names the last ones.
        """
        if key not in self._checkpoints:
            last = ", ".join(list(self._checkpoints)[-5:]) or "none yet"
            raise SessionError(
                f"There is no checkpoint {key!r} in this session; last ones: {last}."
            )
        return self._checkpoints[key]

    def add(self, info: CheckpointInfo) -> None:
        """Put a checkpoint into the tree."""
        self.reserve(info.key)
        self._checkpoints[info.key] = info
        self._tuple = None

    def mark_saved(self, key: str) -> None:
        """Note that the checkpoint's bytes are on the disk."""
        if key in self._checkpoints:
            self._checkpoints[key] = replace(self._checkpoints[key], saved=True)
            self._tuple = None

    def remove(self, key: str) -> None:
        """Forget a checkpoint (an autosave that a newer one replaces, or one not written)."""
        if self._checkpoints.pop(key, None):
            self._tuple = None

    def reserve(self, key: str) -> None:
        """Never give this key to another checkpoint, though its own may be gone."""
        self._highest = max(self._highest, int(key))

    def next_key(self) -> str:
        """The key for a new checkpoint: six digits, counting up, none used twice."""
        return f"{self._highest + 1:06d}"

    def last_on(self, branch: str, *, lasting: bool = False) -> CheckpointInfo | None:
        """The newest checkpoint of a branch; with ``lasting`` only those that are stored and stay.

        A branch without any has the one it forked from. The best dev point is not meant: it lies
        anywhere before.
        """
        for info in reversed(self._checkpoints.values()):
            if info.reason == "best":
                continue
            stays = info.saved and info.reason not in PASSING
            if info.branch == branch and (stays or not lasting):
                return info
        return self._checkpoints.get(self.branches[branch].fork_checkpoint)

    def leads_to(self, branch: str, step: int, other: str) -> bool:
        """Whether the state after update ``step`` of ``branch`` lies on the way to ``other``."""
        while other != branch:
            fork = self.branches[other]
            if not fork.parent or step > fork.fork_step:
                return False
            other = fork.parent
        return True

    def fork(self, parent: str, fork_step: int, checkpoint: str) -> Branch:
        """A new branch that leaves ``parent`` after update ``fork_step``."""
        name = f"branch-{len(self.branches) + 1}"
        self.branches[name] = Branch(name, parent, fork_step, checkpoint)
        return self.branches[name]
