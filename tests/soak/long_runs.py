"""Promise 7: long runs stay fast.

A history of 10⁷ steps grows in the real curves of a real window as it would in a long night, with
spikes of one step planted in it. Each frame is fed, laid out and painted; at the end every spike
must be among the points that are drawn, and memory must have grown by the history's bytes. Then a
real training goes at full speed while the window is held up: when it comes back, at most two
pictures may have waited for it.
"""

from __future__ import annotations

import random
import shutil
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication, QGraphicsView

from dllab.training.snapshot import Snapshot
from dllab_ui.widgets.curve_item import CurveItem
from soak import process_facts, subjects
from soak.windows import RealWindow, settle, until

PROMISE = 7
TITLE = "Long runs stay fast: 10⁷ steps in the real curves"
FULL, QUICK = 10_000_000, 20_000
CHUNK = FULL

_FRAMES = 400
_SPIKES = 40
_EVALUATE_EVERY = 1_000
_LONGEST_FRAME = 0.020
_MOST_BYTES = 40
"""Per step, for a history of 8 bytes a step and three curves with their own copy and pyramid."""


class Growth:
    """A history that grows as training would let it grow, without the training."""

    def __init__(self, snapshot: Snapshot, history: Any, steps: int, rng: random.Random) -> None:
        self._snapshot, self._history, self._steps = snapshot, history, steps
        self._noise = np.random.default_rng(rng.randrange(2**31))
        every = steps // _SPIKES
        # Far enough from each other that no two share a column of pixels.
        places = [n * every + every // 4 + rng.randrange(every // 2) for n in range(_SPIKES)]
        self.spikes = {step: np.float32(5.0 + n / 100) for n, step in enumerate(places)}
        self.step = 0

    def grow(self, steps: int) -> Snapshot:
        """So many steps more, as a snapshot shows them."""
        first = self.step + 1
        x = np.arange(first, first + steps)
        cost = 1 / np.sqrt(1 + x / 1000) + 0.05 * self._noise.standard_normal(steps)
        cost = np.abs(cost).astype(np.float32)
        for step, value in self.spikes.items():
            if first <= step < first + steps:
                cost[step - first] = value
        now = self._history.now
        now.dense["train_cost"].extend(cost)
        now.dense["train_error"].extend((cost / 10).astype(np.float32))
        for step in x[x % _EVALUATE_EVERY == 0]:
            for name in ("dev_cost", "dev_error", "probe_cost", "probe_error"):
                now.record(name, int(step), 0.5 + 100 / step)
        self.step += steps
        return replace(self._snapshot, history=self._history.view(), step=self.step)


def _draw(real: RealWindow, snapshot: Snapshot) -> float:
    # Processor time: what other programs take is not the frame's.
    start = time.thread_time()
    real.window.curves.show_snapshot(snapshot)
    real.window.curves.draw_now()
    QApplication.processEvents()
    return time.thread_time() - start


def _drawn(plot: Any) -> np.ndarray:
    """Heights of all points of all curves that a plot draws now."""
    found = [np.empty(0)]
    for view in plot.findChildren(QGraphicsView):
        for item in view.scene().items():
            picture = item._picture if isinstance(item, CurveItem) else None
            found += [picture.y] if picture is not None else []
    return np.concatenate(found)


def _in_the_curves(steps: int, rng: random.Random, folder: Path) -> dict[str, Any]:
    with RealWindow() as real:
        real.create(subjects.recipe(rng, precision="float32"), folder)
        # The worker rests; from here on the curves are shown what this test makes.
        real.lab._timer.stop()
        from dllab.training.history import History

        history = History(np.float32)
        history.begin("main")
        growth = Growth(real.now, history, steps, rng)
        frames = max(20, min(_FRAMES, steps // 1000))
        each = steps // frames
        real.window.curves.show_snapshot(growth.grow(each))
        real.window.curves.draw_now()
        settle()
        process_facts.tidy()
        before = process_facts.resident_bytes()
        took = [_draw(real, growth.grow(each)) for _ in range(frames - 1)]
        # The moving average of what came last is made piece by piece, a frame each.
        took += [_draw(real, growth.grow(1)) for _ in range(steps // 65_536 + 2)]
        process_facts.tidy()
        grown = process_facts.resident_bytes() - before
        drawn = _drawn(real.window.curves.cost)
        lost = [step for step, value in growth.spikes.items() if not np.isclose(drawn, value).any()]
        assert not lost, f"{len(lost)} of {_SPIKES} spikes are not drawn, the first at {lost[0]}"
    late = took[-len(took) // 4 :]
    return {
        "spikes of one step, all drawn": _SPIKES,
        "frame with 25,000 new steps, median ms": round(1000 * statistics.median(took), 1),
        "frame at the end of the run, median ms": round(1000 * statistics.median(late), 1),
        "frame at the end of the run, p95 ms": round(1000 * float(np.quantile(late, 0.95)), 1),
        "frame, worst ms": round(1000 * max(took), 1),
        "memory grown, bytes per step": round(grown / steps, 1),
    }


def _held_up(rng: random.Random, folder: Path) -> dict[str, Any]:
    """A window that does not answer for a while must not find a heap of old pictures."""
    with RealWindow() as real:
        real.create(subjects.recipe(rng), folder)
        real.lab.run()
        until(lambda: real.now.step > 50, "a run")
        shown: list[str] = []
        real.lab.snapshot.connect(lambda _: shown.append("snapshot"))
        real.lab.frame.connect(lambda _: shown.append("frame"))
        real.lab.happened.connect(lambda _: shown.append("event"))
        most, steps = 0, real.now.step
        for _ in range(5):
            shown.clear()
            time.sleep(0.2)
            # One turn: what had been waiting.
            QApplication.sendPostedEvents()
            QApplication.processEvents()
            most = max(most, len(shown))
        until(lambda: real.now.step > steps, "a later picture")
        real.lab.pause()
        until(lambda: not real.now.running, "a pause")
    # A snapshot and the frame made of it, and what an autosave told meanwhile.
    assert most <= 4, f"{most} pictures and events had waited for the window"
    return {"pictures and events that had waited, most": most}


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """A run of ``count`` steps.

    Raises
    ------
    AssertionError
        If a spike is not drawn, memory or, at the full count, a frame is beyond what is promised.
    """
    rng = random.Random(seed)
    try:
        found = _in_the_curves(count, rng, workdir / "session")
        found |= _held_up(rng, workdir / "another")
        if count >= FULL:
            # Smaller runs are dominated by what a process takes at its start.
            assert found["memory grown, bytes per step"] <= _MOST_BYTES, found
            assert found["frame at the end of the run, median ms"] <= 1000 * _LONGEST_FRAME, found
    except Exception as error:
        raise AssertionError(f"promise {PROMISE}, seed {seed}: {error}") from error
    finally:
        for name in ("session", "another"):
            shutil.rmtree(workdir / name, ignore_errors=True)
    return {"steps": count, **found, "load of the machine": process_facts.load()}
