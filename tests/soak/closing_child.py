"""Windows that are closed in the middle of something; run as a process of its own.

``python closing_child.py FOLDER WINDOWS SEED`` says one line of JSON per window.
"""

from __future__ import annotations

import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT), str(ROOT / "ui"), str(ROOT / "resources")]

from PySide6.QtCore import QTimer  # noqa: E402

from dllab import Recipe, Session  # noqa: E402
from dllab_ui.app import make_application  # noqa: E402
from dllab_ui.lab import Lab  # noqa: E402
from dllab_ui.main_window import MainWindow  # noqa: E402
from dllab_ui.reporting import Reporter, start_log  # noqa: E402
from soak import subjects  # noqa: E402
from soak.breakings import break_as_told  # noqa: E402

MOMENTS = ("training", "saving", "paused", "training", "opening", "stepping")
_TICK = 3


def _recipe(rng: random.Random) -> Recipe:
    if rng.random() < 0.15:
        # 12 MB to write, so that there is something to wait for.
        return subjects.recipe(rng, hidden_layers=[1000, 1000], precision="float32")
    return subjects.recipe(rng)


class OneWindow:
    """One window, as the program opens it, closed at a moment."""

    def __init__(self, folder: Path, moment: str, rng: random.Random) -> None:
        self.folder, self.moment, self.rng = folder, moment, rng
        self.lab = Lab()
        self.window = MainWindow(self.lab)
        self.closed_at = 0.0
        self.step = 0
        self._patience = rng.randrange(1, 60)
        self._asked = False
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        recipe = _recipe(rng)
        self.window.show()
        QTimer.singleShot(0, lambda: self.lab.start(lambda: Session.create(recipe, folder)))
        self._timer.start(_TICK)

    def _look(self) -> None:
        latest = self.lab.latest
        if self.moment == "opening":
            # Some time after it was asked for, and perhaps before it is there.
            if self.lab.is_loading or latest is not None:
                self._wait_and_close()
            return
        if latest is None:
            return
        if not self._asked:
            self._asked = True
            if self.moment == "stepping":
                self.lab.run_steps(self.rng.randrange(1, 40))
            else:
                self.lab.run()
            return
        if latest.step == 0:
            return
        if self.moment == "paused":
            if latest.running and latest.step > self._patience:
                self.lab.pause()
            elif not latest.running:
                self._close()
        else:
            self._wait_and_close()

    def _wait_and_close(self) -> None:
        self._patience -= 1
        if self._patience < 0:
            if self.moment == "saving":
                for number in range(3):
                    self.lab.checkpoint(f"note {number}")
            self._close()

    def _close(self) -> None:
        self._timer.stop()
        latest = self.lab.latest
        self.step = latest.step if latest is not None else 0
        self.closed_at = time.monotonic()
        self.window.close()


def main(folder: str, windows: str, seed: str) -> int:
    """As `dllab_ui.app.run_window` does it, some times over."""
    break_as_told()
    app = make_application()
    reporter = Reporter()
    reporter.install()
    start_log()
    rng = random.Random(int(seed))
    code = 0
    for number in range(int(windows)):
        place = Path(folder) / f"session-{number}"
        moment = MOMENTS[(int(seed) + number) % len(MOMENTS)]
        one = OneWindow(place, moment, rng)
        code |= app.exec()
        ended = one.lab.wait_for_threads()
        seconds = time.monotonic() - one.closed_at
        worker = one.lab._worker or one.lab._coming
        session = worker.session if worker is not None else None
        said = {
            "folder": str(place),
            "moment": moment,
            "seconds": seconds,
            "ended": ended,
            "shown": one.step,
            "step": None if session is None else session.step,
            # The threads that shared the updates have ended, and their number with them.
            "hash": None
            if session is None
            else replace(session.capture(), members=1).fingerprint(),
        }
        print(json.dumps(said), flush=True)
    reporter.remove()
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
