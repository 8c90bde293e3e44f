"""The worker's loop: drains commands between two updates, publishes snapshots when asked.

The loop knows no screen. Commands come in through a queue, snapshots go out through a slot in which
the latest wins, rare events through a callback from the worker's thread.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable

import numpy as np

from dllab.errors import DllabError
from dllab.training import commands as c
from dllab.training.autosave import Autosave, save_all
from dllab.training.keeper import with_advice
from dllab.training.replica import replica_of
from dllab.training.session import Session
from dllab.training.snapshot import Snapshot
from dllab.training.snapshot_of import snapshot_of
from dllab.training.speed import Speed
from dllab.training.stepping import save_emergency

_IDLE_SECONDS = 0.5

log = logging.getLogger(__name__)


class Runner:
    """Runs a session on the thread that calls `run`; the other methods are for any thread."""

    def __init__(self, session: Session, on_event: Callable[[c.Event], None]) -> None:
        self.session = session
        self._tell = on_event
        self._tickets = itertools.count(1)
        self._queue: deque[tuple[int, c.Command]] = deque()
        self._wake = threading.Event()
        self._wanted = False
        self._slot: Snapshot | None = None
        self._handled = 0
        self._target: tuple[str, int] | None = None
        self._why = ""
        self._running = self._queued = self._to_the_goal = False
        self._ended = False
        self._farewell = c.Closed(False, "The worker ended without closing the session.")
        self._autosave = Autosave(session)
        self._speed = Speed()
        self._owes_good_news = False
        self._entries_told = len(session.journal)

    def submit(self, command: c.Command) -> int:
        """Queue a command; the returned ticket comes back as `Snapshot.handled` or in `Refused`."""
        ticket = next(self._tickets)
        self._queue.append((ticket, command))
        self._wake.set()
        return ticket

    def request_snapshot(self) -> None:
        """Ask for a fresh snapshot; it replaces the one in the slot after the update under way."""
        self._wanted = True
        self._wake.set()

    def latest(self) -> Snapshot | None:
        """The newest snapshot there is."""
        return self._slot

    def run(self) -> None:
        """Work until `Shutdown`."""
        with np.errstate(all="ignore"):
            self._publish()
            while not self._ended:
                try:
                    if self._running:
                        self._train()
                    else:
                        self._rest()
                except Exception as error:
                    self._fail(error)
        # The very last thing: from here on the session may be another thread's.
        self._tell(self._farewell)

    def _rest(self) -> None:
        self._wake.wait(_IDLE_SECONDS)
        self._wake.clear()
        self._drain()
        if not self._running and not self._ended:
            self._autosave.at_rest()
        self._heed()
        if self._wanted:
            self._publish()

    def _train(self) -> None:
        session, queue = self.session, self._queue
        news, target = session.store.news, self._target
        assert target is not None
        session.watch.start_clock()
        try:
            while self._running and self._target is target:
                if session.reached(target):
                    self._pause(self._why)
                    break
                advanced = session.advance()
                if session.rules.due:
                    self._heed_rule()
                elif not advanced:
                    self._guarded()
                    break
                if queue:
                    self._drain()
                if self._wanted:
                    self._publish()
                if news or len(session.journal) != self._entries_told:
                    self._heed()
                if session.step & 63 == 0:
                    self._speed.note(session.step)
                    self._autosave.in_training()
        finally:
            session.watch.stop_clock()

    def _heed_rule(self) -> None:
        firing = self.session.rules.act()
        self._speed.reset()
        self._autosave.may_have_gone_back()
        self._heed()
        self._tell(c.RuleFired(firing.message))
        if firing.pauses:
            self._pause(firing.message)

    def _drain(self) -> None:
        while self._queue and not self._ended:
            ticket, command = self._queue.popleft()
            try:
                self._carry_out(ticket, command)
            except DllabError as error:
                self._tell(c.Refused(ticket, command, str(error)))
            self._handled = ticket
            self._wanted = True
        self._heed()

    def _carry_out(self, ticket: int, command: c.Command) -> None:
        session = self.session
        match command:
            case c.Run(steps, epochs, queued):
                self._start(steps, epochs, queued)
            case c.Pause():
                if self._running:
                    self._pause("paused")
            case c.Nudge(changes, note, twin):
                session.nudge(changes, note=note, twin=twin)
                if self._running and self._to_the_goal and "epochs" in changes:
                    self._target = session.target()
            case c.Checkpoint(note):
                session.checkpoint(note, wait=False)
            case c.Rollback(key, keep, changes, note):
                was_running = self._running
                session.rollback(key, keep, changes=changes, note=note)
                self._went_elsewhere(key, was_running)
            case c.ContinueBranch(branch):
                was_running = self._running
                self._went_elsewhere(session.continue_branch(branch), was_running)
            case c.AddNote(entry, text):
                session.add_note(entry, text)
            case c.RenameBranch(branch, title):
                session.rename_branch(branch, title)
            case c.Pin(key, pinned):
                session.pin(key, pinned)
            case c.Delete(key):
                session.delete(key)
            case c.SaveAs(path, key):
                session.save_as(path, key)
                self._tell(c.SavedAs(path))
            case c.Replicate():
                self._tell(c.Replicated(ticket, replica_of(session)))
            case c.Secure():
                self._secure()
            case c.Shutdown():
                self._shut_down(ticket)

    def _went_elsewhere(self, key: str, was_running: bool) -> None:
        session = self.session
        self._tell(c.RolledBack(session.timeline[key], session.branch))
        self._speed.reset()
        self._autosave.went_elsewhere()
        if was_running and session.reached(session.target()):
            self._pause("goal reached")
        elif was_running:
            self._start(None, None)

    def _start(self, steps: int | None, epochs: int | None, queued: bool = False) -> None:
        session = self.session
        session.check_writable()
        target = session.target(steps, epochs)
        if queued and steps is not None and self._queued and self._running:
            assert self._target is not None
            steps += max(0, self._target[1] - session.step)
            target = session.target(steps)
        if session.reached(target):
            raise DllabError(
                f"The goal of {session.hyperparameters['epochs']} epochs is reached; raise epochs, "
                f"or run a number of steps."
            )
        self._autosave.went_on()
        self._target, self._queued = target, queued and steps is not None
        self._to_the_goal = steps is None and epochs is None
        self._why = "goal reached"
        if steps is not None:
            self._why = f"{steps:,} steps done" if steps != 1 else "one step done"
        elif epochs is not None:
            self._why = f"{epochs:,} epochs done" if epochs != 1 else "one epoch done"
        if not self._running:
            self._running = True
            self._speed.reset()
            self._tell(c.Started())

    def _pause(self, reason: str) -> None:
        self._running = False
        self.session.watch.record_clock()
        self._wanted = True
        self._tell(c.Paused(reason))

    def _guarded(self) -> None:
        guard = self.session.guard
        assert guard is not None
        self._pause("stopped by the guard")
        self._heed()
        self._tell(c.GuardTripped(guard.message, guard.way_back, guard.suggestion))

    def _heed(self) -> None:
        keeper = self.session.keeper
        for written in keeper.heed_news():
            if written.error:
                log.warning("not saved: %s", written.error)
                self._tell(c.NotSaved(with_advice(written)))
                self._owes_good_news = True
            elif written.key:
                self._tell(c.Saved(written.key, written.path))
            self._wanted = True
        if self._owes_good_news and not keeper.not_saved:
            self._owes_good_news = False
            self._tell(c.SavedAgain())
        entries = self.session.journal.entries
        for entry in entries[self._entries_told :]:
            self._tell(c.Recorded(entry))
        self._entries_told = len(entries)

    def _secure(self) -> None:
        message = "It could not be saved because of an error inside dllab."
        try:
            message = save_all(self.session, "automatic")
        finally:
            # Whoever asked waits for an answer, whatever has happened.
            self._tell(c.Secured(message))

    def _shut_down(self, ticket: int) -> None:
        session = self.session
        if self._running:
            self._pause("closing")
        message = save_all(session, "close")
        self._ended = True
        self._handled = ticket
        self._heed()
        self._publish()
        self._farewell = c.Closed(not message, message)
        if not message:
            session.close()

    def _fail(self, error: Exception) -> None:
        self._running = False
        self._target = None
        trace = traceback.format_exc()
        log.error("unexpected error in the worker\n%s", trace)
        with contextlib.suppress(Exception):
            save_emergency(self.session)
        self._tell(
            c.Failed(
                f"Training stopped on an unexpected error ({type(error).__name__}: {error}). "
                f"The session stands at step {self.session.step:,}.",
                trace,
            )
        )
        self._tell(c.Paused("stopped by an error"))
        self._wanted = True

    def _publish(self) -> None:
        self._wanted = False
        if self._running:
            self._speed.note(self.session.step)
        self._slot = snapshot_of(
            self.session, self._running, self._speed.steps_per_second, self._target, self._handled
        )
