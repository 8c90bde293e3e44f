"""Marks of what happened at a step: nudges, checkpoints, guards, rollbacks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from dllab_ui.theme import Theme, mixed
from dllab_ui.widgets.overlay import Overlay

MarkerSymbol = Literal["nudge", "checkpoint", "guard", "rollback"]

_REACH = 7.0
_GLYPH_ROW = 11.0
_ROLES = {"nudge": "accent", "checkpoint": "best", "guard": "danger", "rollback": "warning"}
# What lies on top comes last.
_ORDER = ("rollback", "checkpoint", "nudge", "guard")
# Outlines around (0, 0), told apart without colour: diamond, flag, triangle, arrow to the left.
_SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "nudge": ((0, -6), (6, 0), (0, 6), (-6, 0)),
    "checkpoint": ((-1, -7), (10, -2.5), (1, 2), (1, 8), (-1, 8)),
    "guard": ((0, -6), (7, 6), (-7, 6)),
    "rollback": ((-8, 0), (0, -6), (0, -2.5), (6, -2.5), (6, 2.5), (0, 2.5), (0, 6)),
}


@dataclass(frozen=True)
class Marker:
    """One mark: its id, step, symbol and the text of its tooltip."""

    id: Hashable
    step: int
    symbol: MarkerSymbol
    text: str


class MarkerLayer(Overlay):
    """Thin vertical lines with a glyph at the top; at most one of a symbol per pixel is drawn."""

    def __init__(
        self, view_box: pg.ViewBox, to_x: Callable[[ArrayLike], NDArray[np.float64]]
    ) -> None:
        super().__init__(view_box, 40)
        # Growing curves repaint only their tail: then only the glyphs there are drawn again.
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._to_x = to_x
        self._markers: dict[Hashable, Marker] = {}
        self._order: list[tuple[int, int, Hashable]] = []
        self._added = 0
        self._theme: Theme | None = None
        self.selected: Hashable | None = None
        self.place: int | None = None
        self.visible_steps: tuple[float, float] = (0.0, 1.0)

    def __contains__(self, marker_id: object) -> bool:
        return marker_id in self._markers

    def add(self, marker: Marker) -> None:
        """Add a marker, replacing one of the same id."""
        self.remove(marker.id)
        self._markers[marker.id] = marker
        self._added += 1
        insort(self._order, (marker.step, self._added, marker.id))
        self.update()

    def remove(self, marker_id: Hashable) -> None:
        """Remove a marker; unknown ids are no error."""
        if self._markers.pop(marker_id, None) is not None:
            self._order = [entry for entry in self._order if entry[2] != marker_id]
            self.update()

    def select(self, marker_id: Hashable | None) -> None:
        """Emphasise one marker, or none."""
        self.selected = marker_id if marker_id in self._markers else None
        self.place = None
        self.update()

    def show_place(self, step: int | None) -> None:
        """Draw a line at a step that has no marker; the next selection takes it away."""
        self.selected, self.place = None, step
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def seen(self) -> list[Marker]:
        """Markers in the visible steps, by step."""
        low, high = self.visible_steps
        first = bisect_left(self._order, (low,))
        last = bisect_right(self._order, (high, float("inf")))
        return [self._markers[entry[2]] for entry in self._order[first:last]]

    def column(self, marker: Marker) -> float:
        """Pixel column of a marker."""
        return self._columns([marker])[0]

    def _columns(self, markers: Sequence[Marker]) -> list[float]:
        low, high = self.view_box.viewRange()[0]
        x = self._to_x([marker.step for marker in markers])
        return list((x - low) * (self.width / ((high - low) or 1.0)))

    def at(self, position: QPointF) -> Marker | None:
        """The marker whose glyph (or line) is under a pixel position, the nearest one."""
        reach = _REACH if position.y() <= 2 * _GLYPH_ROW else 3.0
        seen = self.seen()
        hits = [
            (abs(column - position.x()), -i, marker)
            for i, (marker, column) in enumerate(zip(seen, self._columns(seen), strict=True))
        ]
        hits = [hit for hit in hits if hit[0] <= reach]
        return min(hits, key=lambda hit: hit[:2])[2] if hits else None

    def beside(self, direction: int) -> Marker | None:
        """The marker after (1) or before (-1) the selected one, by step."""
        ids = [entry[2] for entry in self._order]
        if not ids:
            return None
        if self.selected in self._markers:
            place = min(max(0, ids.index(self.selected) + direction), len(ids) - 1)
        else:
            place = 0 if direction > 0 else len(ids) - 1
        return self._markers[ids[place]]

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw lines, then glyphs, the selected one last."""
        if self._theme is None:
            return
        left, right = option.exposedRect.left() - 16, option.exposedRect.right() + 16
        drawn: dict[str, set[int]] = {}
        seen = self.seen()
        for marker, column in zip(seen, self._columns(seen), strict=True):
            if marker.id != self.selected and left <= column <= right:
                drawn.setdefault(marker.symbol, set()).add(round(column))
        for symbol, columns in drawn.items():
            colour = mixed(self._theme.colour(_ROLES[symbol]), self._theme.panel, 0.5)
            height = self.height - _GLYPH_ROW
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRects([QRectF(column, _GLYPH_ROW, 1, height) for column in columns])
        for symbol in _ORDER:
            self._paint_glyphs(painter, drawn.get(symbol, ()), symbol, selected=False)
        if self.place is not None:
            column = round(self.pixel_x(float(self._to_x([self.place])[0])))
            painter.setPen(QPen(QColor(self._theme.text), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(column, _GLYPH_ROW), QPointF(column, self.height))
        if self.selected in self._markers:
            marker = self._markers[self.selected]
            column = round(self.column(marker))
            colour = self._theme.colour(_ROLES[marker.symbol])
            painter.fillRect(
                QRectF(column, _GLYPH_ROW, 2, self.height - _GLYPH_ROW), QColor(colour)
            )
            self._paint_glyphs(painter, [column], marker.symbol, selected=True)

    def _paint_glyphs(
        self, painter: QPainter, columns: Iterable[int], symbol: str, selected: bool
    ) -> None:
        assert self._theme is not None
        shape = QPolygonF([QPointF(x, y) for x, y in _SHAPES[symbol]])
        if selected:
            shape = QTransform.fromScale(1.35, 1.35).map(shape)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.text if selected else self._theme.panel), 1))
        painter.setBrush(QColor(self._theme.colour(_ROLES[symbol])))
        for column in columns:
            painter.drawPolygon(shape.translated(column + 0.5, _GLYPH_ROW))
        painter.restore()

    def tip(self, marker: Marker) -> str:
        """Text of a marker's tooltip."""
        return marker.text or f"{marker.symbol} @ {marker.step:,}"
