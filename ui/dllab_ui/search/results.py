"""The trials of a search as a sortable table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QWidget

from dllab.search import SearchSpace, Trial
from dllab_ui.search.results_model import ERROR_COLUMN, SORT_ROLE, ResultsModel
from dllab_ui.widgets.plain_table import SteadyTable, make_plain

_LEAST_WIDTH, _ARROW_WIDTH = 66, 14


class _Sorted(QSortFilterProxyModel):
    """Marks the heading of the column it is sorted by, on the left.

    The header's own arrow would lie on a heading that is right-aligned like its numbers.
    """

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Qt's question for a heading."""
        found = super().headerData(section, orientation, role)
        if role != Qt.ItemDataRole.DisplayRole or section != self.sortColumn():
            return found
        arrow = "▴" if self.sortOrder() == Qt.SortOrder.AscendingOrder else "▾"
        return f"{arrow} {found}"


class ResultsTable(SteadyTable):
    """Sorted by dev error at first; ``chosen`` carries the number of the selected trial."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search.table")
        self.setAccessibleName("trials of the search")
        self.rows = ResultsModel(self)
        self._sorted = _Sorted(self)
        self._sorted.setSourceModel(self.rows)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicatorShown(False)
        self.sortByColumn(ERROR_COLUMN, Qt.SortOrder.AscendingOrder)
        make_plain(self, row_height=24)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setMinimumSectionSize(34)
        self.setMinimumHeight(84)
        self.selectionModel().selectionChanged.connect(
            lambda *_: self.chosen.emit(self.selected_number())
        )
        copy = QAction("Copy table", self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.rows.table()))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_trials(self, space: SearchSpace, trials: Sequence[Trial]) -> None:
        """Show these trials; the selected one stays selected."""
        selected = self.selected_number()
        before = self.rows.columnCount()
        grown = not self.rows.trials and trials
        self.rows.show_trials(space, trials)
        if grown or self.rows.columnCount() != before:
            self.fit_columns()
        if selected is not None and self.selected_number() is None:
            self.select(selected)

    def fit_columns(self) -> None:
        """Make every column as wide as what it shows."""
        self.resizeColumnsToContents()
        header = self.horizontalHeader()
        for column in range(self.rows.columnCount()):
            wanted = header.sectionSize(column) + _ARROW_WIDTH
            header.resizeSection(column, max(_LEAST_WIDTH if column else 0, wanted))

    def selected_number(self) -> int | None:
        """The number of the selected trial."""
        rows = self.selectionModel().selectedRows()
        if not rows:
            return None
        return self.rows.trials[self._sorted.mapToSource(rows[0]).row()].number

    def select(self, number: int | None) -> None:
        """Select the row of a trial, or none."""
        if number == self.selected_number():
            return
        numbers = [trial.number for trial in self.rows.trials]
        if number not in numbers:
            self.clearSelection()
            return
        index = self._sorted.mapFromSource(self.rows.index(numbers.index(number), 0))
        self.selectRow(index.row())
        self.scrollTo(index)
