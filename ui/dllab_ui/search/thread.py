"""A search in a thread of its own, beside the session and whoever trains there."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from dllab.diagnosis.progress import Cancelled, Progress
from dllab.errors import DllabError
from dllab.search import Plan, search_into

_log = logging.getLogger(__name__)


class SearchThread(QThread):
    """Trains a plan's trials into a folder; one of ``done``, ``failed``, ``cancelled`` ends it.

    The signals reach the thread of the window. ``trained`` carries each `Trial` once it is on the
    disk, ``done`` the whole `Search`, ``failed`` a sentence for the screen.
    """

    progressed = Signal(float, str)
    trained = Signal(object)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, folder: Path, plan: Plan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.folder, self.plan = folder, plan
        self._progress = Progress(self.progressed.emit)

    def run(self) -> None:
        """The thread's body."""
        try:
            search = search_into(self.folder, self.plan, self._progress, self.trained.emit)
        except Cancelled:
            self.cancelled.emit()
        except DllabError as error:
            self.failed.emit(str(error))
        except Exception:
            _log.exception("a search failed")
            self.failed.emit(
                "The search stopped because of an error inside dllab; the trials before it are "
                "kept. The log file has the details."
            )
        else:
            self.done.emit(search)

    def cancel(self) -> None:
        """Ask it to stop after the update under way; ``cancelled`` follows."""
        self._progress.cancel()

    def end(self, milliseconds: int = 10_000) -> bool:
        """Cancel and wait; False if it is still at work after that."""
        self.cancel()
        return self.wait(milliseconds)
