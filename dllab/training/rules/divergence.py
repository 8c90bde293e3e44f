"""When training has come apart: go back to before, with half the learning rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dllab.errors import DllabError
from dllab.hyperparameters import TABLE
from dllab.training.rules.rule import Firing

if TYPE_CHECKING:
    from dllab.training.session import Session
    from dllab.training.timeline import CheckpointInfo

# The training probe's cost has come apart when it is so many times its lowest, and has grown by so
# much of the first mini-batch's cost: at costs near 0 a factor alone says nothing.
FACTOR, SHARE = 3.0, 0.05
MOST_IN_A_ROW = 5


class Divergence:
    """Fires when the guard has stopped an update or the training probe's cost has come apart.

    Each time in a row it goes further back. It gives up after `MOST_IN_A_ROW` times without an
    epoch of peace, since then it is not the learning rate.
    """

    name = "divergence"

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self) -> bool:
        """Whether training has come apart."""
        session = self._session
        if session.hyperparameters["divergence"] == "off":
            return False
        return session.guard is not None or self._has_grown()

    def _has_grown(self) -> bool:
        session = self._session
        first = session.trainer.first_cost
        steps, costs = session.history["probe_cost"]
        if first is None or len(costs) < 2 or steps[-1] != session.step:
            return False
        if not np.isfinite(costs[-1]):
            return True
        lowest = float(np.nanmin(costs))
        return bool(costs[-1] > max(FACTOR * lowest, lowest + SHARE * first))

    def _row(self) -> int:
        """How often it has fired in a row up to here: no epoch lies between."""
        session, row = self._session, 0
        reached, peace = session.step, session.trainer.steps_per_epoch
        for entry in reversed(session.journal.entries):
            if entry.kind != "rollback":
                continue
            if entry.detail.get("rule") != self.name or reached - entry.step >= peace:
                break
            row, reached = row + 1, int(entry.detail.get("from_step", entry.step))
        return row

    def _target(self, row: int) -> CheckpointInfo | None:
        """The newest checkpoint before the present step; one further back for each in a row."""
        line, branch = self._session.timeline, self._session.branch
        info = line.newest_before(branch, self._session.step) or line.last_on(branch)
        for _ in range(row):
            earlier = info and line.newest_before(info.branch, info.step)
            info = earlier or info
        return info

    def act(self) -> Firing:
        """Roll back and halve, or pause if that is no use any more."""
        session = self._session
        why = "Training came apart"
        if session.guard is not None:
            why = session.guard.message.rstrip(".")
        alpha = session.hyperparameters["learning_rate"]
        half = max(alpha / 2, TABLE["learning_rate"].low)
        row = self._row()
        target = self._target(row)
        if row >= MOST_IN_A_ROW:
            return self._give_up(f"{why}, the {row + 1}th time in a row; paused.")
        if target is None or math.isclose(half, alpha):
            return self._give_up(f"{why}; there is nothing to go back to; paused.")
        note = f"{why}; back to step {target.step:,} with the learning rate halved to {half:.4g}."
        try:
            session.rollback(
                target.key,
                keep_hyperparameters=True,
                changes={"learning_rate": half},
                note=note,
                who="rule",
                detail={"rule": self.name},
            )
        except DllabError as error:
            return self._give_up(f"{why}; going back failed: {error}")
        return Firing(note, pauses=False)

    def _give_up(self, note: str) -> Firing:
        session = self._session
        session.record("rule", step=session.step, who="rule", note=note, detail={"rule": self.name})
        return Firing(note, pauses=True)
