"""Keeps checkpoints: which there are, which are on the disk, which may go."""

from __future__ import annotations

from dllab.checkpoint import Contents
from dllab.training.store import Store, Written
from dllab.training.timeline import PASSING, CheckpointInfo, Reason, Timeline

PASSING_KEPT: dict[Reason, int] = {"automatic": 2, "safety": 20, "best": 1}


_ADVICE = "Training goes on, and what was saved before is whole; make room or allow writing there."


class Keeper:
    """The timeline and the store behind it.

    Attributes
    ----------
    not_saved:
        Why the last write failed, or "" while all is well.
    saved_step:
        Step of the newest checkpoint known to be on the disk.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.timeline = Timeline()
        self.not_saved = ""
        self.saved_step: int | None = None

    def parent_on(self, branch: str) -> CheckpointInfo | None:
        """The checkpoint that a new one on ``branch`` continues: it stays, and it is stored."""
        return self.timeline.last_on(branch, lasting=True)

    def add(self, contents: Contents) -> None:
        """Take a checkpoint in and hand it to the store."""
        self.timeline.add(contents.info)
        self.store.save(contents)

    def _thin(self, reason: Reason) -> None:
        """Take away the oldest of a kind, now that a newer one is on the disk."""
        if reason not in PASSING:
            return
        passing = [i for i in self.timeline.checkpoints if i.reason == reason and i.saved]
        forks = {branch.fork_checkpoint for branch in self.timeline.branches.values()}
        for info in passing[: -PASSING_KEPT[reason]]:
            if info.key not in forks:
                self.timeline.remove(info.key)
                self.store.remove(info.key)

    def heed_news(self) -> list[Written]:
        """Take in what the store has to tell; return it."""
        heard = []
        while self.store.news:
            written = self.store.news.popleft()
            heard.append(written)
            if written.error:
                self.not_saved = f"{written.error} {_ADVICE}"
                self.timeline.remove(written.key)
            elif written.key in self.timeline:
                self.timeline.mark_saved(written.key)
                info = self.timeline[written.key]
                if info.reason != "best":
                    self.saved_step = info.step
                self._thin(info.reason)
                if self.store.journal_is_written:
                    self.not_saved = ""
        return heard
