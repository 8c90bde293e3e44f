"""The probes under way: who waits for a replica, who runs, and how all of them end."""

from __future__ import annotations

from PySide6.QtCore import QObject

from dllab.training.commands import Event, Refused, Replicated
from dllab_ui.probe import Probe, Work


class Probes(QObject):
    """Keeps every probe alive until its thread has ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[int, Probe] = {}
        self._running: list[Probe] = []

    def make(self, work: Work) -> Probe:
        """A probe that still has to be given its ticket, by `expect`."""
        return Probe(work, self)

    def expect(self, ticket: int, probe: Probe) -> None:
        """The replica of this ticket is for this probe."""
        self._waiting[ticket] = probe

    def heed(self, event: Event) -> bool:
        """Take a replica to the probe that waits for it; True if the event was for a probe."""
        if isinstance(event, Replicated):
            probe = self._waiting.pop(event.ticket, None)
            if probe is not None and probe.is_wanted:
                self._running.append(probe)
                probe.finished.connect(self._forget_ended)
                probe.begin(event.replica)
            elif probe is not None:
                probe.deleteLater()
            return True
        if isinstance(event, Refused) and event.ticket in self._waiting:
            probe = self._waiting.pop(event.ticket)
            probe.failed.emit(event.message)
            probe.deleteLater()
            return True
        return False

    def _forget_ended(self) -> None:
        for probe in [p for p in self._running if p.isFinished()]:
            self._running.remove(probe)
            probe.deleteLater()

    def cancel_all(self) -> None:
        """Ask every probe to stop: another session comes, or the window closes."""
        for probe in list(self._waiting.values()):
            probe.cancel()
            probe.deleteLater()
        self._waiting.clear()
        for probe in self._running:
            probe.cancel()

    def wait(self, milliseconds: int) -> bool:
        """Cancel and wait until no probe's thread runs."""
        self.cancel_all()
        ended = [probe.wait(milliseconds) for probe in self._running]
        return all(ended)
