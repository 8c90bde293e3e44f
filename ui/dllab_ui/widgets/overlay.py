"""Base of what lies over the curves and is placed in pixels."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication


class Overlay(pg.GraphicsObject):
    """Item in the pixel coordinates of the plot area, (0, 0) its upper left corner."""

    def __init__(self, view_box: pg.ViewBox, z: float) -> None:
        super().__init__(view_box)
        self.view_box = view_box
        self.setZValue(z)
        view_box.sigResized.connect(self._follow)

    @property
    def width(self) -> float:
        """Width of the plot area in pixels."""
        return float(self.view_box.width())

    @property
    def height(self) -> float:
        """Height of the plot area in pixels."""
        return float(self.view_box.height())

    def pixel_x(self, x: float) -> float:
        """Pixel column of a plot coordinate."""
        low, high = self.view_box.viewRange()[0]
        return (x - low) / ((high - low) or 1.0) * self.width

    def pixel_y(self, y: float) -> float:
        """Pixel row of a plot coordinate."""
        low, high = self.view_box.viewRange()[1]
        return (high - y) / ((high - low) or 1.0) * self.height

    def boundingRect(self) -> QRectF:
        """The whole plot area; smaller items override it."""
        return QRectF(0, 0, self.width, self.height)

    def _follow(self, *_: object) -> None:
        self.prepareGeometryChange()
        self.update()


def small_font() -> QFont:
    """The application's font, a little smaller."""
    font = QFont(QApplication.font())
    font.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
    return font


def text_width(text: str, font: QFont) -> float:
    """Width of a text in pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)
