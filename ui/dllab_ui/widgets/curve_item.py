"""Draws the points of one curve."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPainterPath, QPen, QTransform

from dllab_ui.widgets.clipping import clipped_segments
from dllab_ui.widgets.curve import Picture
from dllab_ui.widgets.view_item import ViewItem

_DOT = 5
_DASHES = [6.0, 4.0]
_ROOM_PER_DOT = 7


class CurveItem(ViewItem):
    """A line of one opaque pixel, or of two, with dots where there is room.

    A line of two pixels is drawn as one of one pixel, twice: Qt's wide pens are a hundred times
    slower on noisy curves.
    """

    def __init__(self, view_box: pg.ViewBox, z: float, wide: bool, dots: bool) -> None:
        super().__init__(view_box, z)
        self._wide, self._dots = wide, dots
        # For short curves only: dashes are laid along the whole of a path.
        self.dashed = False
        self._path = QPainterPath()
        self._picture: Picture | None = None
        self._pen = QPen()

    @property
    def picture(self) -> Picture | None:
        """What it draws."""
        return self._picture

    def set_colour(self, colour: str) -> None:
        """Take a colour, ``#rrggbb``."""
        self._pen = QPen(QColor(colour))
        self._pen.setCosmetic(True)
        if self.dashed:
            self._pen.setDashPattern(_DASHES)
        self.update()

    def set_wide(self, wide: bool) -> None:
        """Choose between one and two pixels."""
        if wide != self._wide:
            self._wide = wide
            self.update()

    def set_picture(self, picture: Picture, changed_from: float | None) -> None:
        """Show new points. With ``changed_from`` only what lies right of that x is repainted."""
        finite = bool(np.isfinite(picture.y).all())
        self._path = pg.arrayToQPath(
            picture.x, picture.y, connect="all" if finite else "finite", finiteCheck=not finite
        )
        self._picture = picture
        if changed_from is None:
            self.update()
            return
        view = self._view_box.viewRect()
        margin = 4 * view.width() / max(1.0, self._view_box.width())
        left = max(view.left(), changed_from - margin)
        if left < view.right():
            self.update(QRectF(left, view.top(), view.right() - left, view.height()))

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw line and dots."""
        if self._picture is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._paint_vectors(painter)
        else:
            self._paint_pixels(painter)
        if self._dots:
            self._paint_dots(painter)

    def _paint_pixels(self, painter: QPainter) -> None:
        painter.setPen(self._pen)
        plain = painter.worldTransform()
        ratio = painter.device().devicePixelRatioF()
        dots = max(1, round(ratio * self._scale(painter)))
        # A cosmetic pen is one pixel of the device: pictures and fine screens need several.
        shifts = [(across, 0) for across in range(dots)]
        shifts += [(0, down) for down in range(1, dots * (2 if self._wide else 1))]
        for across, down in shifts:
            shift = QTransform.fromTranslate(across / ratio, down / ratio)
            painter.setWorldTransform(plain * shift)
            painter.drawPath(self._path)
        painter.setWorldTransform(plain)

    def _paint_vectors(self, painter: QPainter) -> None:
        assert self._picture is not None
        (left, right), (bottom, top) = self._view_box.viewRange()
        cut = clipped_segments(self._picture.x, self._picture.y, (left, right, bottom, top))
        pen = QPen(self._pen)
        pen.setWidthF(2.0 if self._wide else 1.0)
        painter.setPen(pen)
        painter.drawLines([QLineF(*line) for line in cut.tolist()])

    def _paint_dots(self, painter: QPainter) -> None:
        assert self._picture is not None
        x, y = self._picture.x, self._picture.y
        (left, right), (bottom, top) = self._view_box.viewRange()
        seen = (x >= left) & (x <= right)
        # Without room only a lone point is marked: its line has no length to be seen by.
        if np.count_nonzero(seen) * _ROOM_PER_DOT > self._view_box.width() and x.size > 1:
            return
        plain, scale = painter.worldTransform(), self._scale(painter)
        side, colour = _DOT * scale, self._pen.color()
        painter.setWorldTransform(QTransform())
        seen &= (y >= bottom) & (y <= top)
        lefts = np.round(plain.m11() * x[seen] + plain.dx() - side / 2 + 0.5)
        tops = np.round(plain.m22() * y[seen] + plain.dy() - side / 2 + 0.5)
        corners = zip(lefts.tolist(), tops.tolist(), strict=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRects([QRectF(left, top, side, side) for left, top in corners])
        painter.setWorldTransform(plain)

    def _scale(self, painter: QPainter) -> float:
        """Units of the painter per pixel on screen: 1 but for pictures."""
        width = self._view_box.viewRect().width() * painter.worldTransform().m11()
        return width / max(1.0, self._view_box.width())
