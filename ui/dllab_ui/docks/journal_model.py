"""The ledger as a table: one row per entry, what came of it merged into its row."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from dllab.training.journal import Entry
from dllab_ui import words

COLUMNS = ("step", "epoch", "branch", "what", "old → new", "dev before → after", "note",
           "who", "time")  # fmt: skip
_NUMBERS = (0, 1)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_KIND_WORDS = {
    "start": "start",
    "open": "opened",
    "nudge": "nudge",
    "checkpoint": "checkpoint",
    "rollback": "roll back",
    "guard": "guard",
    "stop": "stopped",
    "test": "test",
}
Index = QModelIndex | QPersistentModelIndex


def _has_row(entry: Entry) -> bool:
    """Outcomes belong to another row; checkpoints made by themselves are in their own list."""
    return entry.kind != "outcome" and (entry.kind != "checkpoint" or entry.who == "person")


class JournalModel(QAbstractTableModel):
    """Rows are appended as the ledger grows; only the rows that learned something change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Entry] = []
        self._row_of: dict[int, int] = {}
        self._outcomes: dict[int, Entry] = {}
        self._taken = 0
        self._last_id = 0

    def clear(self) -> None:
        """Forget everything: another session."""
        self.beginResetModel()
        self._rows, self._row_of, self._outcomes = [], {}, {}
        self._taken = self._last_id = 0
        self.endResetModel()

    def take(self, entries: tuple[Entry, ...]) -> None:
        """Show the ledger; entries shown before are passed over."""
        if len(entries) < self._taken:
            self.clear()
        new = entries[self._taken :]
        self._taken = len(entries)
        rows = [entry for entry in new if _has_row(entry)]
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            for entry in rows:
                self._row_of[entry.id] = len(self._rows)
                self._rows.append(entry)
            self.endInsertRows()
        for entry in new:
            if entry.kind == "outcome" and entry.of is not None:
                self._outcomes[entry.of] = entry
                row = self._row_of.get(entry.of)
                if row is not None:
                    last = len(COLUMNS) - 1
                    self.dataChanged.emit(self.index(row, 0), self.index(row, last))

    def entry(self, row: int) -> Entry | None:
        """The entry of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, entry_id: int) -> int | None:
        """The row that shows an entry."""
        return self._row_of.get(entry_id)

    def line(self, row: int) -> str:
        """A row as text with tabs, for the clipboard."""
        return "\t".join(self._text(self._rows[row], column) for column in range(len(COLUMNS)))

    def table(self) -> str:
        """All rows with their header, for the clipboard."""
        return "\n".join(["\t".join(COLUMNS), *(self.line(r) for r in range(len(self._rows)))])

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
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _NUMBERS:
            return _RIGHT
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's question for a cell."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(entry, index.column()) or None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in _NUMBERS:
            return _RIGHT
        return None

    def _text(self, entry: Entry, column: int) -> str:
        match column:
            case 0:
                return words.count(entry.step)
            case 1:
                return f"{entry.epoch:.2f}"
            case 2:
                return entry.branch
            case 3:
                return self._what(entry)
            case 4:
                return words.changes(entry.changes)
            case 5:
                return self._costs(entry)
            case 6:
                return entry.note
            case 7:
                return entry.who
            case _:
                return words.clock(entry.when)

    def _what(self, entry: Entry) -> str:
        word = _KIND_WORDS.get(entry.kind, entry.kind)
        return f"{word} {words.key(entry.checkpoint)}" if entry.checkpoint else word

    def _costs(self, entry: Entry) -> str:
        before = words.cost(entry.dev_cost) if entry.dev_cost is not None else ""
        outcome = self._outcomes.get(entry.id)
        if outcome is None or outcome.dev_cost is None:
            return f"{before} → …" if before and entry.kind == "nudge" else before
        return f"{before or words.NOTHING} → {words.cost(outcome.dev_cost)}"
