"""How the journal's table looks: one line per row, and columns that take the room there is."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from dllab_ui.docks.journal_words import COLUMNS
from dllab_ui.widgets.plain_table import make_plain

_WIDTHS = (52, 104, 162, 128, 190, 140, 76, 58, 58, 66)
# What room there is beyond that goes to these, until a person sets a width.
_WIDE = tuple(COLUMNS.index(name) for name in ("old → new", "verdict", "note"))


class JournalTable(QTableView):
    """Rows are selected whole, one at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spreading = self._widths_chosen = False
        self.setObjectName("journal.table")
        self.setAccessibleName("journal of everything that was done to the run")
        make_plain(self, row_height=24)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        header.sectionResized.connect(self._on_width)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model with the journal's columns."""
        super().setModel(model)
        self._spread()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the room there is to the columns that can use it."""
        super().resizeEvent(event)
        if not self._widths_chosen:
            self._spread()

    def _spread(self) -> None:
        room = max(0, self.viewport().width() - sum(_WIDTHS)) // len(_WIDE)
        self._spreading = True
        for column, width in enumerate(_WIDTHS):
            self.horizontalHeader().resizeSection(column, width + room * (column in _WIDE))
        self._spreading = False

    def _on_width(self, column: int, *_: int) -> None:
        # The last one is stretched by the table itself.
        if not self._spreading and column != len(COLUMNS) - 1:
            self._widths_chosen = True
