"""What the mouse over a plot shows and does: crosshair, marker tooltips, selection."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolTip

from dllab_ui.theme import Theme
from dllab_ui.widgets.axes import clock, short_number
from dllab_ui.widgets.axis_knots import AxisKnots, AxisMode
from dllab_ui.widgets.crosshair import CrosshairLabel, CrosshairLine, Reading
from dllab_ui.widgets.curve import Curve
from dllab_ui.widgets.markers import MarkerLayer
from dllab_ui.widgets.plot_canvas import PlotCanvas

_NEAR = 6.0
"""Pixels above or below a curve from which it is read."""


class PlotReader(QObject):
    """Follows the mouse over a canvas."""

    marker_clicked = Signal(object)

    def __init__(
        self,
        canvas: PlotCanvas,
        markers: MarkerLayer,
        curves: Callable[[], Iterable[Curve]],
        axis: Callable[[], tuple[AxisMode, AxisKnots | None]],
        others: Callable[[], Iterable[Curve]] = tuple,
        is_log: Callable[[], bool] = bool,
    ) -> None:
        super().__init__(canvas)
        self._others, self._is_log = others, is_log
        self._canvas, self._markers, self._curves, self._axis = canvas, markers, curves, axis
        self._line, self.label = CrosshairLine(canvas.view_box), CrosshairLabel(canvas.view_box)
        self._position: QPointF | None = None
        self.noun = "step"
        self._hide()
        canvas.scene().sigMouseMoved.connect(self._moved)
        canvas.left_by_mouse.connect(self._left)
        canvas.view_box.clicked.connect(self._clicked)

    @property
    def active(self) -> bool:
        """Whether the mouse is over the plot."""
        return self._position is not None

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._line.colour = QColor(theme.muted)
        self.label.apply_theme(theme)

    def refresh(self) -> None:
        """Read the curves again, after points have come or the view has moved."""
        if self._position is None:
            return
        view_box = self._canvas.view_box
        low, high = view_box.viewRange()[0]
        x = low + (high - low) * self._position.x() / max(1.0, view_box.width())
        mode, knots = self._axis()
        step = round(x if knots is None else float(knots.to_step([x])[0]))
        per_pixel = (high - low) / max(1.0, view_box.width())
        rows = [row for curve in self._curves() if (row := _row(curve, step, per_pixel))]
        title = f"{self.noun} {step:,}"
        if knots is not None:
            title += f" · {_x_text(mode, float(knots.to_x([step])[0]))}"
        self._line.move(self._position.x())
        self.label.show_readings(self._position.x(), title, rows)
        self._line.setVisible(bool(rows))
        self.label.setVisible(bool(rows))

    def hide(self) -> None:
        """Take the crosshair away until the mouse moves again, for a picture without it."""
        self._position = None
        self._hide()

    def _hide(self) -> None:
        self._line.setVisible(False)
        self.label.setVisible(False)

    def _moved(self, scene_position: QPointF) -> None:
        position = self._canvas.view_box.mapFromScene(scene_position)
        if not self._canvas.view_box.rect().contains(position):
            self._left()
            return
        self._position = position
        self.refresh()
        marker = self._markers.at(position)
        self._canvas.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if marker else Qt.CursorShape.CrossCursor
        )
        text = self._markers.tip(marker) if marker else self.tip_at(position)
        if text:
            at = self._canvas.mapToGlobal(self._canvas.mapFromScene(scene_position))
            QToolTip.showText(at, text, self._canvas)
        else:
            QToolTip.hideText()

    def tip_at(self, position: QPointF) -> str:
        """What the nearest curve out of the legend says of itself, "" if none is near."""
        view_box = self._canvas.view_box
        (low, high), (bottom, top) = view_box.viewRange()
        x = low + (high - low) * position.x() / max(1.0, view_box.width())
        _, knots = self._axis()
        found: tuple[float, str] = (_NEAR, "")
        for curve in self._others():
            own = knots if curve.knots is None or knots is None else curve.knots
            step = x if own is None else float(own.to_step([x])[0])
            row = _height(curve, step, self._is_log())
            if row is not None:
                pixel = (top - row) / ((top - bottom) or 1.0) * view_box.height()
                found = min(found, (abs(pixel - position.y()), curve.tip))
        return found[1]

    def _left(self) -> None:
        if self._position is not None:
            self.hide()
            self._canvas.viewport().unsetCursor()

    def _clicked(self, position: QPointF) -> None:
        marker = self._markers.at(position)
        if marker is not None:
            self.marker_clicked.emit(marker.id)


def _height(curve: Curve, step: float, log: bool) -> float | None:
    """Where a curve is drawn at a step, None if it has nothing there."""
    first, last = curve.series.first_step, curve.series.last_step
    if not curve.visible or first is None or last is None or not first <= step <= last:
        return None
    reading = curve.reading(step)
    value = math.nan if reading is None else reading[2] if reading[2] is not None else reading[1]
    if log:
        value = math.log10(value) if value > 0 else math.nan
    return value if math.isfinite(value) else None


def _row(curve: Curve, step: int, steps_per_pixel: float) -> Reading | None:
    if not curve.visible:
        return None
    reading = curve.reading(step)
    if reading is None:
        return None
    at, value, smooth = reading
    text = short_number(value) if math.isfinite(value) else str(value)
    if smooth is not None:
        text = f"{short_number(smooth)}  (raw {text})"
    if curve.style != "step" and abs(at - step) > max(1.0, steps_per_pixel):
        text += f" @ {at:,}"
    return Reading(curve.role, curve.label, text)


def _x_text(mode: AxisMode, x: float) -> str:
    if mode == "time":
        return clock(x)
    return f"{x:,.0f} examples" if mode == "examples" else f"epoch {x:.2f}"
