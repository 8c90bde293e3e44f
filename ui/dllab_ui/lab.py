"""The window's end of the line to the training thread: intents go in, snapshots come out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from dllab.places import remember_last_session
from dllab.recipe import Recipe
from dllab.training.commands import (
    Closed,
    Command,
    Event,
    Pause,
    Recorded,
    Replicate,
    Saved,
    SavedAgain,
)
from dllab.training.session import Session
from dllab_ui.frame_budget import FrameBudget, drawable
from dllab_ui.handover import Handover
from dllab_ui.lab_intents import LabIntents
from dllab_ui.probe import Probe, Work
from dllab_ui.probes import Probes
from dllab_ui.worker import Worker

_log = logging.getLogger(__name__)
_IDLE_SECONDS = 0.25


class Helper(Protocol):
    """A thread of a panel that works beside the session."""

    def end(self, milliseconds: int = 10_000) -> bool:
        """Stop and wait; False if it is still at work after that."""


class Lab(LabIntents):
    """Owns the worker and its session. Docks show ``snapshot`` and call the intents.

    ``snapshot`` comes often and is for cheap things; ``frame`` carries the same record when the
    frame budget allows the curves to be drawn.
    """

    snapshot = Signal(object)
    frame = Signal(object)
    happened = Signal(object)
    loading = Signal(str)
    opened = Signal()
    closed = Signal()
    put_away = Signal()
    cannot_save = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.budget = FrameBudget()
        self._probes = Probes(self)
        self._helpers: list[Helper] = []
        self._worker: Worker | None = None
        self._coming: Worker | None = None
        self._retired: list[Worker] = []
        self._drawn: tuple[Any, ...] = ()
        self._old_one_waits = self._letting_go = False
        self.handover = Handover(self)
        self.handover.given_up.connect(self._on_given_up)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._pull)

    # --- sessions -------------------------------------------------------------------------

    def start(self, make_session: Callable[[], Session], words: str = "Opening …") -> None:
        """Make a session in a new thread; the present one goes on until the new one is there.

        If the present one cannot be saved, ``handover`` asks before anything is made.
        """
        if self._coming is not None:
            self.failed.emit("Another session is being opened; wait until it is there.")
            return
        if self._letting_go:
            self.failed.emit("The session is being closed; wait until that is done.")
            return
        worker = Worker(make_session, self)
        worker.ready.connect(self._on_ready)
        worker.failed.connect(self._on_failed)
        worker.happened.connect(self._on_event)
        worker.finished.connect(self._on_finished)
        self._coming = worker
        self.loading.emit(words)
        self.handover.begin(self._worker, worker)

    def close(self) -> None:
        """Ask for a last checkpoint and the end of the thread.

        Answered by ``closed``, or by ``cannot_save`` with the reason: then `go_on`, or `leave`.
        """
        self.handover.stay()
        self._timer.stop()
        self._probes.cancel_all()
        if self._worker is None or self._worker.isFinished():
            self.closed.emit()
        else:
            self._worker.ask_to_end()

    def let_session_go(self) -> None:
        """Close the present session and stay without one; ``put_away`` tells when that is done."""
        self._probes.cancel_all()
        if self._worker is not None:
            self._letting_go = True
            self._worker.ask_to_end()

    def go_on(self) -> None:
        """Take up the session, still in memory, that could not be saved when closing."""
        worker = self._worker
        if worker is not None and worker.left_open and worker.session is not None:
            worker.wait()
            worker.left_open = False
            session = worker.session
            self.start(lambda: session, "Going on …")

    def leave(self) -> None:
        """Close without what could not be saved."""
        self.closed.emit()

    def wait_for_threads(self, milliseconds: int = 10_000) -> bool:
        """Wait until no thread of the lab runs; the last thing before the process ends."""
        # A worker that still waits for an answer would start when everything has ended.
        self.handover.stay()
        workers = [w for w in (self._worker, self._coming, *self._retired) if w is not None]
        ended = [worker.end(milliseconds) for worker in (*workers, *self._helpers)]
        return self._probes.wait(milliseconds) and all(ended)

    def look_after(self, helper: Helper) -> None:
        """End this thread too before the process ends; it belongs to no session."""
        self._helpers.append(helper)

    def let_go(self, helper: Helper) -> None:
        """Forget a thread that has ended."""
        self._helpers.remove(helper)

    @property
    def recipe(self) -> Recipe | None:
        """How the open session started, or None."""
        session = self._worker.session if self._worker is not None else None
        return session.recipe if session is not None else None

    @property
    def is_open(self) -> bool:
        """Whether there is a session to steer."""
        return self._worker is not None and self._worker.runner is not None

    @property
    def is_loading(self) -> bool:
        """Whether a session is being made."""
        return self._coming is not None

    def notices(self) -> list[str]:
        """Sentences about anything that opening had to work around."""
        session = self._worker.session if self._worker is not None else None
        return list(session.notices) if session is not None else []

    # --- commands -------------------------------------------------------------------------

    def submit(self, command: Command) -> int:
        """Send a command to the worker; its ticket, or 0 if there is no session."""
        if self._worker is None or self._worker.runner is None:
            self.failed.emit("There is no open session yet.")
            return 0
        ticket = self._worker.runner.submit(command)
        self.hurry()
        return ticket

    def probe(self, work: Work) -> Probe:
        """Look into a copy of the run in a thread of its own; without a session it fails in words.

        Connect to the probe's signals at once: they come from the next turn of the event loop on.
        """
        probe = self._probes.make(work)
        runner = self._worker.runner if self._worker is not None else None
        if runner is not None:
            # Not by `submit`: a panel that looks again and again must not hurry the window.
            self._probes.expect(runner.submit(Replicate()), probe)
        else:
            QTimer.singleShot(0, probe, lambda: probe.failed.emit("There is no open session yet."))
        return probe

    # --- what comes back ------------------------------------------------------------------

    def hurry(self) -> None:
        """Fetch and draw soon: the person waits for an answer."""
        self.budget.interacted()
        # Never later than it would have come: wishes may follow each other faster than this.
        if self.is_open and not 0 <= self._timer.remainingTime() <= 16:
            self._timer.start(16)

    def _pull(self) -> None:
        runner = self._worker.runner if self._worker is not None else None
        if runner is None:
            return
        snapshot = runner.latest()
        fresh = snapshot is not None and snapshot is not self.latest
        # A run that stands still has nothing to lose to drawing, and nothing new to draw but once.
        stands = snapshot is not None and not snapshot.running
        owed = snapshot is not None and drawable(snapshot) != self._drawn
        draw = owed and (stands or self.budget.curves_due())
        if fresh or draw:
            self.budget.begin(with_curves=draw)
        if snapshot is not None and fresh:
            self.latest = snapshot
            self.snapshot.emit(snapshot)
            if self._old_one_waits and snapshot.saving == 0:
                # Not before the new one is on the disk: two at once would wait for each other.
                self._old_one_waits = False
                for worker in self._retired:
                    worker.ask_to_end()
        if draw and self.latest is not None:
            self._drawn = drawable(self.latest)
            self.frame.emit(self.latest)
        runner.request_snapshot()
        seconds = self.budget.numbers_interval()
        if self.latest is not None and not self.latest.running and not self.budget.interacting:
            seconds = max(seconds, _IDLE_SECONDS)
        self._timer.start(max(16, round(1000 * seconds)))

    def _on_ready(self) -> None:
        worker, self._coming = self._coming, None
        if self._worker is not None:
            self._worker.happened.disconnect(self._on_event)
            self._worker.happened.connect(self._on_retired_event)
            self._retired.append(self._worker)
            if self._worker.runner is not None:
                self._worker.runner.submit(Pause())
            self._old_one_waits = True
        self._probes.cancel_all()
        self._worker, self._drawn = worker, ()
        self.forget_session()
        session = worker.session if worker is not None else None
        if session is not None and session.folder is not None:
            remember_last_session(session.folder)
        self.opened.emit()
        self.hurry()

    def _on_given_up(self) -> None:
        self._coming = None

    def _on_failed(self, message: str) -> None:
        if self._coming is not None:
            self._retired.append(self._coming)
            self._coming = None
        self.failed.emit(message)

    def _on_finished(self) -> None:
        gone = self._letting_go and self._worker is not None and self._worker.isFinished()
        if gone and self._worker is not None:
            self._timer.stop()
            self._retired.append(self._worker)
            self._letting_go, self._worker = False, None
            self._drawn = ()
            self.forget_session()
        for worker in [w for w in self._retired if w.isFinished()]:
            self._retired.remove(worker)
            worker.end()
            worker.deleteLater()
        if gone:
            self.put_away.emit()
        self.handover.heed_end()

    def _on_retired_event(self, event: Event) -> None:
        # The session that another one replaced: all it still has to do is to save itself.
        if isinstance(event, Closed) and not event.saved and not self.handover.loss_is_agreed:
            self.failed.emit(f"The session before this one lost its last steps: {event.message}")

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Closed):
            self._timer.stop()
            if self._letting_go:
                return
            if event.saved:
                self.closed.emit()
            else:
                self.cannot_save.emit(event.message)
            return
        if self.handover.heed(event) or self._probes.heed(event):
            return
        self.happened.emit(event)
        if not _happens_by_itself(event):
            self.hurry()


def _happens_by_itself(event: Event) -> bool:
    """Whether nobody waits for it: an autosave on the disk, an outcome that was measured."""
    if isinstance(event, Recorded):
        return event.entry.who == "session"
    return isinstance(event, Saved | SavedAgain)
