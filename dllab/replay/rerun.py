"""A trainer that follows a ledger: what replay and verify share."""

from __future__ import annotations

import time
from array import array
from types import TracebackType

import numpy as np
import numpy.typing as npt

from dllab.diagnosis.progress import Progress
from dllab.errors import SessionError
from dllab.hyperparameters import with_changes
from dllab.recipe import Recipe
from dllab.replay.plan import Moves
from dllab.training.guard import GuardError
from dllab.training.history import Segment
from dllab.training.prepare import Prepared, build_network
from dllab.training.state import State
from dllab.training.trainer import Trainer

_REPORT_SECONDS = 0.05


class Stopped(Exception):
    """The guard stops an update that the recording has made; the message is its sentence."""


class Rerun:
    """A bare trainer from the recipe's start: no curves, no evaluations, nothing written.

    Neither of them has an influence on what is trained. Rules, early stopping and the guard's way
    back are not run again either: what they did is in the ledger.

    Attributes
    ----------
    costs:
        Mini-batch costs since `first`, the update of the first one.
    made:
        Updates made so far, of ``total`` to be made.
    """

    def __init__(self, recipe: Recipe, prepared: Prepared, total: int, progress: Progress) -> None:
        network = build_network(recipe, prepared)
        images = prepared.dataset.image_shape
        self.trainer = Trainer(network, prepared.train, recipe.values, images)
        self.dtype = network.dtype
        self.made, self._total, self._progress = 0, max(1, total), progress
        self._reported = 0.0
        self.forget_costs()

    def __enter__(self) -> Rerun:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.trainer.close()

    def stand(self, state: State, moves: Moves, adopts: bool) -> None:
        """Go back to a state, with the moves of some knobs on top."""
        self.trainer.restore(state)
        if moves or adopts:
            self.turn(moves)
        self.forget_costs()

    def turn(self, moves: Moves) -> None:
        """Put new values of some knobs in force."""
        self.trainer.set_values(with_changes(self.trainer.values, moves))

    def train_to(self, step: int) -> None:
        """Make updates until so many are made on the way here.

        Raises
        ------
        Stopped
            If the guard stops one.
        Cancelled
            If nobody wants the result any more.
        """
        trainer = self.trainer
        if step < trainer.step:
            raise SessionError(
                f"The ledger goes from step {trainer.step:,} back to {step:,} without saying how; "
                f"it cannot be replayed."
            )
        self._report()
        with np.errstate(all="ignore"):
            while trainer.step < step:
                if time.monotonic() > self._reported + _REPORT_SECONDS:
                    self._report()
                try:
                    cost, _ = trainer.update()
                except GuardError as error:
                    raise Stopped(str(error)) from None
                self.costs.append(cost)
                self.made += 1

    def _report(self) -> None:
        self._reported = time.monotonic()
        share = min(1.0, self.made / self._total)
        self._progress.report(share, f"step {self.trainer.step:,}")

    def forget_costs(self) -> None:
        """From here on `costs` are counted anew."""
        self.costs = array("d")
        self.first = self.trainer.step + 1

    def first_different_cost(self, recorded: Segment) -> int | None:
        """The first update whose cost is not the recorded one; None if there is none."""
        theirs = recorded.dense.get("train_cost")
        if theirs is None or theirs.dtype != self.dtype:
            return None
        start = max(self.first, recorded.first_step)
        ours = self.costs_as_recorded()[start - self.first :]
        theirs = theirs[start - recorded.first_step :]
        length = min(len(ours), len(theirs))
        ours, theirs = ours[:length], theirs[:length]
        # A gap in the curve is NaN, and no cost that was recorded is.
        different = np.flatnonzero((ours != theirs) & ~np.isnan(theirs))
        return start + int(different[0]) if len(different) else None

    def costs_as_recorded(self) -> npt.NDArray[np.floating]:
        """The costs in the type in which curves are kept."""
        return np.frombuffer(self.costs, np.float64).astype(self.dtype)
