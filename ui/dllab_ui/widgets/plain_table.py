"""How tables look everywhere: no grid, no row numbers, one line per row."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView


class SteadyTable(QTableView):
    """A table that keeps the interpreter's lock while it is painted.

    Qt asks model and delegate, which are Python's, about every cell. Entered from Qt, each answer
    would wait for the lock, which the training thread holds nearly all the time: a journal of 13
    rows took 17 ms to paint instead of 7. A hook of Python's around the painting keeps it.
    """

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's hook."""
        super().paintEvent(event)


def make_plain(table: QTableView, row_height: int, *, selectable: bool = True) -> None:
    """Set a table up so; Tab leaves it, and whole rows are selected, one at a time, or none."""
    if selectable:
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    else:
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row_height)
    table.horizontalHeader().setHighlightSections(False)
