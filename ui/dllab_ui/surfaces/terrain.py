"""The ground under the paths: a surface as shaded isolines, or the curve of a single weight."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from dllab.surfaces.surface import Surface
from dllab_ui.theme import Theme, mixed
from dllab_ui.widgets.view_item import ViewItem

_SHADES, _INKS = 256, 16
_MOST_PIXELS = 1_600_000
# Isolines closer than this many to the pixel fade, first of all far up steep walls.
_DENSE, _TOO_DENSE = 0.12, 0.30


def shaded(surface: Surface, view: QRectF, columns: int, rows: int, theme: Theme) -> QImage:
    """A picture of a surface of two weights, lowest row first.

    Parameters
    ----------
    view:
        The part of the surface that is shown, in weights.
    columns, rows:
        Size in pixels.
    """
    points = np.empty((rows, columns, 2))
    points[..., 0] = view.left() + (np.arange(columns) + 0.5) * view.width() / columns
    points[..., 1] = view.top() + (np.arange(rows)[:, None] + 0.5) * view.height() / rows
    heights = surface.heights(points).astype(np.float32)
    shades = np.minimum(heights * np.float32((_SHADES - 1) / _top(surface)), _SHADES - 1)
    inks = _isolines(heights) * np.float32(_INKS - 1) + np.float32(0.5)
    colours = _colours(theme)
    pixels = colours[shades.astype(np.uint8), inks.astype(np.uint8)]
    made = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
    # The array goes away with this call; the picture stays.
    return made.copy()


def _isolines(heights: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much ink each pixel gets, 0 … 1: a line about a pixel wide at every whole height."""
    slope = np.full_like(heights, 1e-12)
    across, down = np.diff(heights, axis=1), np.diff(heights, axis=0)
    slope[:, :-1] += np.abs(across)
    # The sum of both parts, brought back to the length where both are alike: within 8 %.
    slope[:-1] = np.maximum(slope[:-1], np.abs(down)) + 0.41 * np.minimum(slope[:-1], np.abs(down))
    nearest = np.rint(heights)
    ink = np.clip(1.15 - np.abs(heights - nearest) / slope, 0, 1)
    ink *= np.clip((_TOO_DENSE - slope) / (_TOO_DENSE - _DENSE), 0, 1)
    ink[nearest < 1] = 0
    seen: NDArray[np.float32] = ink.astype(np.float32, copy=False)
    return seen


def _top(surface: Surface) -> float:
    """The height at which the shading ends: that of the highest corner looked at."""
    corners = np.stack(np.meshgrid(*surface.view), axis=-1)
    return float(surface.heights(corners).max())


@lru_cache(maxsize=4)
def _colours(theme: Theme) -> NDArray[np.uint32]:
    """What a pixel of a shade and an amount of ink looks like, (256, 16), as 0xffrrggbb."""
    low, high, ink = (
        _parts(colour)
        for colour in (
            mixed(theme.accent, theme.panel, 0.34 if theme.dark else 0.30),
            theme.panel,
            mixed(theme.accent, theme.panel, 0.62 if theme.dark else 0.55),
        )
    )
    share = np.linspace(0, 1, _SHADES)[:, None, None] ** 0.8
    inked = np.linspace(0, 1, _INKS)[None, :, None]
    ground = low + share * (high - low)
    red, green, blue = np.moveaxis(np.rint(ground + inked * (ink - ground)), -1, 0)
    colours: NDArray[np.uint32] = (0xFF000000 + red * 65536 + green * 256 + blue).astype(np.uint32)
    return colours


def _parts(colour: str) -> NDArray[np.float64]:
    parts = QColor(colour)
    return np.array([parts.red(), parts.green(), parts.blue()], np.float64)


class Terrain(ViewItem):
    """The ground of a plot, made anew for every view."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__(view_box, -50)
        self._surface: Surface | None = None
        self._theme: Theme | None = None
        self._image: QImage | None = None
        self._place = QRectF()
        self._profile = QPainterPath()

    def show_surface(self, surface: Surface, theme: Theme) -> None:
        """Take another surface or theme; `draw` makes the picture."""
        self._surface, self._theme = surface, theme
        self._image, self._profile = None, QPainterPath()

    def draw(self, pixels_per_pixel: float) -> None:
        """Make the picture for what is in view now."""
        if self._surface is None or self._theme is None:
            return
        view = self._view_box.viewRect()
        if self._surface.dimensions == 1:
            x = np.linspace(view.left(), view.right(), 400)
            self._profile = pg.arrayToQPath(x, self._surface.cost(x[:, None]))
        else:
            width, height = self._view_box.width(), self._view_box.height()
            if width < 2 or height < 2:
                return
            scale = min(pixels_per_pixel, (_MOST_PIXELS / (width * height)) ** 0.5)
            columns, rows = max(2, round(width * scale)), max(2, round(height * scale))
            self._image = shaded(self._surface, view, columns, rows, self._theme)
            self._place = QRectF(view)
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the picture, or the curve."""
        if self._image is not None:
            painter.drawImage(self._place, self._image)
        elif self._theme is not None:
            pen = QPen(QColor(self._theme.ghost), 2)
            pen.setCosmetic(True)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(pen)
            painter.drawPath(self._profile)
