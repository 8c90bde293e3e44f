"""The page of the manager that lists what was thrown away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dllab.sessions import Trashed
from dllab.sessions.in_words import age_in_words, size_in_words

_HEADINGS = ("name", "came from", "thrown away", "size")
_WIDTHS = {0: 260, 2: 150, 3: 90}
_FROM, _SIZE = 1, 3
_ROW_HEIGHT = 30
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TrashPage(QWidget):
    """Each session can be put back; emptying deletes them for good."""

    restore_wanted = Signal(object)
    empty_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Trashed, ...] = ()
        self._reason = ""
        self.list = QTreeWidget()
        self.list.setObjectName("trash.list")
        self.list.setAccessibleName("sessions in the trash, newest first")
        self.list.setHeaderLabels(_HEADINGS)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        header = self.list.header()
        header.setStretchLastSection(False)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(_FROM, QHeaderView.ResizeMode.Stretch)
        self.list.headerItem().setTextAlignment(_SIZE, _RIGHT)
        self.list.itemSelectionChanged.connect(lambda: self.hold(self._reason))
        self.list.itemActivated.connect(lambda *_: self._restore())
        self.words = QLabel()
        self.words.setObjectName("trash.words")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setMinimumHeight(2 * self.words.fontMetrics().height() + 4)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.restore = QPushButton("&Put back")
        self.restore.setObjectName("trash.restore")
        self.restore.setToolTip("Back to where it came from; nothing there is overwritten.")
        self.empty = QPushButton("&Empty the trash …")
        self.empty.setObjectName("trash.empty")
        self.empty.setToolTip("Delete for good what is in the trash, after a question.")
        self.restore.clicked.connect(self._restore)
        self.empty.clicked.connect(self.empty_wanted)
        row = QHBoxLayout()
        for button in (self.restore, self.empty):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.words)
        layout.addLayout(row)

    def take(self, found: tuple[Trashed, ...]) -> None:
        """Show what lies in the trash."""
        if found != self._shown:
            self._shown = found
            self.list.clear()
            for trashed in found:
                self.list.addTopLevelItem(_item(trashed))
            first = self.list.topLevelItem(0)
            if first is not None:
                self.list.setCurrentItem(first)
        self.words.setText(
            f"{len(found)} in the trash, {size_in_words(sum(t.bytes for t in found))}."
            if found
            else "The trash is empty."
        )
        self.words.setProperty("tone", "muted")
        self.hold(self._reason)

    def hold(self, reason: str) -> None:
        """Let nothing be done for a reason, or (empty) what there is to do."""
        self._reason = reason
        self.restore.setEnabled(not reason and self.current is not None)
        self.empty.setEnabled(not reason and bool(self._shown))

    @property
    def current(self) -> Trashed | None:
        """What is selected."""
        items = self.list.selectedItems()
        if not items:
            return None
        row = self.list.indexOfTopLevelItem(items[0])
        return self._shown[row] if row < len(self._shown) else None

    def _restore(self) -> None:
        if self.current is not None and self.restore.isEnabled():
            self.restore_wanted.emit(self.current)


def _item(trashed: Trashed) -> QTreeWidgetItem:
    texts = [
        trashed.name,
        str(trashed.origin),
        age_in_words(trashed.when),
        size_in_words(trashed.bytes),
    ]
    item = QTreeWidgetItem(texts)
    item.setTextAlignment(_SIZE, _RIGHT)
    item.setSizeHint(0, QSize(0, _ROW_HEIGHT))
    item.setToolTip(_FROM, str(trashed.origin))
    return item
