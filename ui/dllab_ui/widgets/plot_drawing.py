"""How a plot of curves is put together and drawn."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from dllab_ui.theme import Theme
from dllab_ui.widgets import plot_export
from dllab_ui.widgets.axis_knots import AXIS_COLUMNS, AXIS_LABELS, AxisKnots, AxisMode
from dllab_ui.widgets.curve import Curve, Window
from dllab_ui.widgets.curve_layer import CurveLayer
from dllab_ui.widgets.legend import Legend, LegendRow
from dllab_ui.widgets.legend_place import hidden_stretches
from dllab_ui.widgets.markers import MarkerLayer
from dllab_ui.widgets.one_shot import one_shot
from dllab_ui.widgets.plot_frame import PlotFrame
from dllab_ui.widgets.plot_reader import PlotReader
from dllab_ui.widgets.range_keeper import RangeKeeper
from dllab_ui.widgets.reference_lines import ReferenceLines

_APART_MS = 4
_CALM_MS = 400


class PlotDrawing(PlotFrame):
    """Parts of a plot, and the drawing of what changed; what is shown comes from the subclass."""

    marker_selected = Signal(object)
    """Id of a marker the person selected."""
    marker_menu_wanted = Signal(object, object)
    """Id of the marker under the mouse and the `QMenu` about to be shown, to add actions to."""
    steps_chosen = Signal(object)
    """(first, last) step after a zoom or pan by the person, None for the whole run."""
    visibility_changed = Signal(str, bool)
    """Key of a curve hidden or shown from the legend or the keyboard."""

    def __init__(
        self,
        title: str,
        y_label: str = "",
        parent: QWidget | None = None,
        *,
        legend_below: bool = False,
    ) -> None:
        super().__init__(title, parent)
        self._mode: AxisMode = "step"
        self._all_knots: dict[AxisMode, AxisKnots] = {}
        self._axis_version = 0
        self._log = False
        self._beta = 0.0
        self._dirty = True
        self._run_end = 0
        self._refresh_ms = 0.0
        view_box = self.canvas.view_box
        self._layer = CurveLayer(view_box)
        self._ranges = RangeKeeper(view_box)
        self._references = ReferenceLines(view_box)
        self._markers = MarkerLayer(view_box, self._to_x)
        self._legend = (
            LegendRow(self.canvas, self.toggle) if legend_below else Legend(view_box, self.toggle)
        )
        self._reader = PlotReader(
            self.canvas, self._markers, self._listed, lambda: (self._mode, self._knots),
            self._with_tips, lambda: self._log,
        )  # fmt: skip
        self._soon = one_shot(self, self.refresh)
        self._showing = one_shot(self, self.show_drawn, _APART_MS)
        self._clearing = one_shot(self, self._clear_curves, _CALM_MS)
        self.canvas.left_by_mouse.connect(self._clearing.start)
        self.canvas.left.setLabel(y_label)
        self.canvas.bottom.setLabel(AXIS_LABELS["step"])
        self.canvas.bottom.set_kind("count")
        view_box.sigRangeChangedManually.connect(self._chosen_by_hand)
        view_box.whole_run_wanted.connect(self.whole_run_by_hand)
        self._reader.marker_clicked.connect(self._marker_by_hand)
        self.apply_theme(self._theme)

    @property
    def last_frame_ms(self) -> float:
        """Milliseconds of the last frame that drew something: preparing and painting."""
        return self._refresh_ms + self.canvas.paint_ms

    def set_visible(self, key: str, visible: bool) -> None:
        """Show or hide a curve; it stays in the legend."""
        self._layer.curves[key].visible = visible
        self._look_changed()

    def set_run_end(self, step: int) -> None:
        """Say how far the run has come, for curves that have a point only where they change."""
        self._dirty = self._dirty or step != self._run_end
        self._run_end = step

    @property
    def end(self) -> float:
        """Where on the axis the longest curve ended when it was drawn last."""
        return self._ranges.end

    def set_reach(self, end: float) -> None:
        """Show the axis at least up to there, beside a plot with longer curves."""
        self._dirty = self._dirty or end != self._ranges.reach
        self._ranges.reach = end

    def toggle(self, key: str) -> None:
        """Hide a shown curve or show a hidden one, as a click in the legend does."""
        visible = not self._layer.curves[key].visible
        self.set_visible(key, visible)
        self.visibility_changed.emit(key, visible)

    def show_whole_run(self) -> None:
        """Give up a zoom: ranges follow the run again."""
        self._ranges.chosen = False
        self._ranges.forget_y()
        self._changed()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.canvas, self._references, self._markers, self._reader):
            part.apply_theme(theme)
        self._look_changed()
        self.update()

    def refresh(self, *, show_later: bool = False) -> None:
        """Draw what changed since the last call; returns at once if nothing did or if hidden.

        With ``show_later`` a click has its turn between drawing and painting.
        """
        if self._dirty and self.isVisible():
            self._draw()
            if show_later:
                self._showing.start()
            else:
                self.show_drawn()

    def draw(self) -> None:
        """Draw now, also while hidden."""
        self._draw()
        self.show_drawn()

    def show_drawn(self) -> None:
        """Put up what has been drawn; Qt paints it next."""
        self._showing.stop()
        self._ranges.show()
        self._layer.show()
        steps = self._ranges.steps(self._knots)
        if self._markers.visible_steps != steps:
            self._markers.visible_steps = steps
            self._markers.update()
        self._reader.refresh()
        if not self._clearing.isActive():
            self._clearing.start()

    def _clear_curves(self) -> None:
        """Let the legend go where it hides less, now and then and never under a hand."""
        if self._reader.active or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        box = self.canvas.view_box
        size, view = (box.width(), box.height()), box.viewRange()
        pictures = self._layer.pictures()
        self._legend.keep_clear(lambda place: hidden_stretches(place, size, view, pictures))

    def _draw(self) -> None:
        started = time.perf_counter()
        self._dirty = not self._layer.catch_up()
        curves = self._layer.curves.values()
        # Steps of a curve with its own places say nothing about the axis.
        along = [curve for curve in curves if curve.knots is None or self._knots is None]
        end = max(self._run_end, *(curve.series.last_step or 0 for curve in along), 0)
        self._ranges.follow(curves, self._references.places(), self._log, self._knots, end)
        first, last = self._ranges.steps(self._knots)
        columns = max(50, round(self.canvas.view_box.width()))
        window = Window(first, last, columns, self._log, self._axis_version)
        self._layer.draw(window, end, self._knots)
        self._refresh_ms = (time.perf_counter() - started) * 1e3
        if self._dirty:
            self._soon.start()

    # What the frame asks for

    def move_view(self, share: float) -> None:
        """Move the view by a share of its width."""
        low, high = self.canvas.view_box.viewRange()[0]
        self.canvas.view_box.translateBy(x=share * (high - low))
        self._chosen_by_hand()

    def zoom_view(self, factor: float) -> None:
        """Show ``factor`` times as much of x around the middle."""
        self.canvas.view_box.scaleBy(x=factor)
        self._chosen_by_hand()

    def toggle_number(self, number: int) -> None:
        """Hide or show the curve with this number in the legend, from 0."""
        curves = self._listed()
        if number < len(curves):
            self.toggle(curves[number].key)

    def step_marker(self, direction: int) -> None:
        """Select the marker after (1) or before (-1) the selected one."""
        marker = self._markers.beside(direction)
        if marker is not None:
            self._marker_by_hand(marker.id)

    def fill_menu(self, menu: QMenu, place: QPoint) -> None:
        """Let whoever knows the markers put first what can be done with the one under the mouse."""
        scene = self.canvas.mapToScene(self.canvas.mapFrom(self, place))
        marker = self._markers.at(self.canvas.view_box.mapFromScene(scene))
        if marker is not None:
            self._marker_by_hand(marker.id)
            self.marker_menu_wanted.emit(marker.id, menu)

    def prepare_picture(self) -> None:
        """Draw everything for a picture: up to date, without what follows the mouse."""
        self._reader.hide()
        self.draw()
        while self._dirty:
            self.draw()

    def table(self) -> Iterator[str]:
        """All points as pieces of CSV text."""
        curves = list(self._layer.curves.values())
        return plot_export.csv_pieces(curves, AXIS_COLUMNS[self._mode], self._knots)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw for the new width."""
        super().resizeEvent(event)
        self._changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while hidden."""
        super().showEvent(event)
        self._changed()

    # Inside

    @property
    def _knots(self) -> AxisKnots | None:
        knots = self._all_knots.get(self._mode)
        return knots if knots is not None and self._mode != "step" and len(knots) > 1 else None

    def _listed(self) -> list[Curve]:
        return [curve for curve in self._layer.curves.values() if curve.in_legend]

    def _with_tips(self) -> list[Curve]:
        return [curve for curve in self._layer.curves.values() if curve.tip]

    def _to_x(self, steps: ArrayLike) -> NDArray[np.float64]:
        return np.asarray(steps, np.float64) if self._knots is None else self._knots.to_x(steps)

    def _changed(self) -> None:
        self._dirty = True
        self._soon.start()

    def _look_changed(self, ranges: bool = True) -> None:
        if ranges:
            self._ranges.forget_y()
        self._layer.apply_theme(self._theme)
        self._legend.show_curves(self._listed(), self._theme)
        self._changed()

    def _curves_changed(self, curve: Curve) -> None:
        """A curve has come or gone; the colours of the others stay as they are."""
        self._ranges.forget_y()
        if curve.in_legend:
            self._legend.show_curves(self._listed(), self._theme)
        self._changed()

    def _chosen_by_hand(self, *_: object) -> None:
        self._ranges.chosen = True
        self._changed()
        self.steps_chosen.emit(self._ranges.steps(self._knots))

    def whole_run_by_hand(self) -> None:
        """Show the whole run again and tell so, as the person asked."""
        self.show_whole_run()
        self.steps_chosen.emit(None)

    def _marker_by_hand(self, marker_id: Hashable) -> None:
        self._markers.select(marker_id)
        self.marker_selected.emit(marker_id)
