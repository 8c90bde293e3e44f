"""The steps of a session: updates, and all that belongs to each. `Session` has the same verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dllab.errors import SessionError
from dllab.hyperparameters import TABLE
from dllab.training.guard import GuardError
from dllab.training.snapshot import Guard
from dllab.training.way_back import checkpoint_before

if TYPE_CHECKING:
    from dllab.training.session import Session
    from dllab.training.timeline import CheckpointInfo


def target(session: Session, steps: int | None, epochs: int | None) -> tuple[str, int]:
    """See `Session.target`."""
    if steps is not None and epochs is not None:
        raise SessionError("Give steps or epochs to run, not both.")
    for number in (steps, epochs):
        whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
        if number is not None and (not whole or number < 0):
            raise SessionError(
                f"A run takes a whole number of steps or epochs, 0 or more; got {number!r}."
            )
    if steps is not None:
        return "step", session.step + steps
    if epochs is not None:
        return "epoch", session.trainer.epoch + epochs
    return "epoch", max(session.hyperparameters["epochs"], session.trainer.epoch)


def run(session: Session, target: tuple[str, int]) -> str:
    """See `Session.run`."""
    with np.errstate(all="ignore"):
        session.watch.start_clock()
        try:
            while not session.reached(target):
                advanced = session.advance()
                if session.store.news:
                    session.keeper.heed_news()
                if session.rules.due:
                    firing = session.rules.act()
                    if firing.pauses:
                        return firing.message
                elif not advanced:
                    assert session.guard is not None
                    return session.guard.message
        finally:
            session.watch.stop_clock()
    session.keeper.heed_news()
    return "done"


def advance(session: Session) -> bool:
    """See `Session.advance`."""
    try:
        cost, error = session.trainer.update()
    except GuardError as stopped:
        trip(session, stopped)
        return False
    after_update(session, cost, error)
    return True


def update(session: Session, X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, float]:
    """See `Session.update`."""
    session.twins.stop("the run trained on a mini-batch of the caller's own")
    try:
        with np.errstate(all="ignore"):
            result = session.trainer.update_on(X, y)
            after_update(session, *result)
    except GuardError as stopped:
        trip(session, stopped)
        raise SessionError(str(stopped)) from None
    return result


def after_update(session: Session, cost: float, error: float) -> None:
    """Write an update down, and let everybody look who goes by it."""
    session.guard = None
    evaluated = session.watch.after_update(cost, error)
    if evaluated:
        session.best_state.after_evaluation()
        session.outcomes.after_evaluation()
    session.twins.after_update(evaluated)
    session.rules.after_update(evaluated)


def trip(session: Session, stopped: GuardError) -> None:
    """The guard has stopped an update: say so, and offer a way back."""
    back = _before_suspects(session) or session.timeline.last_on(session.branch)
    if back is not None and back.reason == "emergency" and back.step == session.step:
        # It has been tried from here.
        back = session.timeline.newest_before(session.branch, session.step) or back
    alpha = session.hyperparameters["learning_rate"]
    if back is not None:
        alpha = min(alpha, back.hyperparameters["learning_rate"])
    half = max(alpha / 2, TABLE["learning_rate"].low)
    # First of all, so that what it offers is not taken away to make room.
    session.guard = Guard(str(stopped), back.key if back else "", {"learning_rate": half})
    save_emergency(session)
    session.record(
        "guard",
        step=session.step + 1,
        who="guard",
        note=str(stopped),
        detail={"kind": stopped.kind, "layer": stopped.layer},
    )
    session.rules.after_guard()


def _before_suspects(session: Session) -> CheckpointInfo | None:
    """The checkpoint before a nudge whose outcome is not known yet: what came since may be bad."""
    if not session.outcomes.waiting:
        return None
    line = session.timeline
    return checkpoint_before(
        session.outcomes.waiting[0], session.journal.entries, line.checkpoints, line.branches
    )


def save_emergency(session: Session) -> None:
    """Store the last good state at once: something went wrong, and more may."""
    last = session.timeline.last_on(session.branch)
    stored = last is not None and last.step == session.step
    # θ may be poisoned already, if it was not an update that did it.
    if not stored and np.isfinite(session.network.theta).all():
        session.checkpoint(reason="emergency", wait=False)
