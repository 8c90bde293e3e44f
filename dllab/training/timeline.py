"""The tree of checkpoints and branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dllab.errors import SessionError

Reason = Literal[
    "start", "manual", "automatic", "safety", "best", "rule", "emergency", "left", "close"
]

# Made without being asked and taken away again when newer ones have come: no other checkpoint's
# history may hang on them.
PASSING: tuple[Reason, ...] = ("automatic", "safety", "best", "emergency")
# What comes after continues their history, so they stay.
ANCHORS: tuple[Reason, ...] = ("start", "left", "close")
# So many updates after its anchor a checkpoint holds 8 MB of curves and becomes an anchor itself.
ANCHOR_STEPS = 1_000_000
# No machine gets that far, and a float holds every number up to it.
MOST_STEPS = 2**53
# More checkpoints nobody makes, and the names of their files have a length that a disk takes.
_LONGEST_KEY = 15


@dataclass(frozen=True)
class CheckpointInfo:
    """What is known of a checkpoint without reading it.

    ``reason``: ``start`` is the untrained model, ``manual`` was asked for, ``automatic`` is the
    autosave, ``safety`` the moment before a nudge, ``best`` the lowest dev cost so far, ``rule``
    what *checkpoint every* asks for, ``emergency`` the last good state when the guard or an error
    has stopped training, ``left`` the end of a branch that a rollback leaves, ``close`` the end of
    a sitting. ``saved`` turns True once the bytes are on the disk; ``pinned`` ones are never
    thinned out. ``parent`` is the checkpoint whose curves this one continues.
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
    pinned: bool = False

    @property
    def order(self) -> tuple[int, bool, str]:
        """How late its state is among those of its branch.

        A best one is stored some time after its moment: its key says nothing.
        """
        return self.step, self.reason != "best", self.key


@dataclass(frozen=True)
class Branch:
    """A line of training: it leaves ``parent`` after update ``fork_step``.

    ``name`` is for good; ``title`` is what a person calls it.
    """

    name: str
    parent: str = ""
    fork_step: int = 0
    fork_checkpoint: str = ""
    title: str = ""

    @property
    def label(self) -> str:
        """How it is called on screen."""
        return self.title or self.name


def is_key(text: str) -> bool:
    """Whether a text can be the key of a checkpoint."""
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY


def needed_by(
    key: str, checkpoints: Sequence[CheckpointInfo], branches: Mapping[str, Branch]
) -> str:
    """What hangs on a checkpoint, as a sentence; "" if nothing does and it may be deleted."""
    children = [c.key for c in checkpoints if c.parent == key]
    if children:
        return (
            f"Checkpoint {int(key)} holds the curves that checkpoint {int(children[0])} continues; "
            f"it has to stay."
        )
    for branch in branches.values():
        if branch.fork_checkpoint == key:
            return f"The branch {branch.label} begins at checkpoint {int(key)}; it has to stay."
    if len(checkpoints) == 1 or all(c.key == key or not c.saved for c in checkpoints):
        return f"Checkpoint {int(key)} is the only one on the disk; it has to stay."
    return ""


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

    def pin(self, key: str, pinned: bool) -> None:
        """Keep a checkpoint from being thinned out, or no longer."""
        self._checkpoints[key] = replace(self[key], pinned=pinned)
        self._tuple = None

    def rename(self, branch: str, title: str) -> None:
        """Call a branch by another name on screen."""
        self.branches[branch] = replace(self.branches[branch], title=title)

    def called(self, name: str) -> list[str]:
        """The branches that go by this name or title, however it is spelt in capitals."""
        wanted = name.casefold()
        return [
            branch.name
            for branch in self.branches.values()
            if wanted in (branch.name.casefold(), branch.title.casefold())
        ]

    def needed_by(self, key: str) -> str:
        """What hangs on a checkpoint, as a sentence; "" if nothing does."""
        return needed_by(key, self.checkpoints, self.branches)

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

    def last_on(self, branch: str) -> CheckpointInfo | None:
        """The newest checkpoint of a branch.

        A branch without any has the one it forked from. The best dev point is not meant: it lies
        anywhere before.
        """
        for info in reversed(self._checkpoints.values()):
            if info.branch == branch and info.reason != "best":
                return info
        return self._checkpoints.get(self.branches[branch].fork_checkpoint)

    def newest_before(self, branch: str, step: int) -> CheckpointInfo | None:
        """The checkpoint with the most steps before ``step`` on the way to it, or None."""
        while True:
            mine = [c for c in self._checkpoints.values() if c.branch == branch and c.step < step]
            if mine:
                return max(mine, key=lambda c: c.order)
            here = self.branches[branch]
            if not here.parent:
                return None
            branch, step = here.parent, min(step, here.fork_step + 1)

    def anchor_on(self, branch: str, step: int) -> CheckpointInfo | None:
        """The stored checkpoint whose curves one at ``step`` of the branch continues.

        All hangs on it from then on, so it is one of the few that stay, or after `ANCHOR_STEPS` any
        that is there. A branch without any has the one it forked from.
        """
        mine = [c for c in self._checkpoints.values() if c.branch == branch and c.saved]
        mine = [c for c in mine if c.step <= step and c.reason != "best"]
        parents = {c.parent for c in self._checkpoints.values()}
        lasting = [c for c in mine if c.reason in ANCHORS or c.key in parents]
        anchor = lasting[-1] if lasting else None
        reached = anchor.step if anchor else self.branches[branch].fork_step
        if mine and mine[-1].step - reached >= ANCHOR_STEPS:
            return mine[-1]
        return anchor or self._checkpoints.get(self.branches[branch].fork_checkpoint)

    def leads_to(self, branch: str, step: int, other: str) -> bool:
        """Whether the state after update ``step`` of ``branch`` lies on the way to ``other``."""
        while other != branch:
            fork = self.branches[other]
            if not fork.parent or step > fork.fork_step:
                return False
            other = fork.parent
        return True

    def fork(self, parent: str, fork_step: int, checkpoint: str) -> Branch:
        """A new branch that leaves ``parent`` after update ``fork_step``.

        No branch is called like it already.
        """
        number = len(self.branches) + 1
        while self.called(name := f"branch-{number}"):
            number += 1
        self.branches[name] = Branch(name, parent, fork_step, checkpoint)
        return self.branches[name]
