"""Replay and verify from the window: on a copy, in a thread of their own, one at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from dllab.diagnosis.progress import Progress
from dllab.replay import ReplayReport, VerifyReport, recording_of_replica, replay, verify
from dllab.training.replica import Replica
from dllab_ui import words
from dllab_ui.lab import Lab
from dllab_ui.probe import Work
from dllab_ui.probe_slot import ProbeSlot
from dllab_ui.widgets.rerun_badge import RerunBadge

Report = ReplayReport | VerifyReport
_VERIFIED_STEPS = 200


class Reruns(QObject):
    """Starts them, leads their progress to the badge, and tells what came of them."""

    said = Signal(str, str)

    def __init__(self, lab: Lab, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._slot = ProbeSlot(lab, self)
        self._report: Report | None = None
        self.badge = RerunBadge()
        self.badge.cancel_wanted.connect(self._slot.cancel)
        self._slot.progressed.connect(self.badge.show_progress)
        self._slot.done.connect(self._on_done)
        self._slot.failed.connect(lambda message: self._on_nothing(message, "danger"))
        self._slot.cancelled.connect(
            lambda: self._on_nothing("Cancelled; the run was not touched.", "muted")
        )
        self.badge.story_wanted.connect(self._tell_story)

    def replay(self) -> None:
        """All of the session again, from recipe and ledger."""
        self._begin("replaying", _replay)

    def verify(self) -> None:
        """The checksums, and some updates again."""
        self._begin("verifying", _verify)

    def clear(self) -> None:
        """Another session."""
        self._slot.forget()
        self._report = None
        self.badge.clear()

    def _begin(self, what: str, work: Work) -> None:
        if self._slot.is_taken:
            self.said.emit("One at a time: stop the one under way first.", "warning")
            return
        self._slot.begin(work)
        self._report = None
        self.badge.begin(what)

    # --- what comes from the probe --------------------------------------------------------

    def _on_done(self, report: Report) -> None:
        self._report = report
        self.badge.end(*_badge_of(report), report.sentence)
        self.said.emit(report.sentence, "muted" if report.same else "danger")
        if not report.same:
            self._tell_story()

    def _on_nothing(self, why: str, tone: str) -> None:
        self.badge.clear()
        self.said.emit(why, tone)

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
        done = f", {words.steps(report.steps)} again" if report.steps else ""
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
