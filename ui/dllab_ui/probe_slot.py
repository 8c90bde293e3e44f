"""Room for one probe at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dllab_ui.probe import Probe, Work

if TYPE_CHECKING:
    from dllab_ui.lab import Lab


class ProbeSlot(QObject):
    """Starts probes and hands on what the present one says; its end makes room for another.

    What an earlier probe has still to say belongs to another session, and is not handed on.
    """

    progressed = Signal(float, str)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, lab: Lab, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self._probe: Probe | None = None

    @property
    def is_taken(self) -> bool:
        """Whether a probe is under way."""
        return self._probe is not None

    def begin(self, work: Work) -> None:
        """Start a probe; the slot must be free."""
        assert self._probe is None
        probe = self._probe = self._lab.probe(work)
        probe.progressed.connect(self._on_progress)
        probe.done.connect(self._on_done)
        probe.failed.connect(self._on_failed)
        probe.cancelled.connect(self._on_cancelled)

    def cancel(self) -> None:
        """Ask the probe to stop, if there is one; ``cancelled`` follows once it has."""
        if self._probe is not None:
            self._probe.cancel()

    def forget(self) -> None:
        """Cancel it and stop listening: another session comes."""
        probe, self._probe = self._probe, None
        if probe is not None:
            probe.cancel()

    def _is_present(self) -> bool:
        return self._probe is not None and self.sender() is self._probe

    def _on_progress(self, share: float, words: str) -> None:
        if self._is_present():
            self.progressed.emit(share, words)

    def _on_done(self, result: object) -> None:
        if self._is_present():
            self._probe = None
            self.done.emit(result)

    def _on_failed(self, message: str) -> None:
        if self._is_present():
            self._probe = None
            self.failed.emit(message)

    def _on_cancelled(self) -> None:
        if self._is_present():
            self._probe = None
            self.cancelled.emit()
