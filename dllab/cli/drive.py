"""The worker of a run without a window: started, watched, stopped by a signal, ended safely."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import FrameType

from dllab.cli.progress import Progress
from dllab.training import commands as c
from dllab.training.runner import Runner
from dllab.training.session import Session
from dllab.training.snapshot import Snapshot

_TICK_SECONDS = 0.2
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Outcome:
    """How a run ended: ``signal`` is the number of the signal that stopped it, or 0.

    ``refused`` and ``not_saved`` are sentences, or empty.
    """

    snapshot: Snapshot | None = None
    signal: int = 0
    guard: c.GuardTripped | None = None
    failed: c.Failed | None = None
    refused: str = ""
    not_saved: str = ""


class Drive:
    """Trains a session on a thread of its own while this one draws the progress."""

    def __init__(self, session: Session, progress: Progress) -> None:
        self._events: SimpleQueue[c.Event] = SimpleQueue()
        self._runner = Runner(session, self._events.put)
        self._thread = threading.Thread(target=self._runner.run, name="dllab-worker", daemon=True)
        self._session, self._progress = session, progress
        self._outcome = Outcome()
        self._ending = False
        self._note = ""
        self._lost = False
        self._said = ""

    def train(self, steps: int | None, epochs: int | None, note: str = "") -> Outcome:
        """Train, store the end and close the session; ``note`` is kept with that checkpoint.

        Raises
        ------
        KeyboardInterrupt
            On a second signal, when the first one's checkpoint takes too long.
        """
        self._note = note
        with _catching(self._on_signal):
            self._runner.submit(c.Run(steps, epochs))
            self._thread.start()
            while self._thread.is_alive() and not self._lost:
                self._runner.request_snapshot()
                self._listen(_TICK_SECONDS)
                if self._outcome.signal:
                    self._end()
                self._draw()
        self._listen(0)
        self._outcome.snapshot = self._runner.latest()
        if self._outcome.snapshot is not None:
            self._progress.show(self._outcome.snapshot)
        self._progress.end()
        return self._outcome

    def _draw(self) -> None:
        snapshot = self._runner.latest()
        if snapshot is not None and snapshot.running:
            self._progress.show(snapshot)

    # Only a note is made here: the runner's locks may be held by the very code that is interrupted.
    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._outcome.signal:
            raise KeyboardInterrupt
        self._outcome.signal = number

    def _end(self) -> None:
        if self._ending:
            return
        self._ending = True
        self._runner.submit(c.Pause())
        if self._note:
            self._runner.submit(c.Checkpoint(self._note))
        self._runner.submit(c.Shutdown())

    def _listen(self, seconds: float) -> None:
        with contextlib.suppress(Empty):
            while True:
                self._heed(
                    self._events.get(timeout=seconds) if seconds else self._events.get(False)
                )
                seconds = 0

    def _heed(self, event: c.Event) -> None:
        outcome = self._outcome
        match event:
            case c.GuardTripped():
                outcome.guard = event
            case c.Failed():
                outcome.failed = event
                # An error in the ending itself: nobody would answer any more.
                self._lost = self._ending
            case c.Closed(saved, message) if not saved:
                outcome.not_saved = message
                self._session.close()
            case c.Refused(message=message):
                outcome.refused = message
                self._end()
            case c.Paused():
                self._end()
            case c.NotSaved(message) if message != self._said:
                self._said = message
                self._progress.say("")
                print(message, file=sys.stderr, flush=True)


@contextlib.contextmanager
def _catching(handler: object) -> Iterator[None]:
    old = {}
    try:
        for number in _SIGNALS:
            old[number] = signal.signal(number, handler)  # type: ignore[arg-type]
        yield
    finally:
        for number, was in old.items():
            signal.signal(number, was)
