"""All curves of a plot: their items, and drawing only what changed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NamedTuple

from dllab_ui.theme import Theme
from dllab_ui.widgets.axis_knots import AxisKnots
from dllab_ui.widgets.curve import Curve, Picture, Window
from dllab_ui.widgets.curve_item import CurveItem
from dllab_ui.widgets.plot_canvas import RunViewBox

_SMOOTHING_BUDGET_S = 0.006
_RAW_Z, _LINE_Z, _SMOOTH_Z = 0.0, 20.0, 10.0


class _Shown(NamedTuple):
    """What a picture was made of."""

    version: int
    window: Window
    points: int
    held_to: int
    stride: int


class _Drawn:
    """Items of one curve and what they show.

    What is out of the legend is faint as it is and has one item: smoothed, the average alone.
    """

    def __init__(self, curve: Curve, view_box: RunViewBox) -> None:
        raw = curve.style == "raw"
        dots = curve.style == "points"
        self.plain = CurveItem(view_box, _RAW_Z if raw else _LINE_Z, wide=not raw, dots=dots)
        self.plain.dashed = curve.style == "dashes"
        two = raw and curve.in_legend
        self.smooth = CurveItem(view_box, _SMOOTH_Z, wide=True, dots=False) if two else None
        self.shown: dict[bool, _Shown] = {}

    def items(self) -> list[CurveItem]:
        return [self.plain] if self.smooth is None else [self.plain, self.smooth]


class CurveLayer:
    """Owns the curves, in the order in which they were added."""

    def __init__(self, view_box: RunViewBox) -> None:
        self._view_box = view_box
        self.curves: dict[str, Curve] = {}
        self._drawn: dict[str, _Drawn] = {}
        self._fresh: dict[CurveItem, tuple[Picture, float | None]] = {}

    def add(self, curve: Curve, theme: Theme) -> None:
        """Add a curve in the colours of a theme; its key must be new."""
        if curve.key in self.curves:
            raise ValueError(f"the plot already has a curve {curve.key!r}")
        self.curves[curve.key] = curve
        self._drawn[curve.key] = _Drawn(curve, self._view_box)
        self._colour(curve, theme)

    def remove(self, key: str) -> Curve:
        """Remove a curve and return it."""
        for item in self._drawn.pop(key).items():
            self._fresh.pop(item, None)
            item.take_away()
        return self.curves.pop(key)

    def set_knots(self, key: str, knots: AxisKnots | None) -> None:
        """Give a curve places on the axis of its own."""
        self.curves[key].knots = knots
        self._drawn[key].shown = {}

    def set_colour(self, key: str, role: str, theme: Theme) -> None:
        """Give a curve another colour: a role of the theme or ``#rrggbb``."""
        self.curves[key].role = role
        self._colour(self.curves[key], theme)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme, and of smoothing being on or off."""
        for curve in self.curves.values():
            self._colour(curve, theme)

    def _colour(self, curve: Curve, theme: Theme) -> None:
        drawn = self._drawn[curve.key]
        faint = curve.smoothed is not None and drawn.smooth is not None
        drawn.plain.set_colour(theme.faint(curve.role) if faint else theme.colour(curve.role))
        if drawn.smooth is not None:
            drawn.smooth.set_colour(theme.colour(curve.role))

    def catch_up(self) -> bool:
        """Smooth for a few milliseconds; True when all curves are smoothed to their end."""
        deadline = time.perf_counter() + _SMOOTHING_BUDGET_S
        for curve in self.curves.values():
            if not curve.visible:
                continue
            while not curve.catch_up():
                if time.perf_counter() > deadline:
                    return False
        return True

    def draw(self, window: Window, end_step: int, knots: AxisKnots | None) -> None:
        """Make a picture of every visible curve that has changed, for `show`."""
        for key, curve in self.curves.items():
            drawn = self._drawn[key]
            has_smooth = curve.visible and curve.smoothed is not None
            if drawn.plain.isVisible() != curve.visible:
                drawn.plain.setVisible(curve.visible)
            if drawn.smooth is not None and drawn.smooth.isVisible() != has_smooth:
                drawn.smooth.setVisible(has_smooth)
            if not curve.visible:
                continue
            own, seen = knots, window
            if curve.knots is not None and knots is not None and len(curve.knots) > 1:
                own, seen = curve.knots, _for_knots(window, knots, curve.knots)
            alone = has_smooth and drawn.smooth is None
            if drawn.smooth is None and curve.style == "raw":
                drawn.plain.set_wide(has_smooth)
            if not alone:
                self._draw_one(curve, drawn, seen, end_step, own, smoothed=False)
            if has_smooth:
                self._draw_one(curve, drawn, seen, end_step, own, smoothed=True)

    def _draw_one(
        self,
        curve: Curve,
        drawn: _Drawn,
        window: Window,
        end_step: int,
        knots: AxisKnots | None,
        smoothed: bool,
    ) -> None:
        data = curve.smoothed if smoothed else curve.series.pyramid
        item = drawn.plain if drawn.smooth is None or not smoothed else drawn.smooth
        assert data is not None
        held_to = end_step if curve.style == "step" else 0
        before = drawn.shown.get(smoothed)
        now = _Shown(curve.version, window, len(data), held_to, 0)
        if before is not None and before._replace(stride=0) == now:
            return
        picture = curve.picture(window, end_step, knots, smoothed)
        changed_from = None
        if before is not None and before.points and before.stride == picture.stride:
            same = before.version == curve.version and before.window == window
            changed_from = self._tail(curve, before, knots) if same else None
        drawn.shown[smoothed] = now._replace(stride=picture.stride)
        if item in self._fresh:
            unseen = self._fresh[item][1]
            if changed_from is not None:
                changed_from = None if unseen is None else min(changed_from, unseen)
        self._fresh[item] = picture, changed_from

    def show(self) -> None:
        """Put up the pictures that were made."""
        for item, (picture, changed_from) in self._fresh.items():
            item.set_picture(picture, changed_from)
        self._fresh.clear()

    def pictures(self) -> list[Picture]:
        """What is drawn of the visible curves: the average where there is one, as it is read."""
        shown = [
            drawn.smooth if drawn.smooth is not None and curve.smoothed is not None else drawn.plain
            for curve, drawn in zip(self.curves.values(), self._drawn.values(), strict=True)
            if curve.visible
        ]
        return [item.picture for item in shown if item.picture is not None]

    @staticmethod
    def _tail(curve: Curve, before: _Shown, knots: AxisKnots | None) -> float:
        """x from which on a picture can have changed since it was drawn."""
        index = max(0, (before.points - 1) // before.stride * before.stride - 1)
        step = curve.series.step_at(index)
        return float(step if knots is None else knots.to_x([step])[0])


def _for_knots(window: Window, knots: AxisKnots, own: AxisKnots) -> Window:
    """The same part of the axis in the steps of a curve with its own places."""
    first, last = own.to_step(knots.to_x([window.first_step, window.last_step]))
    return replace(window, first_step=float(first), last_step=float(last))
