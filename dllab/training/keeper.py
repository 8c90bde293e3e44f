"""Keeps checkpoints: which there are, which are on the disk, which may go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from dllab.checkpoint import Contents
from dllab.training.store import Store, Written
from dllab.training.timeline import CheckpointInfo, Reason, Timeline

# The newest of each kind stay.
PASSING_KEPT: dict[Reason, int] = {"automatic": 2, "safety": 20, "best": 1, "emergency": 3}
# Of older ones of these kinds one stays for each doubling of its age.
AGING: tuple[Reason, ...] = ("automatic", "safety")
# What goes first when the disk limit is reached.
_EXPENDABLE: tuple[Reason, ...] = ("automatic", "safety", "emergency", "rule")

_AT_THE_END = "What was saved before is whole; make room or allow writing there."
_ADVICE = "Training goes on, and what was saved before is whole; make room or allow writing there."


class Keeper:
    """The timeline and the store behind it.

    ``disk_limit`` says how many bytes the checkpoints may take, 0 for any number; ``offered`` is
    the key of the checkpoint that a person is told to go back to, which stays meanwhile.

    Attributes
    ----------
    not_saved:
        Why the last write failed, or "" while all is well.
    saved_step:
        Step of the newest checkpoint known to be on the disk.
    """

    def __init__(
        self,
        store: Store,
        disk_limit: Callable[[], float] = lambda: 0,
        offered: Callable[[], str] = lambda: "",
    ) -> None:
        self.store = store
        self.timeline = Timeline()
        self.not_saved = self._why = ""
        self.saved_step: int | None = None
        self._something_failed = False
        self._in_use = ""
        self._disk_limit = disk_limit
        self._offered = offered
        self._bytes: dict[str, int] = {}

    @property
    def not_saved_at_the_end(self) -> str:
        """Why the last write failed, for when nothing goes on after it, or "" while all is well."""
        return f"{self._why} {_AT_THE_END}" if self.not_saved else ""

    @property
    def disk_bytes(self) -> int:
        """What the stored checkpoints take on the disk."""
        return sum(self._bytes.values())

    def parent_on(self, branch: str, step: int) -> CheckpointInfo | None:
        """The checkpoint whose curves a new one at ``step`` of the branch continues."""
        return self.timeline.anchor_on(branch, step)

    def add(self, contents: Contents) -> None:
        """Take a checkpoint in and hand it to the store."""
        self.timeline.add(contents.info)
        self.store.save(contents)

    def count(self, written: Iterable[Written]) -> None:
        """Note what these files take on the disk."""
        for one in written:
            try:
                self._bytes[one.key] = one.path.stat().st_size if one.path else 0
            except OSError:
                self._bytes[one.key] = 0

    @contextmanager
    def using(self, key: str) -> Iterator[None]:
        """Let a checkpoint not be taken away meanwhile."""
        self._in_use = key
        try:
            yield
        finally:
            self._in_use = ""

    def discard(self, key: str) -> None:
        """Take a checkpoint away because a person wants to."""
        self._forget(key)
        self.store.discard(key)

    def _forget(self, key: str) -> None:
        self.timeline.remove(key)
        self._bytes.pop(key, None)

    def _remove_if_free(self, info: CheckpointInfo) -> None:
        """Take a checkpoint away unless it is pinned, needed, or where its branch ends."""
        stored = [i for i in self.timeline.checkpoints if i.saved and i.reason != "best"]
        tips = {i.branch: i.key for i in stored}
        wanted = info.pinned or info.key in (tips.get(info.branch), self._in_use, self._offered())
        if not wanted and not self.timeline.needed_by(info.key):
            self._forget(info.key)
            self.store.remove(info.key)

    def _thin(self, reason: Reason) -> None:
        """Take away what is too old of a kind, now that a newer one is on the disk."""
        if reason in PASSING_KEPT:
            stored = [i for i in self.timeline.checkpoints if i.reason == reason and i.saved]
            for info in superfluous(stored, reason):
                self._remove_if_free(info)

    def _make_room(self) -> None:
        """Keep to the disk limit: the oldest of what nobody asked for goes first."""
        limit = self._disk_limit()
        if not limit:
            return
        for reason in _EXPENDABLE:
            for info in self.timeline.checkpoints:
                if self.disk_bytes <= limit:
                    return
                if info.reason == reason and info.saved:
                    self._remove_if_free(info)

    def heed_news(self) -> list[Written]:
        """Take in what the store has to tell; return it."""
        heard = []
        while self.store.news:
            written = self.store.news.popleft()
            heard.append(written)
            if written.error:
                self.not_saved, self._why = with_advice(written), written.error
                # Lines of the journal are kept and written later; the store knows about them.
                self._something_failed = self._something_failed or not written.of_journal
                self._forget(written.key)
            elif written.key in self.timeline:
                self.timeline.mark_saved(written.key)
                self.count([written])
                info = self.timeline[written.key]
                if info.reason != "best":
                    self.saved_step = info.step
                    self._something_failed = False
                self._thin(info.reason)
                self._make_room()
        # A later checkpoint stands for one that was lost before it, but not for lost lines.
        if not self._something_failed and self.store.journal_is_written:
            self.not_saved = ""
        return heard


def with_advice(written: Written) -> str:
    """What to tell a person about a write that failed."""
    return f"{written.error} {_ADVICE}"


def superfluous(stored: list[CheckpointInfo], reason: Reason) -> list[CheckpointInfo]:
    """Which of the stored checkpoints of one kind, oldest first, need not stay.

    The newest stay; of those that age, so does the oldest within each doubling of the age, counted
    in checkpoints made since. So their number grows with the logarithm of the run.
    """
    fresh = PASSING_KEPT[reason]
    old = stored[:-fresh]
    if reason not in AGING or not old:
        return old
    newest = int(stored[-1].key)
    ages: dict[int, str] = {}
    for info in old:
        ages.setdefault((newest - int(info.key)).bit_length(), info.key)
    kept = set(ages.values())
    return [info for info in old if info.key not in kept]
