"""Work beside the window that can be given up at any moment, even when the dialog goes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

_LOOK_AGAIN = 25
_log = logging.getLogger(__name__)


class _Slot:
    """Latest wins: the thread puts values in, the window's timer takes them out."""

    def __init__(self) -> None:
        self.latest: object = None
        self.wanted = True
        self.finished = False


class _Errand(QRunnable):
    """Takes steps one by one until they end or nobody wants them; touches no object of Qt's."""

    def __init__(self, slot: _Slot, steps: Iterator[object], failed: Callable[[], object]) -> None:
        super().__init__()
        self._slot, self._steps, self._failed = slot, steps, failed

    def run(self) -> None:
        """The thread's body."""
        slot = self._slot
        try:
            while slot.wanted:
                step = next(self._steps, None)
                if step is None:
                    break
                slot.latest = step
        except Exception:
            # What nobody wants any more may fail: modules cannot be loaded while Python ends.
            if slot.wanted:
                _log.exception("reading data for the dialog failed")
                slot.latest = self._failed()
        finally:
            slot.finished = True


class Errands(QObject):
    """One errand at a time; ``came`` brings each of its steps that the window has time for.

    An errand that is given up ends after its present step; nobody waits for it.
    """

    came = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slot: _Slot | None = None
        self._seen: object = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AGAIN)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether something more may come."""
        return self._slot is not None

    def send(self, steps: Iterator[object], failed: Callable[[], object]) -> None:
        """Give up the present errand and begin this one; ``failed`` makes the step that tells of
        an error inside dllab."""
        self.give_up()
        self._slot = _Slot()
        QThreadPool.globalInstance().start(_Errand(self._slot, steps, failed))
        self._timer.start()

    def give_up(self) -> None:
        """Want nothing any more."""
        self._timer.stop()
        if self._slot is not None:
            self._slot.wanted = False
        self._slot, self._seen = None, None

    def _look(self) -> None:
        slot = self._slot
        if slot is None:
            return
        # Asked before the value: what comes in between is then seen the next time.
        finished, latest = slot.finished, slot.latest
        new = latest is not None and latest is not self._seen
        if finished:
            self.give_up()
        else:
            self._seen = latest
        if new:
            self.came.emit(latest)
