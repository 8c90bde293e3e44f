"""The journal dock: the ledger, its selection shared with the markers on the curves."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView, QVBoxLayout, QWidget

from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.docks.journal_model import JournalModel
from dllab_ui.way_back import checkpoint_before, steps_lost

_WIDTHS = (60, 54, 68, 92, 176, 128, 150, 62, 70)


class JournalDock(QWidget):
    """A table that follows its end while nothing is selected."""

    entry_selected = Signal(int)
    rollback_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("journal")
        self._snapshot: Snapshot | None = None
        self.model = JournalModel(self)
        self.view = QTableView()
        self.view.setObjectName("journal.table")
        self.view.setAccessibleName("journal of everything that was done to the run")
        self.view.setModel(self.model)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setTabKeyNavigation(False)
        self.view.setShowGrid(False)
        self.view.setAlternatingRowColors(True)
        self.view.setWordWrap(False)
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(24)
        header = self.view.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, width)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        self.view.selectionModel().selectionChanged.connect(self._on_selected)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self._copy_row = QAction("Copy row", self)
        self._copy_row.setShortcut(QKeySequence.StandardKey.Copy)
        self._copy_row.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._copy_row.triggered.connect(self.copy_row)
        self.view.addAction(self._copy_row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)

    def clear(self) -> None:
        """Another session."""
        self._snapshot = None
        self.model.clear()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the ledger."""
        before = self.model.rowCount()
        self._snapshot = snapshot
        self.model.take(snapshot.entries)
        if self.model.rowCount() != before and not self.view.selectionModel().hasSelection():
            self.view.scrollToBottom()

    def select_entry(self, entry_id: int) -> None:
        """Select the row of an entry; an entry without a row clears the selection."""
        row = self.model.row_of(entry_id)
        if row is None:
            self.view.clearSelection()
        elif self.view.currentIndex().row() != row or not self.view.selectionModel().hasSelection():
            self.view.selectRow(row)
            self.view.scrollTo(self.model.index(row, 0))

    def _on_selected(self, selected: QItemSelection, _old: QItemSelection) -> None:
        rows = selected.indexes()
        entry = self.model.entry(rows[0].row()) if rows else None
        if entry is not None:
            self.entry_selected.emit(entry.id)

    def menu_for(self, row: int) -> QMenu:
        """The context menu of a row."""
        menu = QMenu(self)
        back = menu.addAction("Roll back to just before this")
        entry, snapshot = self.model.entry(row), self._snapshot
        info = checkpoint_before(snapshot, entry) if entry and snapshot else None
        if info is None or snapshot is None:
            back.setText("Roll back to just before this: no checkpoint is left there")
            back.setEnabled(False)
        else:
            lost = words.count(steps_lost(snapshot, info))
            back.setText(
                f"Roll back to just before this (step {words.count(info.step)}, "
                f"{lost} steps stay behind) …"
            )
            back.triggered.connect(lambda: self.rollback_wanted.emit(info.key))
        menu.addSeparator()
        menu.addAction(self._copy_row)
        menu.addAction("Copy table", self.copy_table)
        return menu

    def _open_menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        if index.isValid():
            menu = self.menu_for(index.row())
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.view.viewport().mapToGlobal(place))

    def copy_row(self) -> None:
        """Put the selected row on the clipboard."""
        if self.view.currentIndex().isValid():
            QGuiApplication.clipboard().setText(self.model.line(self.view.currentIndex().row()))

    def copy_table(self) -> None:
        """Put the whole table on the clipboard."""
        QGuiApplication.clipboard().setText(self.model.table())
