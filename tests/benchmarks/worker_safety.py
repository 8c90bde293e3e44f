"""The peer that trains a built-in recipe and says what single nudges took from it."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from serving import serve, take_output

from dllab.recipe import Recipe
from dllab.training.session import Session

SECONDS = 0.1
_CHUNK_SECONDS = 0.001
_WARM_STEPS = 10


class Nudged:
    """A session in a folder, warm."""

    def __init__(self, recipe: str, folder: Path) -> None:
        # An evaluation that falls into one stretch and not into the next one would be ten times
        # what is looked for. Autosaves stay: a safety point holds the curves since the last one.
        made = Recipe.builtin(recipe).with_values(
            epochs=1_000_000, patience=0, evaluate_every=100_000_000
        )
        self.session = Session.create(made, folder / "session")
        self.alpha = self.session.hyperparameters["learning_rate"]
        self.nudges = 0
        # Enough for the recipe that explodes to do so, however slow the computer is just now.
        self.session.run(steps=_WARM_STEPS)
        self.chunk = 1
        while self._timed() < _CHUNK_SECONDS and not self.session.guard:
            self.chunk *= 2

    def facts(self) -> dict[str, Any]:
        """Whether the recipe trains: one of them explodes, which is what it is there to show."""
        return {"trains": self.session.guard is None}

    def _timed(self) -> float:
        start = time.perf_counter()
        self.session.run(steps=self.chunk)
        return time.perf_counter() - start

    def moment(self) -> dict[str, float]:
        """The seconds that a nudge took from training, as its neighbourhood tells.

        From the nudge on until at least ``SECONDS`` have passed and all that it gave to write is
        written, against what as many steps take just before and just after.
        """
        session = self.session
        session.store.flush()
        session.keeper.heed_news()
        steps_before, before = self._train(SECONDS / 2)
        self.nudges += 1
        start = time.perf_counter()
        # By a hair's breadth: the work must stay the same.
        session.nudge(learning_rate=self.alpha * (1 + 1e-9 * (1 + self.nudges)))
        held = time.perf_counter() - start
        steps, seconds = self._train(SECONDS - held, until_written=True)
        steps_after, after = self._train(SECONDS / 2)
        usual = (before + after) / (steps_before + steps_after)
        return {"lost": held + seconds - steps * usual, "held": held, "rate": 1 / usual}

    def _train(self, seconds: float, until_written: bool = False) -> tuple[int, float]:
        """Train for so long; the steps made and the seconds it took."""
        session = self.session
        first, start = session.step, time.perf_counter()
        while (now := time.perf_counter() - start) < seconds or (
            until_written and session.store.pending
        ):
            session.run(steps=self.chunk)
        return session.step - first, now


def main(recipe: str) -> None:
    """Be the peer of that recipe."""
    output = take_output()
    with tempfile.TemporaryDirectory(prefix="dllab-bench-") as folder:
        nudged = Nudged(recipe, Path(folder))
        serve({"facts": nudged.facts, "moment": nudged.moment}, output)
        nudged.session.close()


if __name__ == "__main__":
    main(sys.argv[1])
