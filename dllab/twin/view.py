"""What the screen sees of a twin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class TwinView:
    """A twin at one moment.

    ``of`` is the nudge's entry in the ledger; it trains from ``first_step`` to ``goal``. Dev cost
    and error were evaluated after update ``steps[i]``, the first time before it trained at all.
    ``message`` says how it ended, or is empty.
    """

    of: int
    first_step: int
    goal: int
    steps: npt.NDArray[np.int64]
    dev_cost: npt.NDArray[np.float64]
    dev_error: npt.NDArray[np.float64]
    running: bool
    message: str = ""
