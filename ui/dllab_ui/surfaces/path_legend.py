"""The legend on the surface: which line is which optimizer, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from dllab_ui.surfaces.looks import draw_marker, look_of
from dllab_ui.theme import Theme
from dllab_ui.widgets.overlay import Overlay, small_font, text_width

_PAD, _SAMPLE, _GAP, _EDGE = 8.0, 26.0, 8.0, 8.0


class PathLegend(Overlay):
    """Rows of sample, name and outcome in the upper right corner."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, 60)
        self.rows: tuple[tuple[str, str], ...] = ()
        self._theme: Theme | None = None
        self._box = QRectF()
        self._widest = 0.0

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Take (optimizer, outcome) pairs."""
        if [name for name, _ in rows] != [name for name, _ in self.rows]:
            self._widest = 0.0
        self.rows = tuple(rows)
        self._follow()

    def boundingRect(self) -> QRectF:
        """The box of the legend."""
        return self._box

    def _follow(self, *_: object) -> None:
        font = small_font()
        # While the words change from step to step the box keeps its size.
        widths = [text_width(_text(*row), font) for row in self.rows]
        self._widest = max(self._widest, *widths, 0.0)
        width = round(2 * _PAD + _SAMPLE + _GAP + self._widest)
        height = round(len(self.rows) * self._row_height() + 10) if self.rows else 0
        self.prepareGeometryChange()
        self._box = QRectF(round(self.width - width - _EDGE), _EDGE, width, height)
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw box, samples and words."""
        if not self.rows or self._theme is None:
            return
        theme, height = self._theme, self._row_height()
        painter.setPen(QPen(QColor(theme.border)))
        painter.setBrush(QColor(theme.panel))
        painter.drawRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font())
        left = self._box.left() + _PAD
        for row, (optimizer, outcome) in enumerate(self.rows):
            top = self._box.top() + 5 + row * height
            middle = round(top + height / 2) + 0.0
            look = look_of(optimizer)
            colour = look.colour(theme)
            painter.setPen(QPen(QColor(colour), 2))
            painter.drawLine(QPointF(left, middle), QPointF(left + _SAMPLE, middle))
            at = QPointF(left + _SAMPLE / 2, middle)
            draw_marker(painter, look.shape, at, 4.2, colour, theme.panel)
            painter.setPen(QColor(theme.text))
            words_left = left + _SAMPLE + _GAP
            words = QRectF(words_left, top, self._box.right() - words_left, height)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, _text(optimizer, outcome))

    @staticmethod
    def _row_height() -> float:
        return round(QFontMetricsF(small_font()).height() + 4)


def _text(optimizer: str, outcome: str) -> str:
    name = look_of(optimizer).name
    return f"{name}: {outcome}" if outcome else name
