"""What the manager does on the disk, in a thread beside the window, told in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal

from dllab.errors import DllabError
from dllab.sessions import Catalogue, Summary, Trash, Trashed
from dllab_ui.new_session.errands import Errands

# Seconds between two looks at a list that grows.
_TELL_EVERY = 0.2
_BROKEN = (
    "This could not be done because of an error inside dllab. What is on the disk is whole; the "
    "log file has the details."
)


@dataclass(frozen=True)
class Listing:
    """What is on the disk, as far as it has been read: ``complete`` says whether that is all."""

    sessions: tuple[Summary, ...] = ()
    trash: tuple[Trashed, ...] = ()
    complete: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Done:
    """How a chore ended: words and their tone, the session to select then, and one that has a new
    name."""

    words: str
    tone: str = "muted"
    folder: Path | None = None
    renamed: Path | None = None


Chore = Callable[[], Done]


class Chores(QObject):
    """One listing and one chore at a time; a chore that was begun is always carried through.

    It belongs to the window, not to a dialog: whoever is there when a chore ends tells of it.
    """

    listed = Signal(object)
    done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue, self._trash = Catalogue(), Trash()
        self._reader, self._doer = Errands(self), Errands(self)
        self._once_more = False
        self._in_turn: list[Chore] = []
        self._reader.came.connect(self._on_listed)
        self._doer.came.connect(self._on_done)

    @property
    def busy(self) -> bool:
        """Whether a chore is under way."""
        return self._doer.busy

    def look(self) -> None:
        """Read what is on the disk; asked for meanwhile, it is read once more afterwards."""
        if self._reader.busy:
            self._once_more = True
            return
        self._reader.send(_listing(self._catalogue, self._trash), lambda: Listing(problem=_BROKEN))

    def do(self, chore: Chore) -> bool:
        """Carry out a chore beside; False if another one is under way."""
        if self._doer.busy:
            return False
        self._doer.send(_carry_out(chore), lambda: Done(_BROKEN, "danger"))
        return True

    def do_in_turn(self, chore: Chore) -> None:
        """Carry out a chore now, or after the one under way."""
        if not self.do(chore):
            self._in_turn.append(chore)

    def stop_looking(self) -> None:
        """Nobody wants to see the list any more."""
        self._once_more = False
        self._reader.give_up()

    def end(self, milliseconds: int = 10_000) -> bool:
        """Let a chore be done before the process ends; False if it is still at work after that."""
        self.stop_looking()
        ended = not self.busy or QThreadPool.globalInstance().waitForDone(milliseconds)
        while ended and self._in_turn:
            # Nothing brings them into a thread any more, and a person waits for what comes of them.
            list(_carry_out(self._in_turn.pop(0)))
        return ended

    def _on_listed(self, listing: Listing) -> None:
        self.listed.emit(listing)
        if self._once_more and not self._reader.busy:
            self._once_more = False
            self.look()

    def _on_done(self, done: Done) -> None:
        # Before it is told: whoever hears of it asks whether there is more to wait for.
        if self._in_turn:
            self.do(self._in_turn.pop(0))
        self.done.emit(done)


def _listing(catalogue: Catalogue, trash: Trash) -> Iterator[Listing]:
    found: list[Summary] = []
    told = 0.0
    for summary in catalogue.each():
        found.append(summary)
        if time.monotonic() - told > _TELL_EVERY:
            told = time.monotonic()
            yield Listing(tuple(found))
    yield Listing(tuple(found), tuple(trash.list()), complete=True)


def _carry_out(chore: Chore) -> Iterator[Done]:
    try:
        yield chore()
    except DllabError as error:
        yield Done(str(error), "danger")
    except OSError as error:
        yield Done(f"The system refused: {error.strerror or error}.", "danger")
