"""Promise 11: no swallowed error.

An exception that nobody expected, in a slot, a paint, a timer, a thread, an object's end, the
training thread or the writer: one dialog says so, the log has it once with its traceback, and the
session goes on: a training that was under way makes further updates or can be started again.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from dllab_ui.reporting import Reporter
from soak import subjects
from soak.windows import RealWindow, settle, until

PROMISE = 11
TITLE = "No swallowed error: one dialog, one log entry, the session kept"
FULL, QUICK = 500, 7
CHUNK = 100


class Planted(Exception):
    """What is thrown."""


class Log(logging.Handler):
    """The entries that hold a traceback of a planted exception."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        if "Planted" in text and "Traceback" in text:
            self.found.append(text)


class _Painter(QWidget):
    def __init__(self, parent: QWidget, word: str) -> None:
        super().__init__(parent)
        self._word = word

    def paintEvent(self, event: object) -> None:
        word, self._word = self._word, ""
        if word:
            raise Planted(word)


def _in_a_slot(real: RealWindow, word: str) -> None:
    def slot(running: object) -> None:
        real.lab.snapshot.disconnect(slot)
        raise Planted(word)

    real.lab.snapshot.connect(slot)
    real.lab.hurry()


def _in_a_paint(real: RealWindow, word: str) -> None:
    painter = _Painter(real.window, word)
    painter.resize(20, 20)
    painter.show()
    until(lambda: painter._word == "", "a paint")
    painter.deleteLater()


def _in_a_timer(real: RealWindow, word: str) -> None:
    QTimer.singleShot(0, lambda: _throw(word))


def _throw(word: str) -> None:
    raise Planted(word)


def _in_a_thread(real: RealWindow, word: str) -> None:
    thread = threading.Thread(target=_throw, args=(word,))
    thread.start()
    thread.join()


def _at_an_end(real: RealWindow, word: str) -> None:
    class Ending:
        def __del__(self) -> None:
            raise Planted(word)

    Ending()
    gc.collect()


def _in_the_worker(real: RealWindow, word: str) -> None:
    session = real.session
    advance = session.advance

    def broken() -> bool:
        session.advance = advance  # type: ignore[method-assign]
        raise Planted(word)

    session.advance = broken  # type: ignore[method-assign]
    if not real.now.running:
        real.lab.run()


def _in_a_command(real: RealWindow, word: str) -> None:
    session = real.session
    nudge = session.nudge

    def broken(*args: object, **named: object) -> object:
        session.nudge = nudge  # type: ignore[method-assign]
        raise Planted(word)

    session.nudge = broken  # type: ignore[method-assign]
    real.lab.nudge({"learning_rate": 0.004})


PLACES: tuple[Callable[[RealWindow, str], None], ...] = (
    _in_a_slot, _in_a_paint, _in_a_timer, _in_a_thread, _at_an_end, _in_the_worker, _in_a_command,
)  # fmt: skip


def _boxes() -> list[QMessageBox]:
    found = QApplication.topLevelWidgets()
    return [w for w in found if isinstance(w, QMessageBox) and w.isVisible()]


def _plant(real: RealWindow, log: Log, rng: random.Random, place: object, word: str) -> None:
    log.found.clear()
    if rng.random() < 0.5 and not real.now.running:
        real.lab.run()
        until(lambda: real.now.running, "a run")
    place(real, word)  # type: ignore[operator]
    until(lambda: bool(_boxes()), "a dialog")
    for _ in range(5):
        settle()
    boxes = _boxes()
    assert len(boxes) == 1, f"{len(boxes)} dialogs for one error"
    assert word in boxes[0].text(), f"the dialog says: {boxes[0].text()}"
    assert "Traceback" not in boxes[0].text() + boxes[0].informativeText()
    entries = [text for text in log.found if word in text]
    assert len(entries) == 1, f"{len(entries)} log entries for one error"
    boxes[0].reject()
    until(lambda: not _boxes(), "no dialog")
    _goes_on(real)


def _goes_on(real: RealWindow) -> None:
    step = real.now.step
    # What is shown may be of a moment before the error.
    until(lambda: not real.now.running or real.now.step > step, "news of the run")
    if not real.now.running:
        real.until_handled(real.lab.run_steps(20))
    until(lambda: real.now.step >= step + 5, "further updates")


@contextlib.contextmanager
def _reporting() -> Iterator[Log]:
    reporter, log = Reporter(), Log()
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.setLevel(logging.INFO)
    # What pytest listens with would take the planted ones for its own.
    root.handlers[:] = [log]
    reporter.install()
    try:
        yield log
    finally:
        reporter.remove()
        root.setLevel(level)
        root.handlers[:] = handlers


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """Plant ``count`` exceptions, each kind in turn.

    Raises
    ------
    AssertionError
        If one was swallowed, told twice, or cost the session.
    """
    rng = random.Random(seed)
    folder = workdir / "session"
    number = 0
    try:
        with RealWindow() as real, _reporting() as log:
            real.create(subjects.recipe(rng), folder)
            entries = len(real.now.entries)
            for number in range(count):
                place = PLACES[number % len(PLACES)]
                _plant(real, log, rng, place, f"planted-{seed}-{number}-")
            real.lab.pause()
            until(lambda: not real.now.running, "a pause")
            assert len(real.now.entries) >= entries
            step = real.session.step
        last = sorted((folder / "checkpoints").glob("*.h5"))[-1]
        from dllab.checkpoint import read_checkpoint

        assert read_checkpoint(last).info.step == step, "the session is not where it was left"
    except Exception as error:
        raise AssertionError(f"promise {PROMISE}, seed {seed}, {number}: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {"errors planted, each told once": count, "kinds of places": len(PLACES)}
