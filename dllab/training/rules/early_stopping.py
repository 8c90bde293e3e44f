"""Stop after patience, and go back to the best weights.

Early stopping (Prechelt 1998) is off by default: it mixes two jobs, fitting and not over-fitting,
that other knobs keep apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dllab.errors import DllabError
from dllab.training.rules.rule import Firing

if TYPE_CHECKING:
    from dllab.training.session import Session


class EarlyStopping:
    """Pauses at the best dev point after ``patience`` epochs without a lower dev cost."""

    name = "early stopping"

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self) -> bool:
        """Whether patience is over."""
        patience = self._session.hyperparameters["patience"]
        best = self._session.watch.best_dev
        if not patience or best is None:
            return False
        trainer = self._session.trainer
        waited = (trainer.step - best.step) / trainer.steps_per_epoch
        return bool(waited >= patience)

    def act(self) -> Firing:
        """Go back to the best weights on a branch of their own."""
        session = self._session
        best, patience = session.watch.best_dev, session.hyperparameters["patience"]
        assert best is not None
        waited = f"{patience:,} epochs" if patience > 1 else "one epoch"
        why = f"Stopped early: no lower dev cost for {waited}"
        note = f"{why}; back at the best, {best.cost:.4g} at step {best.step:,}."
        key = session.best_state.keep()
        problem = "were not kept"
        if key:
            try:
                session.rollback(key, keep_hyperparameters=True, note=note, who="rule")
                return Firing(note, pauses=True)
            except DllabError as error:
                problem = f"cannot be had ({error})"
        session.record("stop", step=session.step, who="rule", note=f"{why}.")
        return Firing(
            f"{why}; the best weights of step {best.step:,} {problem}, so these stay. "
            f"Give it more patience to go on.",
            pauses=True,
        )
