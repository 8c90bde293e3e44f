"""When the dev cost has stopped falling: pause, or halve the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dllab.hyperparameters import TABLE
from dllab.training.rules.rule import Firing

if TYPE_CHECKING:
    from dllab.training.session import Session


class Plateau:
    """Fires after ``plateau_epochs`` epochs without a lower dev cost, counted anew each time."""

    name = "plateau"

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self) -> bool:
        """Whether the plateau is long enough."""
        values, best = self._session.hyperparameters, self._session.watch.best_dev
        if values["plateau"] == "off" or best is None:
            return False
        trainer = self._session.trainer
        patience = values["plateau_epochs"] * trainer.steps_per_epoch
        # The ledger is looked through only where it can matter.
        waited = trainer.step - best.step >= patience
        return bool(waited and trainer.step - self._fired_at() >= patience)

    def _fired_at(self) -> int:
        session = self._session
        for entry in reversed(session.journal.entries):
            if entry.detail.get("rule") != self.name:
                continue
            # A nudge has the step of the update that follows.
            step = entry.step - (entry.kind == "nudge")
            leads_here = session.timeline.leads_to(entry.branch, step, session.branch)
            if leads_here and step <= session.step:
                return step
        return 0

    def act(self) -> Firing:
        """Pause or halve, as the knob says."""
        session = self._session
        epochs = session.hyperparameters["plateau_epochs"]
        why = f"Plateau: no lower dev cost for {epochs:,} epoch{'s' if epochs > 1 else ''}"
        alpha, lowest = session.hyperparameters["learning_rate"], TABLE["learning_rate"].low
        if session.hyperparameters["plateau"] == "halve" and alpha > lowest:
            half = max(alpha / 2, lowest)
            note = f"{why}; learning rate halved to {half:.4g}."
            session.nudge(learning_rate=half, note=note, who="rule", detail={"rule": self.name})
            return Firing(note, pauses=False)
        note = f"{why}; paused."
        session.record("rule", step=session.step, who="rule", note=note, detail={"rule": self.name})
        return Firing(note, pauses=True)
