"""Without a display: the real window, offscreen, driven the way a person would.

It trains, nudges, keeps a checkpoint, rolls back to it, and leaves a picture of the window.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from dllab.training.commands import Failed, Paused, Refused, RolledBack
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.lab import Lab
from dllab_ui.main_window import MainWindow

EPOCHS = 2
NUDGE_AT, CHECKPOINT_AT, ROLLBACK_AT = 0.8, 1.0, 1.3
_PLACES = (NUDGE_AT, CHECKPOINT_AT, ROLLBACK_AT)
_NEAR = 0.3
_CHECKPOINT_NOTE = "tour: one epoch done"
_BAR = 30


class Tour(QObject):
    """The guide: looks at snapshots and does the next thing when its time has come."""

    def __init__(self, lab: Lab, window: MainWindow) -> None:
        super().__init__()
        self.lab, self.window = lab, window
        self.picture: Path | None = None
        self.problem = ""
        self._done: set[str] = set()
        self._asked = 0
        self._bar = ProgressBar()
        lab.opened.connect(self._begin)
        lab.snapshot.connect(self._look)
        lab.happened.connect(self._hear)
        lab.failed.connect(self._give_up)
        lab.closed.connect(self._end)
        lab.cannot_save.connect(self._end)

    def _begin(self) -> None:
        self.lab.run_epochs(EPOCHS)

    def _first_time(self, what: str) -> bool:
        new = what not in self._done
        self._done.add(what)
        return new

    def _look(self, snapshot: Snapshot) -> None:
        self._bar.show(snapshot)
        if any(0 < place - snapshot.epoch < _NEAR for place in _PLACES):
            # Look more often, so as not to run past the place.
            self.lab.hurry()
        if snapshot.epoch >= NUDGE_AT and self._first_time("nudge"):
            rate = snapshot.hyperparameters["learning_rate"] / 2
            self.lab.nudge({"learning_rate": rate}, "tour: gentler steps")
            self._bar.say(f"nudge: learning rate ÷ 2 at {_place(snapshot)}")
        if snapshot.epoch >= CHECKPOINT_AT and self._first_time("checkpoint"):
            self._asked = self.lab.checkpoint(_CHECKPOINT_NOTE)
            self._bar.say(f"checkpoint at {_place(snapshot)}")
        # On a busy machine one look may come late for both; the worker has to be through with one.
        kept_by_now = 0 < self._asked <= snapshot.handled
        if kept_by_now and snapshot.epoch >= ROLLBACK_AT and self._first_time("rollback"):
            kept = [c for c in snapshot.checkpoints if c.note == _CHECKPOINT_NOTE]
            if not kept:
                self._give_up("The checkpoint of the tour is not in the list of checkpoints.")
                return
            self.lab.rollback(kept[-1].key, keep_hyperparameters=True, note="tour: once more")
            self._bar.say(f"roll back from {_place(snapshot)}")
        if "over" in self._done and not snapshot.running and self._first_time("close"):
            QTimer.singleShot(0, self._take_picture)

    def _hear(self, event: object) -> None:
        if isinstance(event, Refused | Failed):
            self._give_up(event.message)
        elif isinstance(event, RolledBack):
            self._bar.say(f"back at step {words.count(event.checkpoint.step)}, on {event.branch}")
            self._done.add("back")
            self.lab.run_epochs(EPOCHS - round(event.checkpoint.epoch))
        elif isinstance(event, Paused) and "back" in self._done:
            latest = self.lab.latest
            if latest is not None and latest.guard is not None:
                self._give_up(latest.guard.message)
                return
            self._done.add("over")
            self.lab.hurry()

    def _take_picture(self) -> None:
        latest = self.lab.latest
        if latest is None:
            return
        self.window.curves.show_snapshot(latest)
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
