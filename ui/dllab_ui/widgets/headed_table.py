"""A table model that knows its headings and how many rows it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Heading:
    """What stands above a column, its tooltip, and where it is aligned (None: as the view does)."""

    text: str
    tip: str = ""
    alignment: int | None = None


class HeadedTable(QAbstractTableModel):
    """Answers Qt's questions for shape and headings; a subclass has the rows and fills the cells.

    ``headings`` may change while the model is being reset.
    """

    def __init__(self, headings: tuple[Heading, ...] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.headings = headings

    def row_total(self) -> int:
        """How many rows there are now."""
        raise NotImplementedError

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt's question for the number of rows."""
        return 0 if parent.isValid() else self.row_total()

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt's question for the number of columns."""
        return 0 if parent.isValid() else len(self.headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Qt's question for a heading."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        heading = self.headings[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return heading.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return heading.tip or None
        return heading.alignment if role == Qt.ItemDataRole.TextAlignmentRole else None
