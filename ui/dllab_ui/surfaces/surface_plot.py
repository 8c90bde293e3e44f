"""The plot of a cost surface with the optimizers' paths over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from dllab.surfaces import Path, Surface
from dllab.surfaces.surface import Point, weights_text
from dllab_ui.surfaces.looks import outcome_words
from dllab_ui.surfaces.path_layer import DrawnPath, PathLayer
from dllab_ui.surfaces.path_legend import PathLegend
from dllab_ui.surfaces.start_handle import StartHandle
from dllab_ui.surfaces.terrain import Terrain
from dllab_ui.theme import Theme
from dllab_ui.widgets.one_shot import one_shot
from dllab_ui.widgets.plot_frame import PlotFrame
from dllab_ui.widgets.plot_menu import context_menu

_HELP = (
    "Click, or drag the ring: another start. Drag: zoom to a box. Shift-drag: move. Wheel: zoom. "
    "Double-click or Home: the whole surface.\n"
    "Keys: the arrows move the start (with Shift far), + − zoom, 1…9 hide or show an optimizer, "
    "Page Up/Down one step back or on, Ctrl+C copies the picture."
)
_APART = 11.0
_FINE, _FAR = 1 / 200, 1 / 20
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class SurfacePlot(PlotFrame):
    """Ground, minima, paths, their legend, and the start."""

    start_moved = Signal(object)
    """Where the person wants paths to start, a tuple of n weights."""
    pointed_at = Signal(str)
    """Weights and cost under the mouse in words, empty when it has gone."""
    number_toggled = Signal(int)
    """The person hides or shows the optimizer with this number, from 0."""
    step_wanted = Signal(int)
    """One step on (1) or back (-1)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self._surface: Surface | None = None
        self._paths: dict[str, Path] = {}
        self._start: Point = ()
        self._start_before: Point = ()
        view_box = self.canvas.view_box
        self._terrain = Terrain(view_box)
        self.layer = PathLayer(view_box)
        self.legend = PathLegend(view_box)
        self.handle = StartHandle(view_box)
        self._soon = one_shot(self, self._draw_ground)
        self.setAccessibleDescription(_HELP)
        self.setWhatsThis(_HELP)
        view_box.sigRangeChanged.connect(lambda *_: self._soon.start())
        view_box.sigResized.connect(lambda *_: self._soon.start())
        view_box.clicked.connect(self._clicked)
        view_box.whole_run_wanted.connect(self._double_clicked)
        self.handle.dragged.connect(self._place_start)
        self.canvas.scene().sigMouseMoved.connect(self._moved)
        self.canvas.left_by_mouse.connect(lambda: self.pointed_at.emit(""))

    def show_surface(self, surface: Surface) -> None:
        """Take another surface and show it whole, without paths."""
        self._surface, self._paths = surface, {}
        self._terrain.show_surface(surface, self._theme)
        flat = surface.dimensions == 2
        self.canvas.bottom.setLabel("w₁" if flat else "w")
        self.canvas.left.setLabel("w₂" if flat else "cost J")
        # Equal scales: only then does the gradient stand at right angles to the isolines.
        self.canvas.view_box.setAspectLocked(flat)
        minima = np.array(surface.minima)
        self.layer.show_paths([])
        self.layer.show_places(
            self._places(minima), [(name, QPointF(*at)) for name, at in surface.landmarks]
        )
        self.set_start(surface.start)
        self.whole_run_by_hand()

    def show_paths(self, paths: Mapping[str, Path]) -> None:
        """Draw these paths."""
        self._paths = dict(paths)
        # On the curve of a single weight all paths would lie on each other.
        apart = _APART if self._surface is not None and self._surface.dimensions == 1 else 0.0
        drawn = []
        for index, (name, path) in enumerate(self._paths.items()):
            places, lost = self._places(path.points), path.diverged_at is not None
            drawn.append(DrawnPath(name, places[:, 0], places[:, 1], lost, index * apart))
        self.layer.show_paths(drawn)

    def show_step(self, step: int) -> None:
        """Draw the paths up to a step, and say in the legend how they stand there."""
        self.layer.show_step(step)
        self.legend.show_rows([(n, outcome_words(p, step)) for n, p in self._paths.items()])

    def set_start(self, start: Point) -> None:
        """Put the ring somewhere without telling anyone."""
        self._start = start
        x, y = self._places(np.array([start]))[0].tolist()
        self.handle.move(QPointF(x, y))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.canvas, self.layer, self.legend, self.handle):
            part.apply_theme(theme)
        if self._surface is not None:
            self._terrain.show_surface(self._surface, theme)
            self._soon.start()
        self.update()

    # What the frame asks for

    def move_view(self, share: float) -> None:
        """Move the view by a share of its width."""
        low, high = self.canvas.view_box.viewRange()[0]
        self.canvas.view_box.translateBy(x=share * (high - low))

    def zoom_view(self, factor: float) -> None:
        """Show ``factor`` times as much around the middle."""
        self.canvas.view_box.scaleBy(x=factor)

    def whole_run_by_hand(self) -> None:
        """Show the whole surface."""
        if self._surface is None:
            return
        x = self._surface.view[0]
        if self._surface.dimensions == 2:
            y = self._surface.view[1]
        else:
            top = float(self._surface.cost(np.array(x)[:, None]).max())
            y = (-0.06 * top, 1.04 * top)
        self.canvas.view_box.setRange(xRange=x, yRange=y, padding=0)
        self._soon.start()

    def toggle_number(self, number: int) -> None:
        """Ask to hide or show an optimizer."""
        self.number_toggled.emit(number)

    def step_marker(self, direction: int) -> None:
        """Ask for one step on or back."""
        self.step_wanted.emit(direction)

    def prepare_picture(self) -> None:
        """Have the ground of what is in view."""
        self._draw_ground()

    def table(self) -> Iterator[str]:
        """All points as pieces of CSV text."""
        weights = ["w"] if self._surface and self._surface.dimensions == 1 else ["w1", "w2"]
        yield ",".join(["optimizer", "learning_rate", "step", *weights, "cost"]) + "\n"
        for name, path in self._paths.items():
            for step, (point, cost) in enumerate(zip(path.points, path.costs, strict=True)):
                cells = [name, repr(path.learning_rate), str(step)]
                cells += [repr(value) for value in (*point.tolist(), float(cost))]
                yield ",".join(cells) + "\n"

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer copying and saving."""
        menu = context_menu(self, self.whole_run_by_hand, self.copy_image, self.save_as)
        menu.actions()[0].setText("&Whole surface\tHome")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the start; the frame has the other keys."""
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is None or self._surface is None:
            super().keyPressEvent(event)
            return
        share = _FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _FINE
        low, high = np.array(self._surface.view).T
        moves = np.array(arrow[: self._surface.dimensions]) * share * (high - low)
        self._want_start(np.array(self._start) + moves)

    # Inside

    def _places(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Plot coordinates (k, 2) of points (k, n): a single weight stands on its curve."""
        if self._surface is None or self._surface.dimensions == 2:
            return points
        return np.column_stack([points[:, 0], self._surface.cost(points)])

    def _draw_ground(self) -> None:
        self._soon.stop()
        self._terrain.draw(self.canvas.devicePixelRatioF())

    def _clicked(self, at: QPointF) -> None:
        self._start_before = self._start
        self._place_start(self.canvas.view_box.mapToView(at))

    def _double_clicked(self) -> None:
        # The first of the two clicks has moved the start, which nobody meant.
        if self._start_before:
            self._want_start(np.array(self._start_before))
        self.whole_run_by_hand()

    def _place_start(self, place: QPointF) -> None:
        if self._surface is not None:
            self._want_start(np.array([place.x(), place.y()])[: self._surface.dimensions])

    def _want_start(self, point: NDArray[np.float64]) -> None:
        assert self._surface is not None
        # Four digits: what is said about the start is then what it is.
        rounded = [float(f"{value:.4g}") for value in np.clip(point, *self._surface.box).tolist()]
        self.set_start(tuple(rounded))
        self.start_moved.emit(self._start)

    def _moved(self, scene_position: QPointF) -> None:
        view_box = self.canvas.view_box
        at = view_box.mapFromScene(scene_position)
        if self._surface is None or not view_box.rect().contains(at):
            self.pointed_at.emit("")
            return
        place = view_box.mapToView(at)
        point = np.array([place.x(), place.y()])[: self._surface.dimensions]
        cost = float(self._surface.cost(point))
        self.pointed_at.emit(f"{weights_text(np.round(point, 3))}: J = {cost:.4g}")
