"""The twins of a session: one goes along with the run, earlier ones may still be compared."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from dllab.twin.twin import RunModel, Twin
from dllab.twin.view import TwinView

if TYPE_CHECKING:
    from dllab.checkpoint import Contents
    from dllab.training.journal import Entry
    from dllab.training.session import Session

# Nudges in quick succession must not fill the machine with processes.
_MOST_AT_ONCE = 3
_MOST_POINTS = 200
_WAIT_SECONDS = 0.005


class Twins:
    """Starts a twin for a nudge and records how it compares; for the session's own thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._now: Twin | None = None
        self._run: RunModel | None = None
        self._others: list[Twin] = []
        self._ending: list[Twin] = []
        self._shown: Twin | None = None
        self._view: TwinView | None = None

    @property
    def view(self) -> TwinView | None:
        """The newest twin as it stands, None before the first."""
        if self.waiting:
            self.poll()
        if self._shown is not None and (self._view is None or self._view.running):
            self._view = self._shown.view()
        return self._view

    @property
    def waiting(self) -> bool:
        """Whether a verdict may still come."""
        return self._now is not None or bool(self._others)

    def start(self, entry: Entry, contents: Contents, steps: int) -> None:
        """Let the model of ``contents`` train on for ``steps`` without the nudge of ``entry``."""
        while len(self._others) >= _MOST_AT_ONCE:
            self._others[0].give_up("Too many twins at once; this one was given up.")
            self._end(self._others[0])
        twin = Twin(self._session.recipe, self._session.prepared)
        twin.start(entry.id, contents, steps, self._session.evaluate_every)
        self._now = self._shown = twin
        self._run = self._view = None

    def after_update(self, evaluated: bool) -> None:
        """Called after every update; costs nothing while there is no twin."""
        twin = self._now
        if twin is None:
            if evaluated and self._others:
                self.poll()
            return
        step = self._session.step
        if evaluated or step >= twin.task.goal:
            if twin.task.is_turn(step) and twin.task.is_compared(step):
                network = self._session.network
                self._run = RunModel(step, network.theta.copy(), network.statistics.copy())
                twin.forget_before(step)
            if step >= twin.task.goal:
                self._settle(twin)
            self.poll()

    def stop(self, why: str) -> None:
        """The run leaves the branch: compare at the last common step, or give up in words."""
        twin = self._now
        if twin is None:
            return
        if self._run is None:
            twin.give_up(f"No twin to compare with: {why} before dev was evaluated.")
        self._settle(twin)
        self.poll()

    def _settle(self, twin: Twin) -> None:
        if self._run is not None:
            twin.compare_at(self._run)
        self._others.append(twin)
        self._now = self._run = None

    def poll(self) -> None:
        """Take in what the processes have said, and write verdicts into the ledger."""
        if self._now is not None:
            self._now.poll()
            if not self._now.running:
                self._others.append(self._now)
                self._now = self._run = None
        for twin in list(self._others):
            twin.poll()
            if not twin.running:
                self._end(twin)

    def _end(self, twin: Twin) -> None:
        self._others.remove(twin)
        # Its threads need a moment to end, and this one has updates to make.
        self._ending = [t for t in (*self._ending, twin) if not t.ended]
        if twin is self._shown:
            self._view = twin.view()
        if twin.verdict is not None:
            self._record(twin)

    def _record(self, twin: Twin) -> None:
        verdict = twin.verdict
        assert verdict is not None
        self._session.record(
            "twin",
            step=verdict.step,
            who="session",
            of=twin.of,
            note=verdict.sentence,
            dev_cost=verdict.run_cost,
            detail=_curve(twin)
            | {
                "first_step": twin.task.first_step,
                "difference": verdict.difference,
                "band": verdict.band,
                "verdict": verdict.word,
            },
        )

    def wait(self, seconds: float = 60.0) -> bool:
        """Wait for the verdicts that the run has come far enough for; False if time was up.

        For scripts. A twin whose goal the run has not reached is not waited for.
        """
        until = time.monotonic() + seconds
        while self._others:
            if time.monotonic() > until:
                return False
            time.sleep(_WAIT_SECONDS)
            self.poll()
        return True

    def close(self) -> None:
        """End the processes; the session is being closed."""
        twins = [*self._others, *([self._now] if self._now else [])]
        for twin in twins:
            twin.give_up("The session was closed before the twin could be compared.")
        for twin in (*twins, *self._ending):
            twin.close()
        if self._shown in twins and self._shown is not None:
            self._view = self._shown.view()
        self._now, self._others = None, []


def _curve(twin: Twin) -> dict[str, Any]:
    """The twin's curve for the ledger; a long one is thinned, first and last point stay."""
    seen = twin.view()
    length = len(seen.steps)
    every = -(-length // _MOST_POINTS)
    kept = [i for i in range(length) if i % every == 0 or i == length - 1]
    columns = {"steps": seen.steps, "dev_cost": seen.dev_cost, "dev_error": seen.dev_error}
    return {name: column[kept].tolist() for name, column in columns.items()}
