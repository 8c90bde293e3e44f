"""The checkpoints dock: every moment one can go back to."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dllab.training.history import HistoryView
from dllab.training.snapshot import Snapshot
from dllab.training.timeline import CheckpointInfo
from dllab_ui import words
from dllab_ui.ledger import dev_cost_of

_HEADINGS = ("step", "epoch", "branch", "dev cost", "why", "note", "on disk")
_WIDTHS = (58, 54, 66, 96, 96, 80, 56)
_NUMBERS = (0, 1, 3)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROW_HEIGHT = 24
_ROLL_BACK = "Go back to the selected checkpoint, bit for bit  [Enter]"
_CHOOSE = "Select a checkpoint of the list first."
_KEY = Qt.ItemDataRole.UserRole


class CheckpointsDock(QWidget):
    """Newest first; double-click or Enter rolls back, after the one question."""

    rollback_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checkpoints")
        self._shown: tuple[CheckpointInfo, ...] = ()
        self._labels: dict[str, str] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self.list = QTreeWidget()
        self.list.setObjectName("checkpoints.list")
        self.list.setAccessibleName("checkpoints, newest first")
        self.list.setHeaderLabels(_HEADINGS)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAlternatingRowColors(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.list.header()
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, width)
        for column in _NUMBERS:
            self.list.headerItem().setTextAlignment(column, _RIGHT)
        self.list.itemActivated.connect(self._wanted)
        self.button = QPushButton("Roll back to this …")
        self.button.setObjectName("checkpoints.rollback")
        self.button.clicked.connect(self._wanted)
        self.list.itemSelectionChanged.connect(self._on_selection)
        self._on_selection()
        row = QHBoxLayout()
        row.setContentsMargins(8, 3, 8, 3)
        row.addStretch(1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)

    def clear(self) -> None:
        """Another session."""
        self._shown, self._labels, self._items = (), {}, {}
        self.list.clear()

    def show_snapshot(self, snapshot: Snapshot) -> bool:
        """Show the checkpoints, touching only rows that change; False if none does."""
        labels = {name: branch.label for name, branch in snapshot.branches.items()}
        if snapshot.checkpoints == self._shown and labels == self._labels:
            return False
        before = {info.key: info for info in self._shown} if labels == self._labels else {}
        self._shown, self._labels = snapshot.checkpoints, labels
        self._remove_gone()
        for row, info in enumerate(reversed(snapshot.checkpoints)):
            item = self._items.get(info.key)
            if item is None:
                item = self._items[info.key] = _item(info)
                self.list.insertTopLevelItem(row, item)
            if before.get(info.key) != info:
                for column, text in enumerate(_texts(info, labels, snapshot.history)):
                    item.setText(column, text)
                item.setToolTip(5, info.note)
        return True

    def _remove_gone(self) -> None:
        gone = self._items.keys() - {info.key for info in self._shown}
        current = self.list.currentItem()
        if current is not None and current.data(0, _KEY) in gone:
            # Qt would select a neighbour, and Enter would roll back to what nobody chose.
            self.list.selectionModel().clear()
        for key in gone:
            row = self.list.indexOfTopLevelItem(self._items.pop(key))
            self.list.takeTopLevelItem(row)

    def selected_key(self) -> str:
        """The key of the selected checkpoint, or nothing."""
        items = self.list.selectedItems()
        return str(items[0].data(0, _KEY)) if items else ""

    def _on_selection(self) -> None:
        chosen = bool(self.list.selectedItems())
        self.button.setEnabled(chosen)
        self.button.setToolTip(_ROLL_BACK if chosen else _CHOOSE)

    def _wanted(self) -> None:
        if self.selected_key():
            self.rollback_wanted.emit(self.selected_key())


def _item(info: CheckpointInfo) -> QTreeWidgetItem:
    item = QTreeWidgetItem()
    item.setData(0, _KEY, info.key)
    item.setSizeHint(0, QSize(0, _ROW_HEIGHT))
    for column in _NUMBERS:
        item.setTextAlignment(column, _RIGHT)
    item.setToolTip(0, f"checkpoint {words.key(info.key)}, {words.clock(info.when)}")
    return item


def _texts(info: CheckpointInfo, labels: dict[str, str], history: HistoryView) -> list[str]:
    return [
        words.count(info.step),
        f"{info.epoch:.2f}",
        labels.get(info.branch, info.branch),
        dev_cost_of(info, history),
        words.checkpoint_reason(info.reason, info.pinned),
        info.note,
        "yes" if info.saved else "not yet",
    ]
