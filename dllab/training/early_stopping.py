"""The best dev point's weights, kept for going back to, and the rule that goes back to them.

Early stopping (Prechelt 1998) is off by default: it mixes two jobs, fitting and not over-fitting,
that other knobs keep apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dllab.checkpoint import Contents
from dllab.training.interventions import contents_now, take_in

if TYPE_CHECKING:
    from dllab.training.session import Session


class EarlyStopping:
    """Follows the dev curve of a session.

    The best state is copied in memory as it comes by, which costs microseconds to milliseconds, and
    goes to the disk with the next autosave: dev costs fall at almost every evaluation of a young
    run, and a file for each of them would wear out disk and ledger.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._best: Contents | None = None
        self._stored = ""

    def after_evaluation(self) -> None:
        """Copy the state if its dev cost is the lowest of the branch."""
        best = self._session.watch.best_dev
        if best is not None and best.step == self._session.step:
            self._best, self._stored = contents_now(self._session, "best"), ""

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
        self._best, self._stored = None, ""
        for info in session.timeline.checkpoints:
            same_step = best is not None and info.step == best.step
            if same_step and leads_here(info.branch, info.step, session.branch):
                self._stored = info.key

    @property
    def due(self) -> bool:
        """Whether patience is over: so many epochs without a lower dev cost."""
        patience = self._session.hyperparameters["patience"]
        best = self._session.watch.best_dev
        if not patience or best is None:
            return False
        trainer = self._session.trainer
        waited = (trainer.step - best.step) / trainer.steps_per_epoch
        return bool(waited >= patience)

    def keep(self) -> str:
        """Put the best state among the checkpoints; its key, or "" if there is none to be had."""
        if not self._stored and self._best is not None:
            key = self._session.timeline.next_key()
            self._best = replace(self._best, info=replace(self._best.info, key=key))
            take_in(self._session, self._best)
            self._stored = key
        return self._stored if self._stored in self._session.timeline else ""

    def stop(self) -> str:
        """Go back to the best weights as a branch of its own; the sentence that says so."""
        session = self._session
        best, patience = session.watch.best_dev, session.hyperparameters["patience"]
        assert best is not None
        waited = f"{patience:,} epochs" if patience > 1 else "one epoch"
        why = f"Stopped early: no lower dev cost for {waited}"
        key = self.keep()
        if not key:
            session.record("stop", step=session.step, who="rule", note=f"{why}.")
            return (
                f"{why}; the best weights of step {best.step:,} were not kept, so these stay. "
                f"Give it more patience to go on."
            )
        note = f"{why}; back at the best, {best.cost:.4g} at step {best.step:,}."
        session.rollback(key, keep_hyperparameters=True, note=note, who="rule")
        return note
