"""What to try, and what is then to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QSizePolicy,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)


class TrialList(QWidget):
    """A list of trials; choosing one sets the knobs, and the page beside says what to look for."""

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sees: tuple[str, ...] = ()
        self._about: tuple[str, ...] = ()
        self.names = QListWidget()
        self.names.setObjectName(f"{name}.trials")
        self.names.setAccessibleName("what to try")
        self.names.setToolTip(
            "Choose a trial: the knobs are set to it. Click it again to come back."
        )
        self.names.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.page = QTextBrowser()
        self.page.setObjectName(f"{name}.see")
        self.page.setAccessibleName("what to see")
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        heading = QLabel("What to try")
        heading.setProperty("strong", True)
        heading.setBuddy(self.names)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(heading)
        left.addWidget(self.names, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 8, 6, 8)
        layout.setSpacing(10)
        layout.addLayout(left)
        layout.addWidget(self.page, 1)
        self.names.currentRowChanged.connect(self._on_row)
        self.names.itemClicked.connect(lambda _: self.chosen.emit(self.names.currentRow()))

    def show_trials(self, trials: Sequence[tuple[str, str]], about: Sequence[str]) -> None:
        """Take (name, what to see) pairs and paragraphs for all of them; chooses the first."""
        self.names.blockSignals(True)
        self.names.clear()
        self.names.addItems([name for name, _ in trials])
        widest = max(self.names.sizeHintForColumn(0), 120)
        self.names.setFixedWidth(widest + 26)
        self.names.setCurrentRow(0)
        self.names.blockSignals(False)
        self._sees, self._about = tuple(see for _, see in trials), tuple(about)
        self._show_page(0)

    def _on_row(self, row: int) -> None:
        if row < 0:
            return
        self._show_page(row)
        self.chosen.emit(row)

    def _show_page(self, row: int) -> None:
        about = "".join(f"<p>{escape(text)}</p>" for text in self._about if text)
        self.page.setHtml(
            f"<p style='margin-top:0'><b>What to see</b></p><p>{escape(self._sees[row])}</p>"
            f"<div style='color:palette(placeholder-text)'>{about}</div>"
        )
