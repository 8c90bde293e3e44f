"""Looking into a copy of the run, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from dllab.diagnosis.progress import Cancelled, Progress
from dllab.errors import DllabError
from dllab.training.replica import Replica

Work = Callable[[Replica, Progress], Any]
_log = logging.getLogger(__name__)


class Probe(QThread):
    """Runs ``work(replica, progress)`` once a replica has come; one of three signals ends it.

    The signals reach the thread of the window. ``done`` carries what the work returned, ``failed``
    a sentence for the screen.
    """

    progressed = Signal(float, str)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probe")
        self._work = work
        self._replica: Replica | None = None
        self._progress = Progress(self.progressed.emit)

    def begin(self, replica: Replica) -> None:
        """Start with this copy of the run."""
        self._replica = replica
        self.start()

    def cancel(self) -> None:
        """Ask the work to stop; ``cancelled`` follows once it has."""
        self._progress.cancel()
        if self._replica is None:
            self.cancelled.emit()

    @property
    def is_wanted(self) -> bool:
        """Whether nobody has cancelled it."""
        return not self._progress.cancelled

    def run(self) -> None:
        """The thread's body."""
        assert self._replica is not None
        try:
            # Overflow in a probe is a finding, not a warning.
            with np.errstate(all="ignore"):
                result = self._work(self._replica, self._progress)
        except Cancelled:
            self.cancelled.emit()
        except DllabError as error:
            self.failed.emit(str(error))
        except Exception:
            _log.exception("a probe failed")
            self.failed.emit(
                "This could not be computed because of an error inside dllab; the run is "
                "untouched. The log file has the details."
            )
        else:
            self.done.emit(result)
        finally:
            self._replica = None
