"""The state at the lowest dev cost, kept for going back to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dllab.checkpoint import Contents
from dllab.training.interventions import contents_now, take_in

if TYPE_CHECKING:
    from dllab.training.session import Session


class BestState:
    """Follows the dev curve of a session.

    The best state is copied in memory as it comes by, which costs microseconds to milliseconds, and
    goes to the disk with the next autosave: dev costs fall at almost every evaluation of a young
    run, and a file for each of them would wear out disk and ledger.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._best: Contents | None = None
        self._key = ""

    def after_evaluation(self) -> None:
        """Copy the state if its dev cost is the lowest of the branch."""
        best = self._session.watch.best_dev
        if best is not None and best.step == self._session.step:
            self._best, self._key = contents_now(self._session, "best"), ""

    def forget(self) -> None:
        """The branch has changed: its best point may be another one, and lie in a checkpoint."""
        session, best = self._session, self._session.watch.best_dev
        held = self._best
        leads_here = session.timeline.leads_to
        if (
            best is not None
            and held is not None
            and held.info.step == best.step
            and leads_here(held.info.branch, best.step, session.branch)
        ):
            return
        self._best, self._key = None, ""
        for info in session.timeline.checkpoints:
            same_step = best is not None and info.step == best.step
            if same_step and leads_here(info.branch, info.step, session.branch):
                self._key = info.key

    def keep(self) -> str:
        """Put the best state among the checkpoints; its key, or "" if there is none to be had."""
        timeline = self._session.timeline
        # A key that is not there any more is that of a file that could not be written.
        if self._key not in timeline and self._best is not None:
            self._key = timeline.next_key()
            self._best = replace(self._best, info=replace(self._best.info, key=self._key))
            take_in(self._session, self._best)
        return self._key if self._key in timeline else ""
