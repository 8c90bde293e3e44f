"""The plane of two inputs, or the curve over one: what a network makes of its data."""

from __future__ import annotations

import time

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent

from dllab.diagnosis.boundary import Rectangle
from dllab.diagnosis.plane import LinePicture, PlanePicture, Points
from dllab_ui.theme import Theme
from dllab_ui.widgets.axes import Grid, PlotAxis
from dllab_ui.widgets.overlay import small_font
from dllab_ui.widgets.plane_items import (
    CurveItems,
    LinesItem,
    PointsItem,
    RegionItem,
    region_colours,
)
from dllab_ui.widgets.plot_canvas import RunViewBox

_LEFT, _BOTTOM = 44, 34
_ROOMY, _SMALLEST_MARK = 20.0, 0.6


class PlaneViewBox(RunViewBox):
    """As on the curves, but the wheel zooms both axes."""

    def wheelEvent(self, event: object, axis: int | None = None) -> None:
        """Zoom around the mouse; pyqtgraph's hook."""
        pg.ViewBox.wheelEvent(self, event, axis)


class PlanePlot(pg.PlotWidget):
    """Shows pictures made by the engine; ``view_changed`` asks for one of another part."""

    view_changed = Signal()

    def __init__(self) -> None:
        # Before the base class, which resizes itself while it is made.
        self._picture: PlanePicture | LinePicture | None = None
        self.view_box = PlaneViewBox()
        self.bottom, self.left = PlotAxis("bottom"), PlotAxis("left")
        super().__init__(
            viewBox=self.view_box, axisItems={"bottom": self.bottom, "left": self.left}
        )
        self.paint_seconds = 0.0
        self.zoomed = False
        self._theme: Theme | None = None
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFrameShape(self.Shape.NoFrame)
        self.setAccessibleName("decision boundary")
        self.left.setWidth(_LEFT)
        self.bottom.setHeight(_BOTTOM)
        self.left.setStyle(tickTextOffset=6)
        self.bottom.setStyle(tickTextOffset=4)
        for axis in (self.left, self.bottom):
            axis.setTickFont(small_font())
        self.getPlotItem().layout.setContentsMargins(2, 8, 12, 2)
        self._regions, self._lines = RegionItem(), LinesItem()
        self._grid = Grid(self.view_box, self.bottom, self.left)
        self._train, self._dev = PointsItem("o", 20), PointsItem("d", 21)
        self._rings = PointsItem("ring", 22)
        self._curves = CurveItems(self.view_box)
        for item in (self._regions, self._lines, self._train, self._dev, self._rings):
            self.view_box.addItem(item, ignoreBounds=True)
        self.view_box.sigRangeChangedManually.connect(self._on_zoom)
        self.view_box.whole_run_wanted.connect(self._on_whole)

    # --- what to draw ---------------------------------------------------------------------

    @property
    def picture(self) -> PlanePicture | LinePicture | None:
        """What is shown."""
        return self._picture

    @property
    def points_shown(self) -> tuple[bool, bool]:
        """Whether training and dev points are shown."""
        return self._train.isVisible(), self._dev.isVisible()

    @property
    def aspect(self) -> float:
        """Width ÷ height of the plane on screen."""
        return float(self.view_box.width() / max(1.0, self.view_box.height()))

    @property
    def part(self) -> Rectangle | None:
        """The part the person has zoomed to, None for all of it."""
        if not self.zoomed:
            return None
        (x_low, x_high), (y_low, y_high) = self.view_box.viewRange()
        return Rectangle(x_low, x_high, y_low, y_high)

    def show_train(self, shown: bool) -> None:
        """Show or hide the training points."""
        self._train.setVisible(shown)

    def show_dev(self, shown: bool) -> None:
        """Show or hide the dev points, rings and all."""
        self._dev.setVisible(shown)
        self._rings.setVisible(shown)

    def clear_picture(self) -> None:
        """Show nothing; the next picture is one of other data."""
        self._picture = None
        self.zoomed = False
        nothing = np.empty((0, 2))
        self._regions.show_image(None, QRectF())
        self._lines.show_lines(np.empty((0, 2, 2)), QRectF())
        for item in (self._train, self._dev, self._rings):
            item.show_points(nothing)
        self._curves.show_curves(np.empty(0), np.empty((0, 0)))

    def show_picture(self, picture: PlanePicture | LinePicture) -> None:
        """Show what the network says now."""
        new_data = self._picture is None
        self._picture = picture
        if isinstance(picture, PlanePicture):
            self._show_plane(picture, new_data)
        else:
            self._show_line(picture, new_data)

    def _show_plane(self, picture: PlanePicture, new_data: bool) -> None:
        r = picture.boundary.rectangle
        where = QRectF(r.x_low, r.y_low, r.x_high - r.x_low, r.y_high - r.y_low)
        if self._theme is not None:
            image = region_colours(picture.boundary.probabilities, self._theme)
            self._regions.show_image(image, where)
        self._lines.show_lines(picture.boundary.lines, where)
        if new_data:
            self._grid.hide()
            self._name_axes("x₁", "x₂")
            self._train.show_points(picture.train.X, picture.train.y)
            self._dev.show_points(picture.dev.X, picture.dev.y)
            self._fit_marks()
        self._rings.show_points(picture.dev.X[picture.wrong])
        if not self.zoomed:
            self.view_box.setRange(where, padding=0)

    def _show_line(self, picture: LinePicture, new_data: bool) -> None:
        numbers = not picture.classes
        if new_data:
            self._grid.show()
            self._name_axes("x", "y" if numbers else "probability")
            for item, points in ((self._train, picture.train), (self._dev, picture.dev)):
                item.show_points(*_on_the_line(points))
            self._fit_marks()
        self._curves.show_curves(picture.x, picture.values)
        if not self.zoomed:
            tops = np.concatenate([_on_the_line(p)[0][:, 1] for p in (picture.train, picture.dev)])
            low, high = float(tops.min()), float(tops.max())
            margin = 0.08 * ((high - low) or 1.0)
            self.view_box.setRange(
                xRange=(picture.x[0], picture.x[-1]), yRange=(low - margin, high + margin),
                padding=0,
            )  # fmt: skip

    def _name_axes(self, x: str, y: str) -> None:
        for axis, name in ((self.bottom, x), (self.left, y)):
            axis.setLabel(name)
            axis.label.setFont(small_font())

    # --- looks ----------------------------------------------------------------------------

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.setBackground(theme.panel)
        for part in (self._grid, self.left, self.bottom, self._lines, self._train, self._dev):
            part.apply_theme(theme)
        self._rings.apply_theme(theme)
        self.view_box.rbScaleBox.setPen(pg.mkPen(theme.accent))
        self.view_box.rbScaleBox.setBrush(pg.mkBrush(theme.accent + "30"))
        self._curves.apply_theme(theme)
        if isinstance(self._picture, PlanePicture):
            self._show_plane(self._picture, new_data=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and note how long it took."""
        started = time.thread_time()
        super().paintEvent(event)
        self.paint_seconds = time.thread_time() - started

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for a picture of the new shape."""
        super().resizeEvent(event)
        self._fit_marks()
        self.view_changed.emit()

    def _fit_marks(self) -> None:
        picture = self._picture
        if picture is None:
            return
        points = len(picture.train.X) + len(picture.dev.X)
        room = (self.view_box.width() * self.view_box.height() / max(1, points)) ** 0.5
        for item in (self._train, self._dev, self._rings):
            item.set_share(min(1.0, max(_SMALLEST_MARK, room / _ROOMY)))

    def _on_zoom(self, *_: object) -> None:
        self.zoomed = True
        self.view_changed.emit()

    def _on_whole(self) -> None:
        self.zoomed = False
        self.view_changed.emit()


def _on_the_line(points: Points) -> tuple[np.ndarray, np.ndarray]:
    y = points.y if points.y.ndim == 1 else points.y[:, 0]
    classes = y if y.dtype.kind == "i" else np.zeros(len(y), np.intp)
    return np.column_stack([points.X[:, 0], y]), classes
