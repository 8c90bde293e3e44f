"""The bar over a session that another window or process has open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from dllab.sessions.standing import holder_in_words, state_of
from dllab.training.snapshot import Snapshot
from dllab_ui.widgets.bar import Bar

REASON = "This session is open read-only: another window or process has it open."


class ReadOnlyBar(Bar):
    """Says who has the session, and takes over once that one has closed it."""

    take_over_wanted = Signal()
    refresh_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("read_only_bar", "the session is open read-only", parent)
        self._folder: Path | None = None
        headline = QLabel("This session is open read-only.")
        headline.setProperty("tone", "warning")
        self.message = QLabel()
        self.message.setObjectName("read_only.message")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.refresh = QPushButton("Show its latest state")
        self.refresh.setObjectName("read_only.refresh")
        self.refresh.setToolTip("Read the session once more, as far as it is stored by now")
        self.refresh.clicked.connect(self.refresh_wanted)
        self.again = QPushButton("Try again to take over")
        self.again.setObjectName("read_only.take_over")
        self.again.setToolTip("Go on with the session here, once the other window has closed it")
        self.again.clicked.connect(self._try_again)
        self.stack(headline, self.message, self.again, self.refresh)

    def show_snapshot(self, s: Snapshot) -> None:
        """Appear over a session that is only looked at."""
        folder = s.folder if s.read_only else None
        if folder == self._folder:
            return
        self._folder = folder
        if folder is not None:
            self._say("You can look at everything here; nothing is changed or written.")
        self.setVisible(folder is not None)

    def clear(self) -> None:
        """Another session, or none."""
        self._folder = None
        self.hide()

    def _say(self, then: str) -> None:
        assert self._folder is not None
        who = holder_in_words(self._folder)
        has = f"{who[0].upper()}{who[1:]} has it open." if who else "Nobody has it open any more."
        self.message.setText(f"{has} {then}")

    def _try_again(self) -> None:
        if self._folder is None:
            return
        if state_of(self._folder) == "open elsewhere":
            self._say("It was not taken over: close it there first, then try again.")
        else:
            self.take_over_wanted.emit()
