"""The drawing surface of a plot: view, axes and grid set up to cost little per frame."""

from __future__ import annotations

import time

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPaintEvent

from dllab_ui.theme import Theme
from dllab_ui.widgets.axes import Grid, PlotAxis
from dllab_ui.widgets.overlay import small_font

LEFT_AXIS_WIDTH = 62
"""Pixels kept for the left axis, the same for all plots, so that stacked plots line up."""


class RunViewBox(pg.ViewBox):
    """Drag zooms to a box, shift-drag pans, wheel zooms x, double-click shows the whole run."""

    whole_run_wanted = Signal()
    clicked = Signal(QPointF)

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.setMouseMode(pg.ViewBox.RectMode)
        self.disableAutoRange()
        self._panning = False

    def mouseDragEvent(self, event: object, axis: int | None = None) -> None:
        """Zoom or pan; pyqtgraph's hook."""
        drag: pg.GraphicsScene.mouseEvents.MouseDragEvent = event
        if drag.button() == Qt.MouseButton.RightButton:
            drag.ignore()
            return
        if drag.isStart():
            shift = bool(drag.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._panning = shift or drag.button() == Qt.MouseButton.MiddleButton
        moved = drag.pos() - drag.buttonDownPos()
        tiny = abs(moved.x()) < 4 or abs(moved.y()) < 4
        if drag.isFinish() and not self._panning and axis is None and tiny:
            # A slip of the hand would otherwise zoom into nothing.
            self.rbScaleBox.hide()
            drag.accept()
            return
        self.state["mouseMode"] = self.PanMode if self._panning else self.RectMode
        super().mouseDragEvent(drag, axis)
        self.state["mouseMode"] = self.RectMode

    def wheelEvent(self, event: object, axis: int | None = None) -> None:
        """Zoom x, or the axis under the mouse; pyqtgraph's hook."""
        super().wheelEvent(event, 0 if axis is None else axis)

    def mouseClickEvent(self, event: object) -> None:
        """Select or show the whole run; pyqtgraph's hook."""
        click: pg.GraphicsScene.mouseEvents.MouseClickEvent = event
        if click.button() != Qt.MouseButton.LeftButton:
            return
        click.accept()
        if click.double():
            self.whole_run_wanted.emit()
        else:
            self.clicked.emit(QPointF(click.pos()))


class PlotCanvas(pg.PlotWidget):
    """Plot widget with cached axes, opaque grid and a measured paint time."""

    left_by_mouse = Signal()

    def __init__(self) -> None:
        self.view_box = RunViewBox()
        self.bottom, self.left = PlotAxis("bottom"), PlotAxis("left")
        super().__init__(
            viewBox=self.view_box, axisItems={"bottom": self.bottom, "left": self.left}
        )
        self.paint_ms = 0.0
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFrameShape(self.Shape.NoFrame)
        self.grid = Grid(self.view_box, self.bottom, self.left)
        self.left.setWidth(LEFT_AXIS_WIDTH)
        self.left.setStyle(tickTextOffset=6)
        self.bottom.setStyle(tickTextOffset=4, hideOverlappingLabels=False)
        for axis in (self.left, self.bottom):
            axis.setTickFont(small_font())
        self.getPlotItem().layout.setContentsMargins(2, 6, 12, 2)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setBackground(theme.panel)
        self.grid.apply_theme(theme)
        for axis in (self.left, self.bottom):
            axis.apply_theme(theme)
            axis.label.setDefaultTextColor(theme.muted)
        pen, brush = pg.mkPen(theme.accent), pg.mkBrush(theme.accent + "30")
        self.view_box.rbScaleBox.setPen(pen)
        self.view_box.rbScaleBox.setBrush(brush)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and note how long it took."""
        started = time.perf_counter()
        super().paintEvent(event)
        self.paint_ms = (time.perf_counter() - started) * 1e3

    def leaveEvent(self, event: object) -> None:
        """Tell that the mouse has gone."""
        super().leaveEvent(event)
        self.left_by_mouse.emit()
