"""What came of a nudge: the dev cost some steps after it, against where it was going before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dllab.hyperparameters import BESIDE_TRAINING, split_key
from dllab.training.journal import Entry

if TYPE_CHECKING:
    from dllab.training.session import Session

Array = npt.NDArray[Any]

# A power law through so many evaluations before the nudge says where the cost was going.
LEAST, MOST = 4, 10
# Student's t, 97.5 % quantile, for 2 to 8 degrees of freedom (Fisher & Yates 1963, table III).
_T = {2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306}


def is_beside_training(changes: Mapping[str, Any]) -> bool:
    """Whether knobs that were turned leave training as it is, so that nothing can come of it."""
    return all(split_key(knob)[0].group in BESIDE_TRAINING for knob in changes)


# A logarithm that far from 0 is no cost.
_LARGEST = 100.0


class Outcomes:
    """Nudges that wait until enough evaluations have come after them.

    Attributes
    ----------
    waiting:
        The ledger's entries of these nudges.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.waiting: list[Entry] = []

    def after_evaluation(self) -> None:
        """Tell what came of nudges that lie two evaluations back."""
        session = self._session
        for entry in list(self.waiting):
            if session.step >= entry.step - 1 + 2 * session.watch.interval:
                self._tell(entry)

    def settle(self) -> None:
        """Tell what came of earlier nudges before another intervention mixes with them.

        A nudge after which dev was not evaluated yet has no outcome then, unless the new one takes
        part from the same update on.
        """
        last = self._session.history.last("dev_cost")
        for entry in list(self.waiting):
            if last is not None and last[0] >= entry.step:
                self._tell(entry)
            elif entry.step <= self._session.step:
                self.waiting.remove(entry)

    def find(self) -> None:
        """Look up which nudges still wait, after a session was opened."""
        journal, branch = self._session.journal, self._session.branch
        done = journal.about("outcome")
        nudges = [
            e
            for e in journal
            if e.kind == "nudge" and e.branch == branch and not is_beside_training(e.changes)
        ]
        # Earlier ones were overtaken; what comes now says nothing about them.
        self.waiting = [e for e in nudges if e.step == nudges[-1].step and e.id not in done]

    def _tell(self, entry: Entry) -> None:
        session = self._session
        self.waiting.remove(entry)
        steps, costs = session.history["dev_cost"]
        detail = judge(steps, costs, entry.step - 1)
        session.record(
            "outcome", step=session.step, who="session", of=entry.id, costs=True, detail=detail
        )


def judge(steps: Array, costs: Array, turn: int) -> dict[str, Any]:
    """Whether the last of the dev costs is off the curve that those up to step ``turn`` are on.

    The curve is a power law of the step, a straight line in the logarithms of both: learning curves
    follow one over long stretches (Hestness et al. 2017), and it never falls below 0.

    Parameters
    ----------
    steps, costs:
        Evaluated dev costs along the branch, (n,) each, by step.
    turn:
        The last step before the intervention.

    Returns
    -------
    dict
        ``verdict`` ("better", "worse" or "unclear") and ``steps`` after the turn; where there is
        enough to go by also ``expected``, the dev cost that the curve gives, and ``band``, how far
        above it the 95 % prediction interval of that line (Draper & Smith 1998, section 1.4) ends.
    """
    late, last = int(steps[-1]), float(costs[-1])
    with np.errstate(invalid="ignore"):
        before = (steps <= turn) & np.isfinite(costs) & (costs > 0)
    x, y = np.log(steps[before][-MOST:]), np.log(costs[before][-MOST:])
    detail: dict[str, Any] = {"steps": late - turn, "verdict": "unclear"}
    n = len(x)
    if n < LEAST or not math.isfinite(last) or last <= 0:
        return detail
    middle = x.mean()
    spread = float(((x - middle) ** 2).sum())
    slope = float(((x - middle) * y).sum()) / spread
    left = y - y.mean() - slope * (x - middle)
    deviation = math.sqrt(float((left**2).sum()) / (n - 2))
    away = math.log(late) - middle
    line = float(y.mean()) + slope * away
    width = _T[n - 2] * deviation * math.sqrt(1 + 1 / n + away * away / spread)
    if max(abs(line), width) > _LARGEST:
        return detail
    difference = math.log(last) - line
    if abs(difference) > width:
        detail["verdict"] = "better" if difference < 0 else "worse"
    expected = math.exp(line)
    return {**detail, "expected": expected, "band": expected * math.expm1(width)}
