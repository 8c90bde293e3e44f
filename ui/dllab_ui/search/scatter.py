"""The trials of a search as points, coloured by dev error."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QVBoxLayout, QWidget

from dllab.search import Trial
from dllab_ui.search.colours import ColourScale
from dllab_ui.search.marks import BEST_SIZE, LOST, SELECTED_SIZE, Point, ring, spot
from dllab_ui.search.quantities import Quantity
from dllab_ui.search.scale_axis import ScaleAxis
from dllab_ui.theme import LIGHT, Theme
from dllab_ui.widgets.axes import Grid
from dllab_ui.widgets.overlay import small_font, text_width
from dllab_ui.widgets.plot_canvas import RunViewBox

_NEAR = 12.0
_LEFT_WIDTH, _LEFT_WIDEST = 46, 120


class _Spots(pg.ScatterPlotItem):
    """Leaves clicks to the plot, which finds the nearest trial itself."""

    def mouseClickEvent(self, event: object) -> None:
        """pyqtgraph's hook."""
        click: pg.GraphicsScene.mouseEvents.MouseClickEvent = event
        click.ignore()


class Scatter(QWidget):
    """``hovered`` carries the `Point` under the mouse, ``clicked`` a trial's number, or None."""

    hovered = Signal(object)
    clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._x: Quantity | None = None
        self._y: Quantity | None = None
        self._scale: ColourScale | None = None
        self._box: tuple[Quantity, Quantity] | None = None
        self.points: list[Point] = []
        self._best: int | None = None
        self._selected: int | None = None
        self._whole: tuple[float, float, float, float] | None = None
        self.view_box = RunViewBox()
        self.bottom, self.left = ScaleAxis("bottom"), ScaleAxis("left")
        self.canvas = pg.PlotWidget(
            viewBox=self.view_box, axisItems={"bottom": self.bottom, "left": self.left}
        )
        self._set_up()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.setAccessibleName("scatter plot of the trials")
        self.setAccessibleDescription("The table beside holds the same trials.")
        self.setMinimumHeight(120)

    def _set_up(self) -> None:
        canvas = self.canvas
        canvas.hideButtons()
        canvas.setMenuEnabled(False)
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        canvas.setFrameShape(canvas.Shape.NoFrame)
        canvas.getPlotItem().layout.setContentsMargins(2, 6, 10, 2)
        self.grid = Grid(self.view_box, self.bottom, self.left)
        self.left.setWidth(_LEFT_WIDTH)
        for axis in (self.left, self.bottom):
            axis.setTickFont(small_font())
            axis.setStyle(tickTextOffset=4)
        self._zoom = QGraphicsRectItem()
        self._zoom.setZValue(-10)
        self._zoom.hide()
        self.view_box.addItem(self._zoom, ignoreBounds=True)
        self._dots = _Spots(pxMode=True)
        self._rings = _Spots(pxMode=True)
        for item in (self._dots, self._rings):
            self.view_box.addItem(item, ignoreBounds=True)
        self.view_box.clicked.connect(self._on_click)
        self.view_box.whole_run_wanted.connect(self.show_whole)
        canvas.scene().sigMouseMoved.connect(self._on_move)

    # --- what is shown --------------------------------------------------------------------

    def show_trials(
        self,
        trials: Sequence[Trial],
        beside: Sequence[Trial],
        axes: tuple[Quantity, Quantity],
        scale: ColourScale | None,
        best: int | None,
    ) -> None:
        """Draw trials, those of the other search behind them, on these axes; ring the best."""
        turned = (self._x, self._y) != axes
        (self._x, self._y), self._scale, self._best = axes, scale, best
        everyone = [*beside, *trials]
        ranges = (*axes[0].range(everyone), *axes[1].range(everyone))
        self.bottom.show_quantity(axes[0])
        self.left.show_quantity(axes[1])
        widest = max((text_width(name, small_font()) for name in axes[1].names), default=0.0)
        self.left.setWidth(max(_LEFT_WIDTH, min(_LEFT_WIDEST, widest + 10)))
        points = [self._point(trial, True, ranges) for trial in beside]
        points += [self._point(trial, False, ranges) for trial in trials]
        self.points = [point for point in points if point is not None]
        if turned or ranges != self._whole:
            self._whole = ranges
            self.show_whole()
        self._draw()

    def _point(
        self, trial: Trial, beside: bool, ranges: tuple[float, float, float, float]
    ) -> Point | None:
        assert self._x is not None
        assert self._y is not None
        x, y = self._x.place(trial), self._y.place(trial)
        lost = trial.status in LOST
        if self._x.ends is None and lost:
            x = self._x.far_end(ranges[:2])
        if self._y.ends is None and lost:
            y = self._y.far_end(ranges[2:])
        return None if x is None or y is None else Point(trial, x, y, beside)

    def select(self, number: int | None) -> None:
        """Mark a trial of the shown search."""
        if number != self._selected:
            self._selected = number
            self._draw()

    def show_box(self, axes: tuple[Quantity, Quantity] | None) -> None:
        """Draw the region of the next round on these axes, or none."""
        self._box = axes
        self._draw_box()

    def show_whole(self) -> None:
        """Show every trial and the whole range."""
        if self._whole is not None:
            left, right, bottom, top = self._whole
            self.view_box.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.canvas.setBackground(theme.panel)
        self.grid.apply_theme(theme)
        for axis in (self.left, self.bottom):
            axis.apply_theme(theme)
        self.view_box.rbScaleBox.setPen(pg.mkPen(theme.accent))
        self.view_box.rbScaleBox.setBrush(pg.mkBrush(theme.accent + "30"))
        self._draw()
        self._draw_box()

    def _draw(self) -> None:
        self._dots.setData([spot(point, self._scale, self._theme) for point in self.points])
        rings = []
        for point in self.points:
            number = None if point.beside else point.trial.number
            if number is not None and number == self._best:
                rings.append(ring(point, BEST_SIZE, self._theme.best))
            if number is not None and number == self._selected:
                rings.append(ring(point, SELECTED_SIZE, self._theme.text))
        self._rings.setData(rings)

    def _draw_box(self) -> None:
        if self._box is None or self._whole is None:
            self._zoom.hide()
            return
        left, right = self._box[0].ends or self._whole[:2]
        bottom, top = self._box[1].ends or self._whole[2:]
        half = [0.5 if axis.kind == "choice" else 0.0 for axis in self._box]
        rectangle = QRectF(left - half[0], bottom - half[1], 0, 0)
        rectangle.setRight(right + half[0])
        rectangle.setBottom(top + half[1])
        pen = QPen(QColor(self._theme.accent))
        pen.setCosmetic(True)
        pen.setStyle(Qt.PenStyle.DashLine)
        self._zoom.setPen(pen)
        self._zoom.setRect(rectangle)
        self._zoom.show()

    # --- the mouse ------------------------------------------------------------------------

    def near(self, place: QPointF) -> Point | None:
        """The point nearest to a place in the view's pixels, if it is near."""
        (left, right), (bottom, top) = self.view_box.viewRange()
        width, height = self.view_box.width(), self.view_box.height()
        found, nearest = None, _NEAR
        for point in self.points:
            x = (point.x - left) / ((right - left) or 1) * width
            y = (top - point.y) / ((top - bottom) or 1) * height
            distance = math.hypot(x - place.x(), y - place.y())
            # Of two equally near the later one, which is drawn on top.
            if distance <= nearest:
                found, nearest = point, distance
        return found

    def pixel_of(self, number: int) -> QPointF:
        """Where a trial of the shown search lies, in pixels of the canvas."""
        point = next(p for p in self.points if p.trial.number == number and not p.beside)
        scene = self.view_box.mapViewToScene(QPointF(point.x, point.y))
        return QPointF(self.canvas.mapFromScene(scene))

    def _on_move(self, scene: QPointF) -> None:
        inside = self.view_box.sceneBoundingRect().contains(scene)
        point = self.near(self.view_box.mapFromScene(scene)) if inside else None
        self.canvas.setCursor(
            Qt.CursorShape.PointingHandCursor if point else Qt.CursorShape.ArrowCursor
        )
        self.hovered.emit(point)

    def _on_click(self, place: QPointF) -> None:
        point = self.near(place)
        self.clicked.emit(point.trial.number if point is not None and not point.beside else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self.hovered.emit(None)
