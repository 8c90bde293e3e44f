"""The legend of a plot: a box at its upper or lower edge, or a row under its axis."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from dllab_ui.theme import Theme
from dllab_ui.widgets.curve import Curve
from dllab_ui.widgets.overlay import Overlay, small_font, text_width
from dllab_ui.widgets.plot_canvas import PlotCanvas

_PAD, _SAMPLE, _GAP, _TOP, _SIDE = 7.0, 20.0, 7.0, 24.0, 8.0
# How far to the right and to the bottom: a falling curve leaves the upper right free.
_PLACES = ((1.0, 0), (0.0, 0), (0.5, 0), (1.0, 1), (0.0, 1), (0.5, 1))


class Legend(Overlay):
    """Samples and names of the curves; a click on a row hides or shows its curve."""

    def __init__(self, view_box: pg.ViewBox, toggled: Callable[[str], None]) -> None:
        super().__init__(view_box, 60)
        self._toggled = toggled
        self._curves: list[Curve] = []
        self._theme: Theme | None = None
        self._box = QRectF()
        self._cells: list[QRectF] = []
        self._place = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_curves(self, curves: list[Curve], theme: Theme) -> None:
        """Take the curves and colours to show."""
        self._curves, self._theme = list(curves), theme
        self._follow()

    def boundingRect(self) -> QRectF:
        """The box of the legend."""
        return self._box

    def keep_clear(self, hidden: Callable[[QRectF], int]) -> None:
        """Go where half as much is ``hidden`` by a box as here, or less, if there is such a place.

        It stays where it is while it hides nothing, so that it does not wander.
        """
        here = hidden(self._box) if self._curves else 0
        if not here:
            return
        counts = [hidden(self._box_at(place)) for place in range(len(_PLACES))]
        if min(counts) <= here / 2:
            self._place = counts.index(min(counts))
            self._follow()

    def _box_at(self, place: int) -> QRectF:
        font = small_font()
        widest = max((text_width(curve.label, font) for curve in self._curves), default=0.0)
        width = 2 * _PAD + _SAMPLE + _GAP + widest
        height = len(self._curves) * self._row_height() + 2 * 4 if self._curves else 0.0
        right, bottom = _PLACES[place]
        left = _SIDE + right * (self.width - width - 2 * _SIDE)
        # The highest row belongs to the markers.
        top = max(_TOP, self.height - height - _SIDE) if bottom else _TOP
        return QRectF(round(left), round(top), round(width), round(height))

    def _follow(self, *_: object) -> None:
        self.prepareGeometryChange()
        self._box = self._box_at(self._place)
        row = self._row_height()
        first = QRectF(self._box.left(), self._box.top() + 4, self._box.width(), row)
        self._cells = [first.translated(0, row * number) for number in range(len(self._curves))]
        self.update()

    def mouseClickEvent(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        """Hide or show the curve of the row; pyqtgraph's hook."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        for cell, curve in zip(self._cells, self._curves, strict=True):
            if cell.contains(event.pos()):
                event.accept()
                self._toggled(curve.key)
                return

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw box, samples and names."""
        if not self._curves or self._theme is None:
            return
        self._paint_ground(painter, self._theme)
        painter.setFont(small_font())
        metrics = QFontMetricsF(small_font())
        for cell, curve in zip(self._cells, self._curves, strict=True):
            self._paint_sample(painter, curve, QPointF(cell.left() + _PAD, cell.center().y()))
            painter.setPen(QColor(self._theme.text if curve.visible else self._theme.disabled))
            room = cell.adjusted(_PAD + _SAMPLE + _GAP, 0, 0, 0)
            text = metrics.elidedText(curve.label, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_ground(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QPen(QColor(theme.border)))
        painter.setBrush(QColor(theme.panel))
        painter.drawRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_sample(self, painter: QPainter, curve: Curve, at: QPointF) -> None:
        assert self._theme is not None
        colour = QColor(self._theme.colour(curve.role))
        y = round(at.y())
        if not curve.visible:
            painter.fillRect(QRectF(at.x(), y, _SAMPLE, 1), QColor(self._theme.ghost))
            return
        if curve.smoothed is not None:
            faint = QColor(self._theme.faint(curve.role))
            painter.fillRect(QRectF(at.x(), y - 4, _SAMPLE, 9), faint)
        thick = 1 if curve.style == "raw" and curve.smoothed is None else 2
        if curve.style == "dashes":
            for left in (0, 7, 14):
                painter.fillRect(QRectF(at.x() + left, y, 5, thick), colour)
            return
        painter.fillRect(QRectF(at.x(), y, _SAMPLE, thick), colour)
        if curve.style == "points":
            painter.fillRect(QRectF(round(at.x() + _SAMPLE / 2) - 2, y - 2, 5, 5), colour)

    def _row_height(self) -> float:
        return round(QFontMetricsF(small_font()).height() + 3)


class LegendRow(Legend):
    """Samples and names in a row beside the name of the x axis, for a plot of few pixels."""

    def __init__(self, canvas: PlotCanvas, toggled: Callable[[str], None]) -> None:
        self._canvas = canvas
        super().__init__(canvas.view_box, toggled)
        # What belongs to the view box is cut at its edge.
        self.setParentItem(canvas.getPlotItem())
        canvas.bottom.name_at_start = True
        canvas.bottom.geometryChanged.connect(self._follow)
        canvas.bottom.label.document().contentsChanged.connect(self._follow)

    def keep_clear(self, hidden: Callable[[QRectF], int]) -> None:
        """No curve comes here."""

    def _follow(self, *_: object) -> None:
        self.prepareGeometryChange()
        axis, height = self._canvas.bottom.geometry(), self._row_height()
        font = small_font()
        start = self._canvas.bottom.label.boundingRect().width() + _PAD
        fixed = 2 * _PAD + _SAMPLE + _GAP
        widths = [fixed + text_width(c.label, font) + 1 for c in self._curves]
        widths = _fitted(widths, max(0.0, axis.width() - start))
        left, top = axis.right() - sum(widths) + _PAD, axis.bottom() - height
        self._box = QRectF(left, top, sum(widths), height)
        self._cells = []
        for width in widths:
            self._cells.append(QRectF(left, top, width, height))
            left += width
        self.update()

    def _paint_ground(self, painter: QPainter, theme: Theme) -> None:
        """It lies on the panel itself."""


def _fitted(widths: list[float], room: float) -> list[float]:
    """The widths, the largest of them cut to one measure so that all have room."""
    most = 0.0
    for many, width in zip(range(len(widths), 0, -1), sorted(widths), strict=True):
        most = room / many
        if width > most:
            return [min(most, width) for width in widths]
        room -= width
    return widths
