"""The session saves itself: in training, at rest, again where the disk refused, and at the end."""

from __future__ import annotations

import math
import time

import numpy as np

from dllab.errors import DllabError
from dllab.training.session import Session
from dllab.training.store import FolderStore
from dllab.training.timeline import Reason

# A large model is saved less often: writing it takes the processor from training.
SECONDS_PER_MEGABYTE = 0.05
# Whoever makes one update after the other does not want a file of each.
REST_SECONDS = 2.0
# Between two tries on a disk that refuses: at first, and at most.
RETRY_SECONDS = 10.0
LONGEST_RETRY_SECONDS = 60.0


class Autosave:
    """Makes the automatic checkpoints of a session, on the thread that works on it.

    Attributes
    ----------
    saved_at, saved_step:
        Moment (`time.monotonic`) and step of the latest one while training.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.saved_at, self.saved_step = time.monotonic(), session.step
        self._resting_since: float | None = None
        self._tried_at = -math.inf
        self._retry_seconds = RETRY_SECONDS

    def went_elsewhere(self) -> None:
        """The run stands at a checkpoint now."""
        self.saved_step = self._session.step

    def may_have_gone_back(self) -> None:
        """The run may stand at an earlier step now."""
        self.saved_step = min(self.saved_step, self._session.step)

    def went_on(self) -> None:
        """Training goes on: the rest is over."""
        self._resting_since, self._tried_at = None, -math.inf

    def is_due(self) -> bool:
        """Whether a run has trained as long or as far as may be lost."""
        trainer = self._session.trainer
        size = trainer.network.theta.nbytes * (1 + len(trainer.slots)) / 1e6
        longest = trainer.values["autosave_seconds"]
        if self._session.keeper.not_saved:
            longest = min(longest, RETRY_SECONDS)
        longest = max(longest, SECONDS_PER_MEGABYTE * size)
        most = trainer.values["autosave_steps"] or math.inf
        late = time.monotonic() - self.saved_at > longest
        return late or trainer.step - self.saved_step >= most

    def in_training(self) -> None:
        """Save if it is due; called now and then between two updates."""
        if self.is_due():
            self.saved_at, self.saved_step = time.monotonic(), self._session.step
            self._save()

    def at_rest(self) -> None:
        """Save what was trained before the run came to rest; called now and then while it rests.

        So whoever pauses and leaves finds everything on the disk. Where a write has failed, another
        one is tried from time to time, so that nobody has to ask whether the disk is well again.
        """
        session, moment = self._session, time.monotonic()
        if self._resting_since is None:
            self._resting_since = moment
        if not isinstance(session.store, FolderStore):
            return
        rested = moment - self._resting_since >= REST_SECONDS
        retries = moment - self._tried_at >= self._retry_seconds
        if not rested or not retries or session.store.pending:
            return
        failed = bool(session.keeper.not_saved)
        again = failed and math.isfinite(self._tried_at)
        self._retry_seconds = (
            min(2 * self._retry_seconds, LONGEST_RETRY_SECONDS) if again else RETRY_SECONDS
        )
        # θ may be poisoned, if it was not an update that did it.
        if (failed or not self._is_stored) and np.isfinite(session.network.theta).all():
            self._tried_at = moment
            self._save()

    @property
    def _is_stored(self) -> bool:
        last = self._session.timeline.last_on(self._session.branch)
        return last is not None and last.step == self._session.step

    def _save(self) -> None:
        # What failed may have been something else than this moment's checkpoint.
        if self._session.keeper.not_saved or not self._is_stored:
            self._session.checkpoint(reason="automatic", wait=False)


def save_all(session: Session, reason: Reason) -> str:
    """Leave nothing unsaved that would be lost with the process; why it is not, or ""."""
    if session.read_only:
        return ""
    session.store.flush()
    session.keeper.heed_news()
    last = session.timeline.last_on(session.branch)
    stands = (
        last is not None
        and last.saved
        and last.step == session.step
        and dict(last.hyperparameters) == dict(session.hyperparameters)
    )
    if stands and not session.keeper.not_saved:
        return ""
    try:
        session.checkpoint(reason=reason)
    except DllabError as error:
        return session.keeper.not_saved_at_the_end or str(error)
    # The checkpoint may be there and a line of the journal not.
    return session.keeper.not_saved_at_the_end
