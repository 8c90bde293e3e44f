"""Without a display: the real window, offscreen, driven the way a person would.

It trains, nudges, keeps a checkpoint, rolls back to it, and leaves a picture of the window.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from dllab.training.commands import (
    Failed,
    GuardTripped,
    Paused,
    Recorded,
    Refused,
    RolledBack,
)
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.lab import Lab
from dllab_ui.main_window import MainWindow

EPOCHS = 2
NUDGE_AT, CHECKPOINT_AT, ROLLBACK_AT = 0.8, 1.0, 1.3
_CHECKPOINT_NOTE = "tour: one epoch done"
_BAR = 30


class Tour(QObject):
    """The guide: goes leg by leg, and does the next thing wherever a leg ends.

    Where the legs end is a number of steps, so that the tour of a recipe is the same on every
    computer, however busy it is.
    """

    def __init__(self, lab: Lab, window: MainWindow) -> None:
        super().__init__()
        self.lab, self.window = lab, window
        self.picture: Path | None = None
        self.problem = ""
        self._steps_per_epoch = 0
        self._places: list[int] = []
        self._deeds = iter((self._nudge, self._checkpoint, self._roll_back, self._arrive))
        self._kept = ""
        self._over = False
        self._bar = ProgressBar()
        lab.snapshot.connect(self._look)
        lab.happened.connect(self._hear)
        lab.opened.connect(self._begin)
        lab.failed.connect(self._give_up)
        lab.closed.connect(self._end)
        lab.cannot_save.connect(self._end)

    def _begin(self) -> None:
        for notice in self.lab.notices():
            self._bar.say(notice)

    def _look(self, snapshot: Snapshot) -> None:
        self._bar.show(snapshot)
        if not self._places:
            self._steps_per_epoch = snapshot.steps_per_epoch
            self._places = [snapshot.step]
            for place in (NUDGE_AT, CHECKPOINT_AT, ROLLBACK_AT):
                planned = snapshot.step + round(place * snapshot.steps_per_epoch)
                self._places.append(max(planned, self._places[-1] + 1))
            self._walk(1)
        if self._over and not snapshot.running:
            self._over = False
            QTimer.singleShot(0, self._take_picture)

    def _walk(self, leg: int) -> None:
        self.lab.run_steps(self._places[leg] - self._places[leg - 1])

    def _hear(self, event: object) -> None:
        if isinstance(event, Refused | Failed | GuardTripped):
            self._give_up(event.message)
        elif isinstance(event, Recorded) and event.entry.note == _CHECKPOINT_NOTE:
            self._kept = event.entry.checkpoint
        elif isinstance(event, RolledBack):
            step = event.checkpoint.step
            self._bar.say(f"back at step {words.count(step)}, on {event.branch}")
            goal = self._places[0] + EPOCHS * self._steps_per_epoch
            self.lab.run_steps(max(1, goal - step))
        elif isinstance(event, Paused) and not self.problem:
            next(self._deeds)()

    def _nudge(self) -> None:
        assert self.lab.latest is not None
        rate = self.lab.latest.hyperparameters["learning_rate"] / 2
        self.lab.nudge({"learning_rate": rate}, "tour: gentler steps")
        self._bar.say(f"nudge: learning rate ÷ 2 at {self._at(1)}")
        self._walk(2)

    def _checkpoint(self) -> None:
        self.lab.checkpoint(_CHECKPOINT_NOTE)
        self._bar.say(f"checkpoint at {self._at(2)}")
        self._walk(3)

    def _roll_back(self) -> None:
        self._bar.say(f"roll back from {self._at(3)}")
        self.lab.rollback(self._kept, keep_hyperparameters=True, note="tour: once more")

    def _arrive(self) -> None:
        self._over = True
        self.lab.hurry()

    def _at(self, leg: int) -> str:
        step = self._places[leg]
        return words.at_step(step, (step - self._places[0]) / self._steps_per_epoch)

    def _take_picture(self) -> None:
        latest = self.lab.latest
        if latest is None:
            return
        self.window.curves.show_snapshot(latest)
        self.window.catch_up()
        folder = latest.folder or Path(tempfile.gettempdir())
        picture = folder / "window.png"
        if not self.window.grab().save(str(picture)):
            self._give_up(f"The picture {picture} could not be written.")
            return
        self.picture = picture
        self._bar.end()
        dev = f"dev error {words.percent(latest.dev_error)}, cost {words.cost(latest.dev_cost)}"
        print(f"{dev} at {_place(latest)}")
        print(f"session: {latest.folder}\npicture: {picture}")
        self.lab.close()

    def _end(self, problem: str = "") -> None:
        self.problem = self.problem or problem
        QApplication.exit(2 if self.problem else 0)

    def _give_up(self, message: str) -> None:
        if not self.problem:
            self._bar.end()
            self.problem = message
            self.lab.close()


class ProgressBar:
    """One line in a terminal, a line per tenth elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._tenth = -1

    def show(self, s: Snapshot) -> None:
        """Draw the bar where the run stands."""
        share = min(1.0, s.epoch / EPOCHS)
        if not self._live and int(10 * share) == self._tenth:
            return
        self._tenth = int(10 * share)
        bar = "█" * round(_BAR * share) + "░" * (_BAR - round(_BAR * share))
        text = (
            f"{bar} epoch {s.epoch:.2f}/{EPOCHS} · step {words.count(s.step)} · "
            f"{words.rate(s.steps_per_second)} steps/s · dev {words.cost(s.dev_cost)}"
        )
        print(f"\r{text:<78}" if self._live else text, end="" if self._live else "\n", flush=True)

    def say(self, text: str) -> None:
        """A line above the bar."""
        print(f"\r  {text:<76}" if self._live else f"  {text}", flush=True)

    def end(self) -> None:
        """Leave the bar's line."""
        if self._live:
            print(flush=True)


def _place(snapshot: Snapshot) -> str:
    return words.at_step(snapshot.step, snapshot.epoch)


def run_tour(what: str | None = None) -> int:
    """Make the tour; 0 if all went well, 2 with a sentence if not."""
    from dllab_ui.app import DEFAULT_RECIPE, first_session, make_application
    from dllab_ui.reporting import Reporter, start_log

    app = make_application()
    reporter = Reporter()
    start_log()
    reporter.install()
    lab = Lab()
    window = MainWindow(lab)
    window.resize(1600, 1000)
    window.show()
    tour = Tour(lab, window)
    reporter.happened.connect(tour._give_up)
    make_session, text = first_session(what or DEFAULT_RECIPE)
    print(f"No display: the window runs unseen. {text}", flush=True)
    QTimer.singleShot(0, lambda: lab.start(make_session, text))
    app.exec()
    lab.wait_for_threads()
    reporter.remove()
    if tour.problem:
        print(tour.problem, file=sys.stderr)
        return 2
    return 0
