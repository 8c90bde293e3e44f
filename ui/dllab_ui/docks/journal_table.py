"""How the journal's table looks: one line per row, and columns that take the room there is."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from dllab_ui.docks.journal_words import COLUMNS
from dllab_ui.widgets.plain_table import make_plain

# What a column has to show whole. The first columns matter most: they are in sight at 1280×800.
_SAMPLES = {
    "step": "12,840",
    "what": "roll back to 6",
    "old → new": "learning rate 0.002 → 0.0005",
    "dev before → after": "0.05379 → 0.05123",
    "verdict": "unclear",
    "note": "what a person says",
    "branch": "branch-10",
    "epoch": "123.45",
    "who": "session",
    "time": "12:34:56",
}
_FIRST = 5
# What room there is beyond that goes to these, until a person sets a width.
_WIDE = tuple(COLUMNS.index(name) for name in ("old → new", "verdict", "note"))


class ShortenedDelegate(QStyledItemDelegate):
    """A verdict whose numbers do not fit is its word alone; the tooltip has all of it."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt's hook before a cell is painted."""
        super().initStyleOption(option, index)
        room = option.rect.width() - 2 * _margin(option.widget)
        if option.fontMetrics.horizontalAdvance(option.text) > room:
            option.text = option.text.partition(":")[0].partition(" ")[0]


def _margin(widget: QWidget) -> int:
    style = widget.style()
    return style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, widget) + 1


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
        self.setItemDelegateForColumn(COLUMNS.index("verdict"), ShortenedDelegate(self))

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
        if self.model() is None:
            return
        widths, there = self._least(), self.viewport().width()
        # As many columns as can be seen whole share the view; the others are a scroll away.
        seen = _FIRST
        while seen < len(widths) and sum(widths[: seen + 1]) <= there:
            seen += 1
        wide = [column for column in _WIDE if column < seen]
        room = max(0, there - sum(widths[:seen])) // len(wide)
        self._spreading = True
        for column, width in enumerate(widths):
            self.horizontalHeader().resizeSection(column, width + room * (column in wide))
        self._spreading = False

    def _least(self) -> list[int]:
        header, cells, margin = self.horizontalHeader(), self.fontMetrics(), 2 * _margin(self) + 2
        return [
            max(cells.horizontalAdvance(_SAMPLES[name]) + margin, header.sectionSizeHint(column))
            for column, name in enumerate(COLUMNS)
        ]

    def _on_width(self, column: int, *_: int) -> None:
        # The last one is stretched by the table itself.
        if not self._spreading and column != len(COLUMNS) - 1:
            self._widths_chosen = True
