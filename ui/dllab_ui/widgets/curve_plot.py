"""A plot of curves over a run that is still growing."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from numpy.typing import ArrayLike

from dllab_ui.widgets.axis_knots import AXIS_KINDS, AXIS_LABELS, AxisKnots, AxisMode
from dllab_ui.widgets.curve import Curve, CurveStyle
from dllab_ui.widgets.markers import Marker, MarkerSymbol
from dllab_ui.widgets.plot_drawing import PlotDrawing


class CurvePlot(PlotDrawing):
    """Curves over steps, drawn when ``refresh`` is called and then at a bounded cost.

    Everything that brings data only marks the plot as changed; what a person does (zoom, hide,
    log) is drawn at once. Values may be NaN or Inf: such points are left out.
    """

    # Curves

    def add_curve(
        self,
        key: str,
        label: str,
        colour: str,
        *,
        style: CurveStyle = "raw",
        visible: bool = True,
        dense_from: int | None = None,
        dtype: Any = None,
        in_legend: bool | None = None,
    ) -> None:
        """Add an empty curve.

        ``colour`` is a role of the theme ("train", "dev", …) or ``#rrggbb``. With ``dense_from``
        the curve has one value per step from that step on; without, every value comes with its
        step. Values are kept as float32 if dense, else float64, unless ``dtype`` says otherwise.
        Curves in the colour "ghost" stay out of the legend unless ``in_legend`` is True; curves
        out of the legend are not read by the crosshair either.
        """
        listed = colour != "ghost" if in_legend is None else in_legend
        curve = Curve(key, label, colour, style, dense_from, dtype, in_legend=listed)
        curve.visible = visible
        curve.set_smoothing(self._beta)
        self._layer.add(curve, self._theme)
        self._curves_changed(curve)

    def remove_curve(self, key: str) -> None:
        """Remove a curve."""
        self._curves_changed(self._layer.remove(key))

    def extend(self, key: str, steps: ArrayLike | None, values: ArrayLike) -> None:
        """Append values, shape (n,); ``steps`` is None for a dense curve, else shape (n,)."""
        self._layer.curves[key].series.extend(steps, values)
        self._dirty = True

    def clear(self, key: str) -> None:
        """Forget the points of a curve."""
        self._layer.curves[key].clear()
        self._ranges.forget_y()
        self._dirty = True

    def set_smoothing(self, beta: float) -> None:
        """Average "raw" curves with ``beta``, 0 (off) to 0.999; raw stays faint underneath."""
        self._beta = beta
        for curve in self._layer.curves.values():
            curve.set_smoothing(beta)
        self._look_changed(ranges=False)

    def set_tip(self, key: str, text: str) -> None:
        """Say what the mouse reads at a curve that is not in the legend."""
        self._layer.curves[key].tip = text

    def set_colour(self, key: str, colour: str) -> None:
        """Give a curve another colour: a role of the theme or ``#rrggbb``."""
        self._layer.set_colour(key, colour, self._theme)

    def set_curve_knots(self, key: str, knots: AxisKnots | None) -> None:
        """Give a curve its own places on the axis, or (None) those of the plot.

        For the axis shown now; whoever changes the axis gives new ones before.
        """
        self._layer.set_knots(key, knots)
        self._changed()

    # Axes

    def set_axis(
        self, mode: AxisMode, positions: tuple[ArrayLike, ArrayLike] | None = None
    ) -> None:
        """Choose what x shows. ``positions`` (steps, x values) replaces the knots of the mode."""
        first, last = self._ranges.steps(self._knots)
        self._mode = mode
        if positions is not None:
            self._all_knots[mode] = AxisKnots()
            self._all_knots[mode].extend(*positions)
        self._axis_version += 1
        self.canvas.bottom.set_kind(AXIS_KINDS[mode])
        self.canvas.bottom.setLabel(AXIS_LABELS[mode])
        # Setting a label shows it.
        self.canvas.bottom.showLabel(bool(self.canvas.bottom.style["showValues"]))
        if self._ranges.chosen:
            self._ranges.show_steps(first, last, self._knots)
        self._changed()

    def set_axis_knots(
        self, steps: ArrayLike, values: ArrayLike, mode: AxisMode | None = None
    ) -> None:
        """Append knots (steps -> x values, shape (n,)) to a mode, the present one if None."""
        self._all_knots.setdefault(mode or self._mode, AxisKnots()).extend(steps, values)
        self._axis_version += 1
        self._dirty = True

    def set_x_axis_visible(self, visible: bool) -> None:
        """Show or hide numbers and label of the x axis, for plots stacked on one that has them."""
        self.canvas.bottom.setStyle(showValues=visible)
        self.canvas.bottom.showLabel(visible)
        # Half a line of text stays, for the lowest number of the left axis.
        self.canvas.bottom.setHeight(None if visible else 8)
        self._changed()

    def set_log_y(self, log: bool) -> None:
        """Logarithmic y: values at or below 0 are left out, not clipped."""
        if log == self._log:
            return
        self._log = self._references.log = log
        self.canvas.left.set_kind("log" if log else "number")
        self._ranges.forget_y()
        if self._ranges.chosen:
            self._ranges.fit_y(
                self._layer.curves.values(), self._references.places(), log, self._knots
            )
        self._changed()

    def set_reference_line(self, key: str, value: float | None, label: str = "") -> None:
        """Add, move or (None) remove a horizontal line."""
        self._references.set_line(key, value, label)
        self._changed()

    def set_ignore_first(self, steps: int) -> None:
        """Leave the first steps out of the ranges of the whole run."""
        self._ranges.ignore_first = max(0, steps)
        self._ranges.forget_y()
        self._changed()

    def show_steps(self, first: float, last: float) -> None:
        """Zoom x to these steps and stay there, for plots that move together."""
        self._ranges.chosen = True
        self._ranges.show_steps(first, last, self._knots)
        self._changed()

    # Markers

    def add_marker(
        self, marker_id: Hashable, step: int, symbol: MarkerSymbol = "nudge", text: str = ""
    ) -> None:
        """Mark a step; a marker of the same id is replaced."""
        self._markers.add(Marker(marker_id, step, symbol, text))

    def remove_marker(self, marker_id: Hashable) -> None:
        """Remove a marker."""
        self._markers.remove(marker_id)

    def select_marker(self, marker_id: Hashable | None) -> None:
        """Emphasise a marker (None: none) without telling anyone."""
        self._markers.select(marker_id)

    def show_place(self, step: int | None) -> None:
        """Draw a line at a step that has no marker, instead of any selected marker."""
        self._markers.show_place(step)
