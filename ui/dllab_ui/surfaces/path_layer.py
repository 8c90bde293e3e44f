"""Draws the optimizers' paths over the ground, up to the step that is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dllab_ui.surfaces.looks import Look, draw_marker, look_of
from dllab_ui.theme import Theme
from dllab_ui.widgets.clipping import clipped_segments
from dllab_ui.widgets.overlay import Overlay, small_font

_DOT, _HEAD = 3.4, 6.5
_ROOM_PER_DOT = 13.0
_MARGIN = 20.0
_WIDTHS = (2.7, 2.3, 1.9, 1.6)
_MOST_DOTS = 70


@dataclass(frozen=True)
class DrawnPath:
    """Points of one optimizer in plot coordinates, each (t + 1,), the start first.

    ``raised`` lifts it by so many pixels, for paths that would hide each other.
    """

    optimizer: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    diverged: bool
    raised: float = 0.0


class _Trace(NamedTuple):
    """What is seen of a path, and its points, in pixels."""

    lines: list[QLineF]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


class PathLayer(Overlay):
    """Lines with a marker at every step there is room for, a large one where each path stands."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, 20)
        self._paths: tuple[DrawnPath, ...] = ()
        self._targets: NDArray[np.float64] = np.empty((0, 2))
        self._landmarks: tuple[tuple[str, QPointF], ...] = ()
        self._step = 0
        self._theme: Theme | None = None
        view_box.sigRangeChanged.connect(self._follow)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_paths(self, paths: Sequence[DrawnPath]) -> None:
        """Take the paths, the last one drawn on top."""
        self._paths = tuple(paths)
        self.update()

    def show_places(
        self, minima: NDArray[np.float64], landmarks: Sequence[tuple[str, QPointF]]
    ) -> None:
        """Mark the minima, (k, 2) in plot coordinates, and other places with their names."""
        self._targets, self._landmarks = minima, tuple(landmarks)
        self.update()

    def show_step(self, step: int) -> None:
        """Draw the paths up to this step."""
        if step != self._step:
            self._step = step
            self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw minima, lines, markers and heads."""
        if self._theme is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for x, y in self._targets.tolist():
            self._paint_target(painter, QPointF(self.pixel_x(x), self.pixel_y(y)))
        for name, place in self._landmarks:
            self._paint_landmark(painter, name, place, self._theme)
        traces = [self._trace(path) for path in self._paths]
        for trace in traces:
            _stroke(painter, trace.lines, self._theme.panel, _WIDTHS[0] + 2)
        for index, (path, trace) in enumerate(zip(self._paths, traces, strict=True)):
            look, colour = self._look(path)
            # Ever thinner: where paths lie on each other, the lower one is still seen.
            _stroke(painter, trace.lines, colour, _WIDTHS[min(index, len(_WIDTHS) - 1)])
            self._paint_dots(painter, look, colour, trace)
        for path, trace in zip(self._paths, traces, strict=True):
            head = QPointF(trace.x[-1], trace.y[-1])
            look, colour = self._look(path)
            if path.diverged and self._step >= len(path.x):
                self._paint_cross(painter, head, colour)
            else:
                draw_marker(painter, look.shape, head, _HEAD, colour, self._theme.panel)

    def _look(self, path: DrawnPath) -> tuple[Look, str]:
        assert self._theme is not None
        look = look_of(path.optimizer)
        return look, look.colour(self._theme)

    def _trace(self, path: DrawnPath) -> _Trace:
        shown = slice(0, self._step + 1)
        (left, right), (bottom, top) = self.view_box.viewRange()
        x = (path.x[shown] - left) / ((right - left) or 1.0) * self.width
        y = (top - path.y[shown]) / ((top - bottom) or 1.0) * self.height - path.raised
        cuts = clipped_segments(x, y, self._frame()).tolist()
        return _Trace([QLineF(*cut) for cut in cuts], x, y)

    def _frame(self) -> tuple[float, float, float, float]:
        return -_MARGIN, self.width + _MARGIN, -_MARGIN, self.height + _MARGIN

    def _paint_dots(self, painter: QPainter, look: Look, colour: str, trace: _Trace) -> None:
        assert self._theme is not None
        left, right, top, bottom = self._frame()
        for index in _spaced(trace.x, trace.y):
            at = QPointF(trace.x[index], trace.y[index])
            if left < at.x() < right and top < at.y() < bottom:
                draw_marker(painter, look.shape, at, _DOT, colour, self._theme.panel)

    def _paint_landmark(self, painter: QPainter, name: str, place: QPointF, theme: Theme) -> None:
        at = QPointF(self.pixel_x(place.x()), self.pixel_y(place.y()))
        painter.setPen(QPen(QColor(theme.muted), 1.6))
        painter.setBrush(QColor(theme.panel))
        painter.drawEllipse(at, 3.5, 3.5)
        painter.setFont(small_font())
        painter.drawText(QPointF(at.x() + 8, at.y() + 14), name)

    def _paint_target(self, painter: QPainter, at: QPointF) -> None:
        assert self._theme is not None
        for colour, width in ((self._theme.panel, 5.0), (self._theme.best, 2.4)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QLineF(at.x() - 7, at.y(), at.x() + 7, at.y()))
            painter.drawLine(QLineF(at.x(), at.y() - 7, at.x(), at.y() + 7))

    def _paint_cross(self, painter: QPainter, at: QPointF, colour: str) -> None:
        painter.setPen(QPen(QColor(colour), 3))
        painter.drawLine(QLineF(at.x() - 6, at.y() - 6, at.x() + 6, at.y() + 6))
        painter.drawLine(QLineF(at.x() - 6, at.y() + 6, at.x() + 6, at.y() - 6))


def _stroke(painter: QPainter, lines: list[QLineF], colour: str, width: float) -> None:
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLines(lines)


def _spaced(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[int]:
    """Points to mark: each far enough from the one before it, and not too many."""
    kept: list[int] = []
    last_x, last_y = float("inf"), float("inf")
    for index, (at_x, at_y) in enumerate(zip(x.tolist(), y.tolist(), strict=True)):
        if abs(at_x - last_x) + abs(at_y - last_y) >= _ROOM_PER_DOT:
            kept.append(index)
            last_x, last_y = at_x, at_y
    return kept[:: math.ceil(len(kept) / _MOST_DOTS) or 1]
