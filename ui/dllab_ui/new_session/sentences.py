"""What is to be said of the data: what needs a look first, then what was done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

_MOST, _TALLEST = 20, 92


class Sentences(QScrollArea):
    """As tall as its sentences up to a limit, then it scrolls; hidden when there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.alarms = _label("new.data.warnings", "warning")
        self.notes = _label("new.data.notes", "muted")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._column.addWidget(self.alarms)
        self._column.addWidget(self.notes)
        self._column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("what was found out about the data")
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def tell(self, alarms: Sequence[str], notes: Sequence[str]) -> None:
        """Show sentences, one a line."""
        for label, sentences in ((self.alarms, alarms), (self.notes, notes)):
            shown = list(sentences[:_MOST])
            if len(sentences) > _MOST:
                shown.append(f"… and {len(sentences) - _MOST:,} more of the kind.")
            label.setText("\n".join(shown))
            label.setVisible(bool(shown))
        self.setVisible(bool(alarms or notes))
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width is another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """The height of the sentences at this width."""
        tall = self._column.totalHeightForWidth(max(1, self.viewport().width()))
        return QSize(200, min(_TALLEST, max(tall, 1)))

    def minimumSizeHint(self) -> QSize:
        """The same: what does not fit scrolls."""
        return self.sizeHint()


def _label(name: str, tone: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    return label
