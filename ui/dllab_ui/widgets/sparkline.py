"""Table cells that hold a number and, below it, where the number came from or how large it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from dllab_ui.theme import LIGHT, Theme

CELL = Qt.ItemDataRole.UserRole + 1
"""The role under which a model hands out a `Cell`."""

_MARGIN = 6
_BAR = 4
_DECADES = 1.0
"""A logarithmic sparkline covers at least this: noise of a few percent should look like a line."""


@dataclass(frozen=True, eq=False)
class Cell:
    """What to draw: ``text`` right-aligned and below it a course made by `course`, or a share.

    An alarmed cell takes the colour of a warning.
    """

    text: str
    line: QPolygonF | None = None
    share: float | None = None
    alarmed: bool = False


def course(values: npt.NDArray[np.floating[Any]]) -> QPolygonF | None:
    """The logarithms of values (n,), oldest first, as a line in the unit square, y downwards.

    Made once per reading: a table is painted more often than it changes. None if fewer than two
    values are positive and finite.
    """
    x = np.flatnonzero((values > 0) & (values < np.inf))
    if len(x) < 2:
        return None
    y = np.log10(values[x])
    middle, half = (y.max() + y.min()) / 2, max(y.max() - y.min(), _DECADES) / 2
    down = 0.5 - (y - middle) / (2 * half)
    return QPolygonF(list(map(QPointF, (x / (len(values) - 1)).tolist(), down.tolist())))


class SparkDelegate(QStyledItemDelegate):
    """Draws cells; an item without a `Cell` is drawn as usual."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = LIGHT

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Qt's question for the size of a cell."""
        return QSize(48, row_height(option.fontMetrics.height()))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a cell; Qt's hook."""
        cell = index.data(CELL)
        if not isinstance(cell, Cell):
            super().paint(painter, option, index)
            return
        area = QRectF(option.rect).adjusted(_MARGIN / 2, 3, -_MARGIN, -4)
        height = option.fontMetrics.height()
        painter.save()
        painter.setFont(option.font)
        colour = QColor(self.theme.warning if cell.alarmed else self.theme.text)
        painter.setPen(colour)
        # A long number may take of the gap to the cell before, rather than lose its first digit.
        where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        line = QRectF(area.left(), area.top(), area.width(), height)
        painter.drawText(line, int(where) | int(Qt.TextFlag.TextDontClip), cell.text)
        below = area.adjusted(0, height + 2, 0, 0)
        ink = QColor(self.theme.warning if cell.alarmed else self.theme.accent)
        if cell.share is not None:
            self._draw_bar(painter, below, cell.share, ink)
        elif cell.line is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(ink, 1)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.translate(below.topLeft())
            painter.scale(below.width(), below.height())
            painter.drawPolyline(cell.line)
        painter.restore()

    def _draw_bar(self, painter: QPainter, area: QRectF, share: float, ink: QColor) -> None:
        track = QRectF(area.left(), area.center().y() - _BAR / 2, area.width(), _BAR)
        painter.fillRect(track, QColor(self.theme.raised))
        track.setWidth(track.width() * min(max(share, 0.0), 1.0))
        painter.fillRect(track, ink)


def row_height(line_height: int) -> int:
    """Height of a row for a font: its line, and a picture below."""
    return 2 * line_height + 6
