"""The training thread: it makes the session, runs it, and tells what happened."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from dllab.errors import DllabError
from dllab.training.commands import Closed, Event, Failed, Shutdown
from dllab.training.runner import Runner
from dllab.training.session import Session

MakeSession = Callable[[], Session]
_log = logging.getLogger(__name__)


class Worker(QThread):
    """One thread around one `Runner`.

    The session is made inside the thread, because reading data takes seconds and the window has
    to answer meanwhile. ``happened`` carries the worker's typed events to the thread of the window.
    """

    happened = Signal(object)
    ready = Signal()
    failed = Signal(str)

    def __init__(self, make_session: MakeSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self._make_session = make_session
        self.session: Session | None = None
        self.runner: Runner | None = None
        self.left_open = False
        """Whether the thread ended without saving: the session is still there, in memory."""
        self._ending = False

    def run(self) -> None:
        """The thread's body."""
        try:
            self.session = self._make_session()
            self.runner = Runner(self.session, self._tell)
        except DllabError as error:
            self.failed.emit(str(error))
            return
        except Exception:
            _log.exception("making the session failed")
            self.failed.emit(
                "The session could not be made because of an error inside dllab; nothing was "
                "changed. The log file has the details."
            )
            return
        if self._ending:
            # Asked to end before there was a runner to tell.
            self.runner.submit(Shutdown())
        self.ready.emit()
        try:
            self.runner.run()
        except Exception as error:
            _log.exception("the training thread ended with an error")
            self._tell(
                Failed(
                    f"Training stopped because of an error inside dllab ({error}). What was saved "
                    f"is whole; open the session again to go on. The log file has the details.",
                    traceback.format_exc(),
                )
            )

    def _tell(self, event: Event) -> None:
        if isinstance(event, Closed):
            self.left_open = not event.saved
        self.happened.emit(event)

    def ask_to_end(self) -> None:
        """Ask for a last checkpoint and the end of the thread; `Closed` tells how that went."""
        self._ending = True
        if self.runner is not None:
            self.runner.submit(Shutdown())

    def end(self, milliseconds: int = 10_000) -> bool:
        """End the thread and the session and wait; False if it is still at work after that."""
        self.ask_to_end()
        ended = self.wait(milliseconds)
        if ended and self.left_open and self.session is not None:
            self.left_open = False
            try:
                self.session.close()
            except DllabError as error:
                # The person was told when `Closed` came; whoever ends threads has more to do.
                _log.warning("closed without its last steps: %s", error)
        return ended
