"""A peer that trains a recipe on the window's own thread, with the window open or without one.

``worker_window.py window|headless RECIPE``. Both have a Qt application and the window's training
thread; only one of them has the window and the timer that pulls snapshots.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from held_up import Turn, stretches
from PySide6.QtCore import QObject, QTimer, Signal
from serving import serve, take_output
from workloads import recipe_called

from dllab.training.commands import Closed, Event, Failed, GuardTripped, Pause, Paused, Run
from dllab.training.session import Session

LONGEST_TURN = 120.0


def drawing_seconds() -> float:
    """Processor time of the window's thread so far; NaN where the system does not tell."""
    main = threading.main_thread().ident
    if main is None or not hasattr(time, "pthread_getcpuclockid"):
        return float("nan")
    return time.clock_gettime(time.pthread_getcpuclockid(main))


class Setup(QObject):
    """The application's thread: takes what the peer is asked for, tells what happened."""

    asked = Signal(str)

    def __init__(self, recipe: str, folder: Path) -> None:
        super().__init__()
        self.made: list[Session] = []
        self.ready, self.paused = threading.Event(), threading.Event()
        self.problem = ""
        self._recipe, self._folder = recipe, folder
        self.asked.connect(self._obey)

    def make_session(self) -> Session:
        """Called on the training thread."""
        session = Session.create(recipe_called(self._recipe), self._folder)
        self.made.append(session)
        return session

    def _obey(self, what: str) -> None:
        self.do: dict[str, Callable[[], Any]]
        self.do[what]()

    def hear(self, event: Event) -> None:
        """Take in an event of the training thread."""
        if isinstance(event, Failed | GuardTripped):
            self.give_up(event.message)
        elif isinstance(event, Paused | Closed):
            self.paused.set()

    def give_up(self, message: str) -> None:
        """Remember what went wrong, for the answer."""
        self.problem = message
        self.ready.set()
        self.paused.set()


class WithWindow(Setup):
    """The real window, at rest."""

    def __init__(self, recipe: str, folder: Path) -> None:
        from dllab_ui.lab import Lab
        from dllab_ui.main_window import MainWindow

        super().__init__(recipe, folder)
        self.lab = Lab()
        self.window = MainWindow(self.lab)
        self.lab.opened.connect(self.ready.set)
        self.lab.failed.connect(self.give_up)
        self.lab.happened.connect(self.hear)
        self.do = {"run": self.lab.run, "pause": self.lab.pause, "close": self.window.close}
        self.window.show()
        QTimer.singleShot(0, lambda: self.lab.start(self.make_session))

    def frames(self) -> int:
        """How often the window has shown something new."""
        return self.lab.budget.frames


class Headless(Setup):
    """The training thread alone."""

    def __init__(self, recipe: str, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from dllab_ui.worker import Worker

        super().__init__(recipe, folder)
        self.worker = Worker(self.make_session, self)
        self.worker.ready.connect(self.ready.set)
        self.worker.failed.connect(self.give_up)
        self.worker.happened.connect(self.hear)
        self.worker.finished.connect(QApplication.quit)
        self.do = {
            "run": lambda: self._submit(Run()),
            "pause": lambda: self._submit(Pause()),
            "close": self.worker.ask_to_end,
        }
        self.worker.start()

    def _submit(self, command: Any) -> None:
        assert self.worker.runner is not None
        self.worker.runner.submit(command)

    def frames(self) -> int:
        """Nothing is shown."""
        return 0


class Turns:
    """Answers the benchmark from a thread of its own that sleeps while it measures.

    Its rate is that of a whole number of evaluation intervals, so each turn pays for the same work.
    """

    def __init__(self, setup: WithWindow | Headless) -> None:
        self.setup = setup
        self.beats: list[tuple[int, float, float]] = []

    def _watch_updates(self) -> None:
        """Note of each update its step, its end, and the window's processor time up to then."""
        trainer = self.setup.made[0].trainer
        update = trainer.update

        def noted() -> tuple[float, float]:
            result = update()
            self.beats.append((trainer.step, time.perf_counter(), drawing_seconds()))
            return result

        trainer.update = noted  # type: ignore[method-assign]

    def _evaluations(self) -> list[int]:
        """Which of the noted updates had an evaluation after them."""
        if not self.beats:
            return []
        first, last = self.beats[0][0], self.beats[-1][0]
        series = self.setup.made[0].history.now.sparse.get("dev_cost")
        steps = series[0].view().tolist() if series else []
        return [step - first for step in steps if first <= step <= last]

    def _check(self) -> None:
        if self.setup.problem:
            raise RuntimeError(self.setup.problem)

    def start(self) -> None:
        """Wait until the session is there."""
        self.setup.ready.wait(LONGEST_TURN)
        self._check()
        self._watch_updates()

    def turn(self, settle: float, seconds: float) -> dict[str, Any]:
        """Train; steps per second after a while of settling, then pause."""
        self.setup.paused.clear()
        self.setup.asked.emit("run")
        time.sleep(settle)
        frames, moment = self.setup.frames(), time.perf_counter()
        drawing = drawing_seconds()
        self.beats.clear()
        deadline = moment + LONGEST_TURN
        while True:
            time.sleep(0.25)
            elapsed = time.perf_counter() - moment
            whole = self._evaluations()
            enough = len(whole) >= 3 and self._seconds(whole[0], whole[-1]) >= 0.8 * seconds
            if self.setup.problem or enough or time.perf_counter() > deadline:
                break
        shown = self.setup.frames() - frames
        drawing = drawing_seconds() - drawing
        beats = self.beats.copy()
        self.setup.asked.emit("pause")
        self.setup.paused.wait(LONGEST_TURN)
        self._check()
        if not enough:
            raise RuntimeError("evaluations are too far apart for a turn")
        rate = (whole[-1] - whole[0]) / self._seconds(whole[0], whole[-1])
        return {
            "rate": rate,
            "frames": shown / elapsed,
            "drawing": drawing / elapsed,
            "stretches": self._stretches(beats),
        }

    def _seconds(self, first: int, last: int) -> float:
        return self.beats[last][1] - self.beats[first][1]

    def _stretches(self, beats: list[tuple[int, float, float]]) -> Turn:
        session = self.setup.made[0]
        before = {step + 1 for step in session.history.now.sparse["dev_cost"][0].view().tolist()}
        before |= {info.step + 1 for info in session.timeline.checkpoints}
        steps, ends, worked = zip(*beats, strict=True)
        other = np.array([step in before for step in steps[1:]])
        return stretches(np.array(ends), np.array(worked), other)


def main(mode: str, recipe: str) -> int:
    """Be the peer of that mode."""
    from dllab_ui.app import make_application

    output = take_output()
    with tempfile.TemporaryDirectory(prefix="dllab-bench-") as folder:
        os.environ["DLLAB_SESSIONS"] = folder
        np.seterr(all="ignore")
        app = make_application()
        made = (WithWindow if mode == "window" else Headless)(recipe, Path(folder) / "session")
        turns = Turns(made)

        def answer() -> None:
            serve({"start": turns.start, "turn": turns.turn}, output)
            made.asked.emit("close")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        code = app.exec()
        if isinstance(made, WithWindow):
            made.lab.wait_for_threads()
        else:
            made.worker.wait()
        return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
