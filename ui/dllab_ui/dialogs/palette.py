"""Every action by its name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dllab_ui.actions import ActionRecord, ActionSet
from dllab_ui.dialogs.base import outlives_session

_ARROWS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}
_ACTION = Qt.ItemDataRole.UserRole


class PaletteDialog(QDialog):
    """Type a few letters, press Enter."""

    def __init__(self, parent: QWidget | None, actions: ActionSet) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.palette")
        outlives_session(self)
        self.setWindowTitle("Every action")
        self.setModal(True)
        self._actions = list(actions)
        self._chosen: QAction | None = None
        self.field = QLineEdit()
        self.field.setObjectName("palette.field")
        self.field.setAccessibleName("name of the action")
        self.field.setPlaceholderText("What do you want to do?")
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setObjectName("palette.list")
        self.list.setAccessibleName("matching actions")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.resize(480, 420)
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._choose)
        self.field.installEventFilter(self)
        self.list.itemActivated.connect(self._choose)
        self.list.itemClicked.connect(self._choose)
        self.finished.connect(self._done)
        self._fill("")

    def _fill(self, text: str) -> None:
        self.list.clear()
        for record, action in self._actions:
            if not _matches(record, text):
                continue
            key = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
            item = QTreeWidgetItem([record.text.replace("&", ""), key])
            item.setIcon(0, action.icon())
            item.setSizeHint(0, QSize(0, 26))
            item.setToolTip(0, record.tooltip)
            item.setData(0, _ACTION, action)
            item.setDisabled(not action.isEnabled())
            self.list.addTopLevelItem(item)
        self._select(0)

    def _select(self, row: int) -> None:
        item = self.list.topLevelItem(max(0, min(row, self.list.topLevelItemCount() - 1)))
        if item is not None:
            self.list.setCurrentItem(item)

    def _choose(self) -> None:
        item = self.list.currentItem()
        action = item.data(0, _ACTION) if item is not None else None
        if isinstance(action, QAction) and action.isEnabled():
            self._chosen = action
            self.accept()

    def _done(self) -> None:
        # Only now: the action may open a dialog of its own.
        if self._chosen is not None:
            self._chosen.trigger()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the cursor stays in the field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            move = _ARROWS.get(Qt.Key(event.key()))
            item = self.list.currentItem()
            if move is not None and item is not None:
                self._select(self.list.indexOfTopLevelItem(item) + move)
                return True
        return super().eventFilter(watched, event)


def _matches(record: ActionRecord, text: str) -> bool:
    words = f"{record.text} {record.tooltip} {record.menu}".replace("&", "").lower()
    return all(part in words for part in text.lower().split())
