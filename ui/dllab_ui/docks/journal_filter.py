"""Narrowing the journal: which kinds, and which text."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from dllab_ui.docks.journal_model import JournalModel
from dllab_ui.docks.journal_words import GROUPS
from dllab_ui.widgets.headed_table import Index


class JournalFilter(QSortFilterProxyModel):
    """The rows of one group that hold every word of the search, in any column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._group, self._sought = "all", ""
        self._wanted: list[str] = []

    @property
    def narrows(self) -> bool:
        """Whether rows may be hidden."""
        return self._group != "all" or bool(self._wanted)

    def narrow(self, group: str, sought: str) -> None:
        """Show these only."""
        if (group, sought) != (self._group, self._sought):
            self._group, self._sought = group, sought
            self._wanted = sought.casefold().split()
            self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Qt's question for a row."""
        # Asked once per row and keystroke, so not by way of roles.
        model = cast(JournalModel, self.sourceModel())
        if self._group not in model.groups(source_row):
            return False
        text = model.sought_in(source_row) if self._wanted else ""
        return all(word in text for word in self._wanted)


class _SearchField(QLineEdit):
    """Escape empties it first; when it is empty, the table has the focus again."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Heed Escape and the way down into the table."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """A list of groups, a field to search in, how many rows are left, and export."""

    changed = Signal(str, str)
    left = Signal()
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = QComboBox()
        self.group.setObjectName("journal.group")
        self.group.setAccessibleName("which entries the journal shows")
        self.group.setToolTip("Which entries are shown")
        for identity, name in GROUPS.items():
            self.group.addItem(name, identity)
        self.search = _SearchField()
        self.search.setObjectName("journal.search")
        self.search.setAccessibleName("search in the journal")
        self.search.setToolTip("Rows that hold every word, in any column  [Ctrl+F, Esc clears]")
        self.search.setPlaceholderText("Search …")
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName("clear the search")
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(320)
        self.count = QLabel()
        self.count.setObjectName("journal.count")
        self.count.setProperty("tone", "muted")
        self.export = QToolButton()
        self.export.setObjectName("journal.export")
        self.export.setText("Export …")
        self.export.setToolTip("Write the rows shown to a CSV file, with full numbers")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 3, 6, 3)
        layout.setSpacing(6)
        layout.addWidget(self.group)
        layout.addWidget(self.search, 20)
        layout.addWidget(self.count)
        layout.addStretch(1)
        layout.addWidget(self.export)
        self.group.currentIndexChanged.connect(lambda _: self._tell())
        self.search.textChanged.connect(lambda _: self._tell())
        self.search.left.connect(self.left)
        self.export.clicked.connect(self.export_wanted)

    def _tell(self) -> None:
        self.changed.emit(self.group.currentData(), self.search.text())

    def show_count(self, shown: int, there: int) -> None:
        """Say how many rows are left, if not all are."""
        text = "" if shown == there else f"{shown:,} of {there:,}" if shown else "nothing matches"
        if text != self.count.text():
            self.count.setText(text)

    def reset(self) -> None:
        """Show everything."""
        self.group.setCurrentIndex(0)
        self.search.clear()
