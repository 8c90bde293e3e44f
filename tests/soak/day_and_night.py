"""Promise 15: a day and a night.

The real window lives through rounds of what a person does in a long sitting: training, nudges,
checkpoints, rollbacks, zooming, other axes, docks that come and go. Memory, open files and threads
are read after each block of rounds; from the second quarter on they have to be flat, but for what
history, ledger and timeline of the growing session take.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QDockWidget

from soak import process_facts, subjects
from soak.windows import RealWindow, settle, until

PROMISE = 15
TITLE = "A day and a night: memory, files and threads stay flat over rounds of use"
FULL, QUICK = 2_000, 4
CHUNK = 500

_BLOCKS = 40
_PER_ENTRY = 3_000
_PER_BRANCH = 150_000
_SLACK = 24_000_000
"""Bytes by which memory may differ from what the session's own growth explains."""


class Sitting:
    """One long sitting at one window."""

    def __init__(self, real: RealWindow, rng: random.Random) -> None:
        self.real, self.rng = real, rng

    def round(self, number: int) -> None:
        """Train a little, do one thing with the session and one with the window."""
        real, rng = self.real, self.rng
        lab = real.lab
        ticket = lab.run_steps(rng.randrange(20, 60))
        real.until_handled(ticket)
        until(lambda: not real.now.running, "the end of some steps")
        wishes = (
            lambda: lab.nudge(subjects.turn(rng, dict(real.now.hyperparameters))),
            lambda: lab.checkpoint(f"round {number}"),
            lambda: lab.rollback(self._any_checkpoint(), keep_hyperparameters=True),
        )
        weights = (8, 3, 2) if number else (1, 0, 0)
        real.until_handled(rng.choices(wishes, weights)[0]())
        self._look_around()
        settle()

    def _any_checkpoint(self) -> str:
        saved = [info.key for info in self.real.now.checkpoints if info.saved]
        return self.rng.choice(saved[-30:])

    def _look_around(self) -> None:
        curves = self.real.window.curves
        end = max(2, self.real.now.step)
        first = self.rng.uniform(0, end / 2)
        for plot in curves.plots:
            plot.show_steps(first, first + end / 3)
        curves.show_whole_run()
        self.real.window.intents.toggle_log_y()
        curves.controls.set_axis(self.rng.choice(("step", "epoch", "examples", "seconds")))
        dock = self.rng.choice(self.real.window.findChildren(QDockWidget))
        dock.setVisible(not dock.isVisible())

    def explained(self) -> int:
        """Bytes of history, ledger and timeline."""
        now = self.real.now
        history = sum(
            sum(values.nbytes for values in segment.dense.values())
            + sum(s.nbytes + v.nbytes for s, v in segment.sparse.values())
            for segment in now.history.segments.values()
        )
        # The curves keep a copy of their own, with its extremes.
        return (
            4 * history
            + _PER_ENTRY * (len(now.entries) + len(now.checkpoints))
            + _PER_BRANCH * len(now.branches)
        )


def _read(sitting: Sitting) -> tuple[int, int, int, int]:
    settle()
    process_facts.tidy()
    return (
        process_facts.resident_bytes(),
        process_facts.open_files(),
        process_facts.threads(),
        sitting.explained(),
    )


def _flat(readings: list[tuple[int, int, int, int]], strict: bool) -> dict[str, Any]:
    settled = np.array(readings[len(readings) // 4 :], dtype=np.float64)
    resident, files, threads, explained = settled.T
    known = float(explained[-1] - explained[0])
    grown = resident[-1] - resident[0]
    allowed = known + _SLACK
    assert files[-1] <= files[0] + 1, f"open files grew from {files[0]:g} to {files[-1]:g}"
    assert threads[-1] <= threads[0] + 1, f"threads grew from {threads[0]:g} to {threads[-1]:g}"
    if strict:
        assert grown <= allowed, f"memory grew by {grown / 1e6:.1f} MB, of {allowed / 1e6:.1f}"
    return {
        "memory after a quarter, MB": round(float(resident[0]) / 1e6, 1),
        "memory at the end, MB": round(float(resident[-1]) / 1e6, 1),
        "of that history, ledger and timeline, MB": round(known / 1e6, 1),
        "open files, a quarter in and at the end": f"{files[0]:g} → {files[-1]:g}",
        "threads, a quarter in and at the end": f"{threads[0]:g} → {threads[-1]:g}",
    }


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """``count`` rounds.

    Raises
    ------
    AssertionError
        If memory, open files or threads grow beyond what the session's own growth explains.
    """
    rng = random.Random(seed)
    number = 0
    try:
        with RealWindow() as real:
            real.create(subjects.recipe(rng, evaluate_every=20), workdir / "session")
            sitting = Sitting(real, rng)
            readings = []
            each = max(1, count // _BLOCKS)
            for number in range(count):
                sitting.round(number)
                if number % each == each - 1:
                    readings.append(_read(sitting))
            entries, branches = len(real.now.entries), len(real.now.branches)
        found = _flat(readings, strict=count >= 100)
    except Exception as error:
        raise AssertionError(f"promise {PROMISE}, seed {seed}, round {number}: {error}") from error
    finally:
        shutil.rmtree(workdir / "session", ignore_errors=True)
    return {"rounds": count, "entries in the ledger": entries, "branches": branches, **found}
