"""What lies on the plane of two inputs: soft regions, the line between them, points."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from dllab_ui.theme import Theme

Array = npt.NDArray[Any]

# How much of a class's colour lies on the ground where it barely wins, and where it is certain.
_FAINTEST, _STRONGEST = 0.10, 0.34
DOT, DIAMOND, RING = 6.0, 8.5, 14.0


def region_colours(probabilities: Array, theme: Theme) -> npt.NDArray[np.uint8]:
    """Colours (h, w, 4) as blue, green, red, alpha: the likeliest class, softer where unsure.

    Probabilities are (h, w, C); a cell where they are not finite keeps the ground's colour.
    """
    classes = probabilities.shape[-1]
    # One entry that is not finite spoils the sum.
    finite = np.isfinite(probabilities.sum(axis=-1))
    known = np.where(finite[..., np.newaxis], probabilities, 0.0)
    winner = known.argmax(axis=-1)
    certainty = np.clip((known.max(axis=-1) - 1 / classes) / (1 - 1 / classes), 0, 1)
    share = np.where(finite, _FAINTEST + (_STRONGEST - _FAINTEST) * certainty, 0.0)
    ground = np.array(_bgr(theme.panel), np.float64)
    hues = np.array([_bgr(theme.class_colour(c)) for c in range(classes)], np.float64)
    image = np.empty((*winner.shape, 4), np.uint8)
    image[..., :3] = ground + (hues[winner] - ground) * share[..., np.newaxis] + 0.5
    image[..., 3] = 255
    return image


class RegionItem(pg.GraphicsObject):
    """An image stretched over a rectangle, smoothly."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._kept: Array | None = None
        self._where = QRectF()
        self.setZValue(-200)

    def show_image(self, image: npt.NDArray[np.uint8] | None, where: QRectF) -> None:
        """Show colours (h, w, 4), row 0 at the low end of y, or nothing."""
        self.prepareGeometryChange()
        # The image only points at the array's memory.
        self._kept = None if image is None else np.ascontiguousarray(image)
        if self._kept is None:
            self._image = QImage()
        else:
            height, width = self._kept.shape[:2]
            self._image = QImage(
                self._kept.data, width, height, 4 * width, QImage.Format.Format_RGB32
            )
        self._where = where
        self.update()

    def boundingRect(self) -> QRectF:
        """The rectangle."""
        return self._where

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the image."""
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._where, self._image)


class LinesItem(pg.GraphicsObject):
    """Separate line segments of one opaque pixel, doubled for weight."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[QLineF] = []
        self._where = QRectF()
        self._pen = QPen()
        self.setZValue(25)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colour of text."""
        self._pen = QPen(QColor(theme.text))
        self._pen.setCosmetic(True)
        self.update()

    def show_lines(self, lines: Array, where: QRectF) -> None:
        """Show segments (n, 2, 2) that lie in a rectangle."""
        self.prepareGeometryChange()
        self._lines = [QLineF(*line) for line in lines.reshape(-1, 4).tolist()]
        self._where = where
        self.update()

    def boundingRect(self) -> QRectF:
        """The rectangle."""
        return self._where

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the segments."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        painter.drawLines(self._lines)
        right, up = self.pixelVectors()
        if right is not None and up is not None:
            painter.translate(0.6 * right.x(), 0.6 * up.y())
            painter.drawLines(self._lines)


class PointsItem(pg.ScatterPlotItem):
    """Examples coloured by class. ``mark`` is ``o``, ``d`` or, an empty circle, ``ring``."""

    def __init__(self, mark: str, z: float) -> None:
        super().__init__(pxMode=True, antialias=True)
        self._mark = mark
        self._X: Array = np.empty((0, 2))
        self._y: Array = np.empty(0, np.intp)
        self._theme: Theme | None = None
        self._share = 1.0
        self.setZValue(z)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.show_points(self._X, self._y)

    def set_share(self, share: float) -> None:
        """Draw marks at a share (0 … 1) of their full size, where many points are close."""
        if abs(share - self._share) > 0.02:
            self._share = share
            self.show_points(self._X, self._y)

    def show_points(self, X: Array, y: Array | None = None) -> None:
        """Show points (m, 2), of classes (m,) if they have any."""
        self._X, self._y = X, np.zeros(len(X), np.intp) if y is None else y
        theme = self._theme
        if theme is None:
            return
        if self._mark == "ring":
            pen = pg.mkPen(theme.text)
            self.setData(X[:, 0], X[:, 1], symbol="o", size=self._share * RING, pen=pen, brush=None)
            return
        size = self._share * (DOT if self._mark == "o" else DIAMOND)
        brushes = [
            pg.mkBrush(theme.class_colour(c)) for c in range(int(max(self._y, default=0)) + 1)
        ]
        edge = pg.mkPen(theme.panel if self._mark == "o" else theme.text)
        self.setData(
            X[:, 0], X[:, 1], symbol=self._mark, size=size,
            pen=edge, brush=[brushes[c] for c in self._y],
        )  # fmt: skip


class CurveItems:
    """Curves over one input, as many as there are outputs."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        self._view_box = view_box
        self._curves: list[pg.PlotDataItem] = []
        self._theme: Theme | None = None

    def show_curves(self, x: Array, columns: Array) -> None:
        """Show each column of (n, k) over x (n,); none with k = 0."""
        while len(self._curves) > columns.shape[1]:
            self._view_box.removeItem(self._curves.pop())
        while len(self._curves) < columns.shape[1]:
            curve = pg.PlotDataItem(antialias=True)
            curve.setZValue(30)
            self._view_box.addItem(curve, ignoreBounds=True)
            self._curves.append(curve)
            self._colour()
        for curve, values in zip(self._curves, columns.T, strict=True):
            curve.setData(x, values)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme: one curve that of text, several those of their classes."""
        self._theme = theme
        self._colour()

    def _colour(self) -> None:
        if self._theme is not None:
            for index, curve in enumerate(self._curves, start=1):
                one = len(self._curves) == 1
                curve.setPen(self._theme.text if one else self._theme.class_colour(index))


def _bgr(colour: str) -> tuple[int, int, int]:
    c = QColor(colour)
    return c.blue(), c.green(), c.red()
