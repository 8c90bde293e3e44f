"""The peer that trains a built-in recipe with and without a nudge a second."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from serving import serve, take_output

from dllab.recipe import Recipe
from dllab.training.session import Session

SECONDS = 0.3
_CHUNK_SECONDS = 0.02
_WARM_STEPS = 10


class Nudged:
    """A session in a folder, warm."""

    def __init__(self, recipe: str, folder: Path) -> None:
        # An evaluation that falls into one turn and not into the next one would be ten times what
        # is looked for. Autosaves stay: a safety point holds the curves since the last one.
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

    def turn(self, nudge: bool) -> dict[str, Any]:
        """Steps per second over a moment; with ``nudge`` one is made near its beginning."""
        session = self.session
        session.store.flush()
        session.keeper.heed_news()
        first, start, held = session.step, time.perf_counter(), 0.0
        while (now := time.perf_counter() - start) < SECONDS:
            session.run(steps=self.chunk)
            if nudge and not held and now > SECONDS / 6:
                self.nudges += 1
                # A hair's breadth: the work must stay the same.
                factor = 1 + 1e-9 * (1 + self.nudges)
                begun = time.perf_counter()
                session.nudge(learning_rate=self.alpha * factor)
                held = time.perf_counter() - begun
        seconds = time.perf_counter() - start
        return {"rate": (session.step - first) / seconds, "held": held}


def main(recipe: str) -> None:
    """Be the peer of that recipe."""
    output = take_output()
    with tempfile.TemporaryDirectory(prefix="dllab-bench-") as folder:
        nudged = Nudged(recipe, Path(folder))
        serve({"facts": nudged.facts, "turn": nudged.turn}, output)
        nudged.session.close()


if __name__ == "__main__":
    main(sys.argv[1])
