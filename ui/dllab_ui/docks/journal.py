"""The journal dock: the ledger, its selection shared with curves and timeline."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QMenu,
    QVBoxLayout,
    QWidget,
)

from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.dialogs.save_file import ask_where
from dllab_ui.docks.journal_csv import journal_csv
from dllab_ui.docks.journal_filter import FilterBar, JournalFilter
from dllab_ui.docks.journal_model import JournalModel
from dllab_ui.docks.journal_table import JournalTable
from dllab_ui.docks.journal_words import COLUMNS
from dllab_ui.sessions.read_only_bar import REASON
from dllab_ui.theme import Theme
from dllab_ui.way_back import checkpoint_before, steps_lost
from dllab_ui.widgets.plot_export import write_whole
from dllab_ui.widgets.plot_menu import could_not_save


class JournalDock(QWidget):
    """A table that follows its end while nothing is selected."""

    entry_selected = Signal(int)
    rollback_wanted = Signal(str)
    note_wanted = Signal(int)
    said = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("journal")
        self._snapshot: Snapshot | None = None
        self.model = JournalModel(self)
        self.shown = JournalFilter(self)
        self.shown.setSourceModel(self.model)
        self.bar = FilterBar()
        self.view = JournalTable()
        self.view.setModel(self.shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.view, 1)
        self._note = self._action("Note …", "F2", self._ask_note)
        self._copy_row = self._action("Copy row", QKeySequence.StandardKey.Copy, self.copy_row)
        self.bar.changed.connect(self._narrow)
        self.bar.left.connect(self.view.setFocus)
        self.bar.export_wanted.connect(self.ask_export)
        self.view.selectionModel().selectionChanged.connect(self._on_selected)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.activated.connect(self._on_activated)

    def _action(self, text: str, key: str | QKeySequence.StandardKey, do: object) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(do)
        self.view.addAction(action)
        return action

    def clear(self) -> None:
        """Another session."""
        self._snapshot = None
        self.model.clear()
        self.bar.reset()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.model.apply_theme(theme)

    def show_snapshot(self, snapshot: Snapshot) -> bool:
        """Show the ledger; False if it is as it was."""
        before = self.model.rowCount()
        self._snapshot = snapshot
        changed = self.model.take(snapshot.entries, snapshot.branches)
        if self.model.rowCount() != before:
            self._count()
            if not self.view.selectionModel().hasSelection():
                self.view.scrollToBottom()
        return changed

    # --- narrowing ------------------------------------------------------------------------

    def search(self) -> None:
        """Put the cursor into the search field."""
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def _narrow(self, group: str, sought: str) -> None:
        self.shown.narrow(group, sought)
        self._count()
        chosen = self.view.selectionModel().selectedRows()
        if chosen:
            self.view.scrollTo(chosen[0])
        else:
            self.view.scrollToBottom()

    def _count(self) -> None:
        self.bar.show_count(self.shown.rowCount(), self.model.rowCount())

    # --- selection ------------------------------------------------------------------------

    def select_entry(self, entry_id: int) -> None:
        """Select the row of an entry; an entry without a row clears the selection."""
        row = self.model.row_of(entry_id)
        index = QModelIndex() if row is None else self.model.index(row, 0)
        shown = self.shown.mapFromSource(index)
        if not shown.isValid():
            self.view.clearSelection()
        elif self.selected_row() != row:
            self.view.selectRow(shown.row())
            self.view.scrollTo(shown)

    def selected_row(self) -> int | None:
        """The selected row of the model, None if there is none."""
        rows = self.view.selectionModel().selectedRows()
        return self.shown.mapToSource(rows[0]).row() if rows else None

    def selected_entry(self) -> Entry | None:
        """The entry of the selected row."""
        row = self.selected_row()
        return None if row is None else self.model.entry(row)

    def _on_selected(self, selected: QItemSelection, _old: QItemSelection) -> None:
        entry = self.selected_entry() if selected.indexes() else None
        if entry is not None:
            self.entry_selected.emit(entry.id)

    def _on_activated(self, index: QModelIndex) -> None:
        entry = self.model.entry(self.shown.mapToSource(index).row())
        info = self._before(entry)
        if self._forbidden():
            return
        if info:
            self.rollback_wanted.emit(info)
        else:
            self.said.emit("No checkpoint is left before this entry.", "warning")

    def _forbidden(self) -> bool:
        """Whether the session is only looked at; says so."""
        looks_only = self._snapshot is not None and self._snapshot.read_only
        if looks_only:
            self.said.emit(REASON, "warning")
        return looks_only

    def _before(self, entry: Entry | None) -> str:
        if entry is None or self._snapshot is None:
            return ""
        info = checkpoint_before(self._snapshot, entry)
        return info.key if info is not None else ""

    def _ask_note(self) -> None:
        entry = self.selected_entry()
        if entry is not None and not self._forbidden():
            self.note_wanted.emit(_noted(entry))

    # --- menu, copies, export -------------------------------------------------------------

    def menu_for(self, row: int) -> QMenu:
        """The context menu of a row of the model."""
        menu = QMenu(self)
        entry, snapshot = self.model.entry(row), self._snapshot
        back = menu.addAction("Roll back to just before this")
        info = checkpoint_before(snapshot, entry) if entry and snapshot else None
        if info is None or snapshot is None:
            back.setText("Roll back to just before this: no checkpoint is left there")
            back.setEnabled(False)
        else:
            behind = words.left_behind(steps_lost(snapshot, info))
            back.setText(
                f"Roll back to just before this (step {words.count(info.step)}, {behind}) …"
            )
            back.triggered.connect(lambda: self.rollback_wanted.emit(info.key))
        menu.addAction(self._note)
        if snapshot is not None and snapshot.read_only:
            back.setEnabled(False)
            note = menu.actions()[-1]
            menu.removeAction(note)
        menu.addSeparator()
        menu.addAction(self._copy_row)
        menu.addAction("Copy table", self.copy_table)
        menu.addAction("Export as CSV …", self.ask_export)
        return menu

    def _open_menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        if index.isValid():
            menu = self.menu_for(self.shown.mapToSource(index).row())
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.view.viewport().mapToGlobal(place))

    def rows_shown(self) -> list[int]:
        """The rows of the model that are shown, in order."""
        count = self.shown.rowCount()
        return [self.shown.mapToSource(self.shown.index(row, 0)).row() for row in range(count)]

    def copy_row(self) -> None:
        """Put the selected row on the clipboard."""
        row = self.selected_row()
        if row is not None:
            QGuiApplication.clipboard().setText(self.model.line(row))

    def copy_table(self) -> None:
        """Put the rows shown, with their header, on the clipboard."""
        lines = ["\t".join(COLUMNS), *(self.model.line(row) for row in self.rows_shown())]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def ask_export(self) -> None:
        """Ask for a file and write the rows shown to it."""
        name = self._snapshot.name if self._snapshot is not None else "session"
        ask_where(
            self.window(), "export_journal", "Export the journal", "CSV", f"{name}-journal.csv",
            self.export,
        )  # fmt: skip

    def export(self, path: Path) -> None:
        """Write the rows shown to a CSV file and say so, or why not."""
        rows = self.rows_shown()
        try:
            write_whole(path, journal_csv(self.model, rows).encode())
        except OSError as error:
            self.said.emit(could_not_save(path, error), "danger")
            return
        of_all = f" of {self.model.rowCount():,}" if self.shown.narrows else ""
        self.said.emit(f"Saved {len(rows):,}{of_all} rows of the journal: {path}", "muted")


def _noted(entry: Entry) -> int:
    """The entry that a note to a row is about: a note's row stands for what it is about."""
    return entry.of if entry.kind == "note" and entry.of is not None else entry.id
