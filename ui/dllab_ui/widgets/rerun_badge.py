"""How far a replay or a verification is, and then what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from dllab_ui.widgets.toned_label import set_tone

_BAR_WIDTH = 90


class RerunBadge(QWidget):
    """A bar with a button to stop it, or a badge to click on for the whole story."""

    cancel_wanted = Signal()
    story_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rerun")
        self.bar = QProgressBar()
        self.bar.setObjectName("rerun.progress")
        self.bar.setRange(0, 1000)
        self.bar.setFixedSize(_BAR_WIDTH, 8)
        self.bar.setTextVisible(False)
        self.label, self.cancel = QToolButton(), QToolButton()
        for button, name in ((self.label, "badge"), (self.cancel, "cancel")):
            button.setObjectName(f"rerun.{name}")
            button.setAutoRaise(True)
        self.label.setAccessibleName("what came of replay or verify")
        self.cancel.setText("✕")
        self.cancel.setAccessibleName("cancel")
        self.cancel.setToolTip("Stop it; nothing of the run has changed")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(4)
        for widget in (self.bar, self.label, self.cancel):
            layout.addWidget(widget)
        self.label.clicked.connect(self._on_click)
        self.cancel.clicked.connect(self.cancel_wanted)
        self._running = False
        self.hide()

    def begin(self, what: str) -> None:
        """It runs: ``what`` in a word, such as "replaying"."""
        self._running = True
        self.bar.setValue(0)
        self.bar.setAccessibleName(f"progress of {what}")
        self._show(f"{what} …", "muted", "")

    def show_progress(self, share: float, words: str) -> None:
        """How far it is."""
        self.bar.setValue(round(1000 * share))
        self.bar.setToolTip(words)
        self.label.setToolTip(words)

    def end(self, text: str, tone: str, story: str) -> None:
        """What came of it, in a few words; ``story`` is the tooltip."""
        self._running = False
        self._show(text, tone, f"{story}\nClick for the details." if story else "")

    def clear(self) -> None:
        """Nothing to tell."""
        self._running = False
        self.hide()

    def _show(self, text: str, tone: str, tip: str) -> None:
        self.label.setText(text)
        self.label.setToolTip(tip)
        self.label.setAccessibleName(text)
        set_tone(self.label, tone)
        self.bar.setVisible(self._running)
        self.cancel.setVisible(self._running)
        self.show()

    def _on_click(self) -> None:
        if not self._running:
            self.story_wanted.emit()
