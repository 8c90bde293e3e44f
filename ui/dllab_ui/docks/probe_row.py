"""The row that starts a probe, shows how far it is, and stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from dllab_ui.probe import Work
from dllab_ui.probe_slot import ProbeSlot
from dllab_ui.widgets.toned_label import set_tone

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_UNTOUCHED = "Cancelled; the run was not touched."


class ProbeRow(QWidget):
    """One probe at a time: ``wanted`` when it should start, ``done`` with what it found.

    Parameters
    ----------
    name:
        First part of the object names.
    text, tip:
        Of the button that starts it.
    """

    wanted = Signal()
    done = Signal(object)

    def __init__(self, lab: Lab, name: str, text: str, tip: str) -> None:
        super().__init__()
        self._slot = ProbeSlot(lab, self)
        self._problem = ""
        self._tip = tip
        self.run, self.cancel = QPushButton(text), QPushButton("Cancel")
        self.progress, self.words = QProgressBar(), QLabel()
        for widget, part, about in (
            (self.run, "run", tip),
            (self.cancel, "cancel", "Stop it; nothing of the run has changed."),
            (self.progress, "progress", "Share of the work done."),
            (self.words, "words", ""),
        ):
            widget.setObjectName(f"{name}.{part}")
            widget.setToolTip(about)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(f"progress of the {name.replace('_', ' ')}")
        self.words.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.run)
        row.addWidget(self.cancel)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.words)
        self.run.clicked.connect(self.wanted)
        self.cancel.clicked.connect(self._on_cancel)
        self._slot.progressed.connect(self._on_progress)
        self._slot.done.connect(self._on_done)
        self._slot.failed.connect(lambda message: self._end(message, "danger"))
        self._slot.cancelled.connect(lambda: self._end(_UNTOUCHED))
        self._show_running(False)
        self.say("")

    @property
    def is_running(self) -> bool:
        """Whether a probe is under way."""
        return self._slot.is_taken

    def say(self, text: str, tone: str = "muted") -> None:
        """Put words below the buttons."""
        set_tone(self.words, tone)
        self.words.setText(text)
        self.words.setVisible(bool(text))

    def show_problem(self, problem: str) -> None:
        """Say why it cannot start, or that it can (an empty text)."""
        if problem != self._problem and not self.is_running:
            self.say(problem, "danger")
        self._problem = problem
        self.run.setToolTip(problem or self._tip)
        self.run.setEnabled(not problem and not self.is_running)

    def begin(self, work: Work) -> None:
        """Start a probe, unless one is under way."""
        if self.is_running:
            return
        self._slot.begin(work)
        self.progress.setValue(0)
        self.say("Waiting for a copy of the run …")
        self._show_running(True)

    def forget(self) -> None:
        """Stop listening: another session comes."""
        self._slot.forget()
        self._end("")

    # --- what comes from the probe --------------------------------------------------------

    def _on_progress(self, share: float, words: str) -> None:
        if self.cancel.isEnabled():
            self.progress.setValue(round(1000 * share))
            self.say(words)

    def _on_done(self, result: object) -> None:
        self._end("")
        self.done.emit(result)

    def _on_cancel(self) -> None:
        if self.is_running:
            self.cancel.setEnabled(False)
            self.say("Stopping …")
            self._slot.cancel()

    def _end(self, text: str, tone: str = "muted") -> None:
        self._show_running(False)
        self.say(self._problem or text, "danger" if self._problem else tone)

    def _show_running(self, on: bool) -> None:
        focus = self.run.hasFocus() or self.cancel.hasFocus()
        self.cancel.setEnabled(on)
        self.cancel.setVisible(on)
        self.progress.setVisible(on)
        self.run.setVisible(not on)
        self.run.setEnabled(not on and not self._problem)
        if focus:
            # The key that started it stops it, and the other way round.
            (self.cancel if on else self.run).setFocus()
