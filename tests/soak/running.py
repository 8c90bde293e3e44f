"""A session at work on a thread of its own, driven by commands as the window drives it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from dllab import Session
from dllab.training import commands as c
from dllab.training.runner import Runner
from dllab.training.snapshot import Snapshot

PATIENCE = 60.0
E = TypeVar("E", bound=c.Event)


class Running:
    """In ``with``; the session is closed at the end."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.told: list[c.Event] = []
        self._news: queue.SimpleQueue[c.Event] = queue.SimpleQueue()
        self.runner = Runner(session, self._news.put)
        self.thread = threading.Thread(target=self.runner.run, name="soak-runner")

    def __enter__(self) -> Running:
        self.thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if self.thread.is_alive():
            self.runner.submit(c.Shutdown())
            closed = self.wait_for(c.Closed)
            self.thread.join(PATIENCE)
            if not closed.saved:
                self.session.close()

    def wait_for(self, kind: type[E], passes: Callable[[E], bool] = lambda event: True) -> E:
        """The next event of a kind."""
        while True:
            event = self._news.get(timeout=PATIENCE)
            self.told.append(event)
            if isinstance(event, kind) and passes(event):
                return event

    def do(self, command: c.Command, kind: type[E]) -> E:
        """Send a command and wait for an event."""
        self.runner.submit(command)
        return self.wait_for(kind)

    def snapshot(self, passes: Callable[[Snapshot], bool]) -> Snapshot:
        """A snapshot that is made from here on and passes."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            before = self.runner.latest()
            self.runner.request_snapshot()
            while (latest := self.runner.latest()) is before:
                time.sleep(0.001)
                if time.monotonic() > deadline:
                    raise AssertionError("no snapshot came")
            if latest is not None and passes(latest):
                return latest
        raise AssertionError("no such snapshot came")
