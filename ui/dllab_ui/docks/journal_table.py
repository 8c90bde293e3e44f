"""How the journal's table looks: one line per row, and columns that take the room there is."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from dllab_ui.docks.journal_filter import JournalFilter
from dllab_ui.docks.journal_model import NUMBERS, JournalModel
from dllab_ui.docks.journal_words import COLUMNS
from dllab_ui.widgets.headed_table import LEFT, RIGHT
from dllab_ui.widgets.plain_table import SteadyTable, make_plain

_MARKED = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus
# What a column has to show whole. The first columns matter most: they are in sight at 1280×800.
_SAMPLES = {
    "step": "12,840",
    "what": "roll back to 88",
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


class QuickDelegate(QStyledItemDelegate):
    """Draws a cell as Qt does, in a third of the time, unless it is selected or has the focus.

    Qt asks for a dozen properties of every cell, which holds up window and training for some 20 ms
    whenever the journal grows by a line.
    """

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Qt's hook for painting a cell."""
        if option.state & _MARKED:
            super().paint(painter, option, index)
            return
        shown, column = cast(JournalFilter, index.model()), index.column()
        # Not by roles: each question goes through the filter and back into Python.
        model, row = cast(JournalModel, shown.sourceModel()), shown.mapToSource(index).row()
        text, colour = model.cell(row, column)
        if not text:
            return
        if text.splitlines() != [text] or "\t" in text:
            # What comes from outside may have several lines; Qt knows how to show them in one.
            super().paint(painter, option, index)
            return
        margin = _margin(option.widget)
        rect = option.rect.adjusted(margin, 0, -margin, 0)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text) if colour is None else colour)
        alignment = RIGHT if column in NUMBERS else LEFT
        painter.drawText(rect, alignment, self.fitting(text, option.fontMetrics, rect.width()))

    def fitting(self, text: str, metrics: QFontMetrics, room: int) -> str:
        """What of a text is shown in so many pixels."""
        if metrics.horizontalAdvance(text) <= room:
            return text
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)


class ShortenedDelegate(QuickDelegate):
    """A verdict whose numbers do not fit is its word alone; the tooltip has all of it."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt's hook before a cell is painted its way."""
        super().initStyleOption(option, index)
        room = option.rect.width() - 2 * _margin(option.widget)
        option.text = self.fitting(option.text, option.fontMetrics, room)

    def fitting(self, text: str, metrics: QFontMetrics, room: int) -> str:
        """What of a verdict is shown in so many pixels."""
        if metrics.horizontalAdvance(text) <= room:
            return text
        return super().fitting(text.partition(":")[0].partition(" ")[0], metrics, room)


def _margin(widget: QWidget) -> int:
    style = widget.style()
    return style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, widget) + 1


class JournalTable(SteadyTable):
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
        self.setItemDelegate(QuickDelegate(self))
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
