"""The sessions as a table: one row each, sorted and searched by a proxy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from dllab.sessions.in_words import age_in_words, size_in_words
from dllab.sessions.summary import Summary
from dllab_ui import words
from dllab_ui.theme import Theme

SUMMARY = Qt.ItemDataRole.UserRole + 1
SORT = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_STATES = {
    "open here": "open here",
    "open elsewhere": "open elsewhere",
    "ended badly": "not closed",
    "closed": "closed",
}


@dataclass(frozen=True)
class Column:
    """A heading, what a cell says and what it is sorted by."""

    heading: str
    meaning: str
    text: Callable[[Summary], str]
    rank: Callable[[Summary], Any]
    is_number: bool = False


def _state(s: Summary) -> str:
    return "damaged" if s.problem else _STATES[s.state]


def _high(value: float | None) -> float:
    """What is not known comes last, whatever the values are."""
    return float("inf") if value is None or value != value else value


COLUMNS = (
    Column(
        "course", "Dev cost over the steps, where it is known; else that of the mini-batches.",
        lambda s: "", lambda s: _high(s.best_dev_cost),
    ),
    Column("name", "What you call it; F2 changes it.", lambda s: s.name, lambda s: s.name.lower()),
    Column("recipe", "The recipe it was started from.", lambda s: s.recipe,
           lambda s: s.recipe.lower()),
    Column(
        "step", "Where it goes on.", lambda s: words.NOTHING if s.step is None
        else words.count(s.step), lambda s: _high(s.step), True,
    ),
    Column(
        "dev cost", "The latest one before that step.", lambda s: words.cost(s.dev_cost),
        lambda s: _high(s.dev_cost), True,
    ),
    Column(
        "best", "The lowest dev cost known on the way there.",
        lambda s: words.cost(s.best_dev_cost), lambda s: _high(s.best_dev_cost), True,
    ),
    Column("size", "All its files on the disk.", lambda s: size_in_words(s.bytes),
           lambda s: s.bytes, True),
    Column("last used", "Its last journal entry.", lambda s: age_in_words(s.last_used),
           lambda s: s.last_used),
    Column("state", "Whether it is open, and how it ended.", _state, _state),
)  # fmt: skip
COURSE, NAME, LAST_USED, STATE = 0, 1, 7, 8


class SessionTable(QAbstractTableModel):
    """Holds summaries; a row that stays is changed in place, so that selections last."""

    renamed = Signal(object, str)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[Summary] = []

    @property
    def summaries(self) -> Sequence[Summary]:
        """What is shown, unsorted."""
        return self._rows

    def take(self, found: Sequence[Summary], *, complete: bool) -> None:
        """Show these; with ``complete`` all others are gone."""
        places = {summary.folder: row for row, summary in enumerate(self._rows)}
        for summary in found:
            row = places.get(summary.folder)
            if row is None:
                end = len(self._rows)
                self.beginInsertRows(QModelIndex(), end, end)
                self._rows.append(summary)
                self.endInsertRows()
            elif self._rows[row] != summary:
                self._rows[row] = summary
                last = self.index(row, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(row, 0), last)
        if complete:
            there = {summary.folder for summary in found}
            for row in range(len(self._rows) - 1, -1, -1):
                if self._rows[row].folder not in there:
                    self.beginRemoveRows(QModelIndex(), row, row)
                    del self._rows[row]
                    self.endRemoveRows()

    # --- Qt's questions -------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt's question for the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt's question for the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Qt's question for a heading."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].heading
        if role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section].meaning
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[section].is_number else _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's question for a cell."""
        summary, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(summary)
        if role == Qt.ItemDataRole.EditRole:
            return summary.name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.is_number else _LEFT
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == STATE:
            return self._state_colour(summary)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(summary)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.heading}: {column.text(summary)}"
        if role == SORT:
            return column.rank(summary)
        return summary if role == SUMMARY else None

    def _state_colour(self, summary: Summary) -> QColor | None:
        if summary.problem:
            return QColor(self._theme.danger)
        return QColor(self._theme.warning) if summary.state == "ended badly" else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt's question for what may be done: names are changed where they stand."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt's word that a name was typed; it is written elsewhere and comes back by `take`."""
        summary = self._rows[index.row()]
        if role == Qt.ItemDataRole.EditRole and str(value) != summary.name:
            self.renamed.emit(summary.folder, str(value))
        return False


class Sorted(QSortFilterProxyModel):
    """Sorts by values, not by their words, and keeps the rows in which every word occurs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: list[str] = []
        self.setSortRole(SORT)

    def search(self, text: str) -> None:
        """Keep rows whose name, recipe, folder or state have all these words."""
        self._wanted = text.lower().split()
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Qt's question whether a row stays."""
        summary = self.sourceModel().index(row, 0, parent).data(SUMMARY)
        there = f"{summary.name} {summary.recipe} {summary.folder.name} {_state(summary)}".lower()
        return all(word in there for word in self._wanted)

    def lessThan(self, left: Index, right: Index) -> bool:
        """Qt's question for the order."""
        one, other = left.data(SORT), right.data(SORT)
        return bool(one < other)

    def row_of(self, folder: Path) -> int:
        """The row that shows a session now, or -1."""
        for row in range(self.rowCount()):
            if self.index(row, 0).data(SUMMARY).folder == folder:
                return row
        return -1


def tooltip(s: Summary) -> str:
    """More about a session than its row has room for."""
    if s.problem:
        return s.problem
    many = "branches" if s.branches != 1 else "branch"
    made = f"created {words.clock(s.created)}" if s.created else ""
    parts = [str(s.folder), f"{s.checkpoints} checkpoints, {s.branches} {many}", made]
    if s.epoch is not None:
        error = "" if s.dev_error is None else f", dev error {words.percent(s.dev_error)}"
        parts.insert(1, f"epoch {s.epoch:.2f}{error}")
    return "\n".join([*filter(None, parts), *s.notices])
