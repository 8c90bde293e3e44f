"""The foot of the search dock: start, cancel, progress, and what there is to say."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dllab_ui.widgets.toned_label import set_tone

_SHARED = "The session trains at the same time: both share the processor, and each is slower."
_START = "Train the trials one after another, beside the session."
_WHOLE = 1000


class SearchFoot(QWidget):
    """``cancel_wanted`` once per search; ``start`` is the button."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start, self.cancel = QPushButton("Start"), QPushButton("Cancel")
        self.progress = QProgressBar()
        self.words, self.shared = QLabel(), QLabel(_SHARED)
        self.cancel.clicked.connect(self._on_cancel)
        for widget, name, tip in (
            (self.start, "start", _START),
            (self.cancel, "cancel", "Stop after the update under way; what was trained stays."),
            (self.progress, "progress", "Share of the search done."),
            (self.words, "words", ""),
            (self.shared, "shared", ""),
        ):
            widget.setObjectName(f"search.{name}")
            widget.setToolTip(tip)
        self.progress.setRange(0, _WHOLE)
        self.progress.setAccessibleName("progress of the search")
        self.progress.setTextVisible(False)
        for button in (self.start, self.cancel):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.start)
        row.addWidget(self.cancel)
        row.addWidget(self.progress, 1)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2, 10, 8)
        column.setSpacing(4)
        column.addLayout(row)
        for label in (self.words, self.shared):
            label.setWordWrap(True)
            label.setProperty("tone", "muted")
            label.hide()
            column.addWidget(label)
        self.show_running(False)

    def say(self, text: str, tone: str = "muted") -> None:
        """Say something, or nothing."""
        set_tone(self.words, tone)
        self.words.setText(text)
        self.words.setVisible(bool(text))

    def show_plan(self, start: str, problem: str) -> None:
        """What the start button would do, or what is wrong with the plan."""
        self.start.setEnabled(not problem)
        self.start.setToolTip(problem or _START)
        self.start.setText(start or "Start")
        self.say(problem, "danger" if problem else "muted")

    def show_running(self, on: bool) -> None:
        """Offer to cancel and show progress, or offer to start."""
        self.start.setVisible(not on)
        self.cancel.setVisible(on)
        self.cancel.setEnabled(on)
        self.progress.setVisible(on)
        self.progress.setValue(0)

    def show_progress(self, share: float, text: str) -> None:
        """How far the search is."""
        self.progress.setValue(round(_WHOLE * share))
        if self.cancel.isEnabled():
            self.say(text)

    def show_sharing(self, on: bool) -> None:
        """Whether session and search train at the same time."""
        self.shared.setVisible(on)

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.say("Stopping …")
        self.cancel_wanted.emit()
