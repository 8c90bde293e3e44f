"""From one session to the next: what would be lost of the first is asked about before it goes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from dllab.training.commands import Event, Secure, Secured
from dllab_ui.worker import Worker


class Handover(QObject):
    """Lets a worker start once the session it replaces is saved, or need not be.

    ``would_be_lost`` brings the reason why the present session cannot be saved: then `agree`, or
    `stay`. Nothing of the other session has been made by then. ``given_up`` tells that it will not
    be.
    """

    would_be_lost = Signal(str)
    given_up = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._present: Worker | None = None
        self._next: Worker | None = None
        self.loss_is_agreed = False
        """Whether the person knows that the session that goes last could not be saved."""

    def begin(self, present: Worker | None, following: Worker) -> None:
        """Start a worker as soon as the present one's session is saved."""
        self._present, self._next, self.loss_is_agreed = present, following, False
        if present is not None and present.isRunning() and present.runner is not None:
            present.runner.submit(Secure())
        else:
            self._start()

    def heed(self, event: Event) -> bool:
        """Take the answer of the present worker; True if the event was one."""
        if not isinstance(event, Secured):
            return False
        if event.message and self._next is not None:
            self.would_be_lost.emit(event.message)
        else:
            self._start()
        return True

    def heed_end(self) -> None:
        """A worker has ended; if it is the present one, it answers no more."""
        if self._present is not None and self._present.isFinished():
            self._start()

    def agree(self) -> None:
        """Go over to the other session, whatever is lost of the present one."""
        self.loss_is_agreed = True
        self._start()

    def stay(self) -> None:
        """Do not make the other session after all."""
        following, self._present, self._next = self._next, None, None
        if following is not None:
            following.deleteLater()
            self.given_up.emit()

    def _start(self) -> None:
        following, self._present, self._next = self._next, None, None
        if following is not None:
            following.start()
