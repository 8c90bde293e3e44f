"""Replay and verify from the window: on a copy, in a thread of their own, one at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from dllab.diagnosis.progress import Progress
from dllab.replay import ReplayReport, VerifyReport, recording_of_replica, replay, verify
from dllab.training.replica import Replica
from dllab_ui import words
from dllab_ui.lab import Lab
from dllab_ui.probe import Probe, Work
from dllab_ui.widgets.rerun_badge import RerunBadge

Report = ReplayReport | VerifyReport
_VERIFIED_STEPS = 200


class Reruns(QObject):
    """Starts them, leads their progress to the badge, and tells what came of them."""

    said = Signal(str, str)

    def __init__(self, lab: Lab, window: QWidget) -> None:
        super().__init__(window)
        self._lab, self._window = lab, window
        self._probe: Probe | None = None
        self._report: Report | None = None
        self.badge = RerunBadge()
        self.badge.cancel_wanted.connect(self._cancel)
        self.badge.story_wanted.connect(self._tell_story)

    def replay(self) -> None:
        """All of the session again, from recipe and ledger."""
        self._begin("replaying", _replay)

    def verify(self) -> None:
        """The checksums, and some updates again."""
        self._begin("verifying", _verify)

    def clear(self) -> None:
        """Another session."""
        if self._probe is not None:
            self._probe.cancel()
        self._probe = self._report = None
        self.badge.clear()

    def _begin(self, what: str, work: Work) -> None:
        if self._probe is not None:
            self.said.emit("One at a time: stop the one under way first.", "warning")
            return
        probe = self._probe = self._lab.probe(work)
        probe.progressed.connect(self._on_progress)
        probe.done.connect(self._on_done)
        probe.failed.connect(self._on_failed)
        probe.cancelled.connect(self._on_cancelled)
        self._report = None
        self.badge.begin(what)

    def _cancel(self) -> None:
        if self._probe is not None:
            self._probe.cancel()

    # --- what comes from the probe --------------------------------------------------------

    def _is_mine(self) -> bool:
        # What an earlier probe has still to say belongs to another session.
        return self._probe is not None and self.sender() is self._probe

    def _on_progress(self, share: float, doing: str) -> None:
        if self._is_mine():
            self.badge.show_progress(share, doing)

    def _on_done(self, report: Report) -> None:
        if not self._is_mine():
            return
        self._probe, self._report = None, report
        self.badge.end(*_badge_of(report), report.sentence)
        self.said.emit(report.sentence, "muted" if report.same else "danger")
        if not report.same:
            self._tell_story()

    def _on_failed(self, message: str) -> None:
        if self._is_mine():
            self._probe = None
            self.badge.clear()
            self.said.emit(message, "danger")

    def _on_cancelled(self) -> None:
        if self._is_mine():
            self._probe = None
            self.badge.clear()
            self.said.emit("Cancelled; the run was not touched.", "muted")

    def _tell_story(self) -> None:
        report = self._report
        if report is None:
            return
        kind = QMessageBox.Icon.Information if report.same else QMessageBox.Icon.Warning
        box = QMessageBox(kind, "dllab", report.sentence, parent=self._window)
        box.setObjectName("dialog.rerun")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText("\n".join(_details(report)))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _replay(replica: Replica, progress: Progress) -> ReplayReport:
    return replay(recording_of_replica(replica), progress)


def _verify(replica: Replica, progress: Progress) -> VerifyReport:
    return verify(recording_of_replica(replica), steps=_VERIFIED_STEPS, progress=progress)


def _badge_of(report: Report) -> tuple[str, str]:
    """A few words and their tone."""
    if isinstance(report, ReplayReport):
        if report.same:
            return f"✓ replayed to step {words.count(report.step)}", "best"
        return "✗ the replay parts", "danger"
    if report.same:
        done = f", {words.count(report.steps)} steps again" if report.steps else ""
        return f"✓ verified{done}", "best"
    return ("✗ damaged" if report.damaged else "✗ not the same"), "danger"


def _details(report: Report) -> list[str]:
    lines = list(report.notes)
    if isinstance(report, VerifyReport):
        lines = [*report.damaged, *lines]
    else:
        lines = [f"Fingerprint {report.fingerprint}", *lines]
    if report.same and report.facts:
        lines.append(f"Here is different: {', '.join(report.facts)}.")
    return lines
