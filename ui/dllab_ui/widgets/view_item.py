"""Something drawn over the whole visible part of a plot."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtWidgets import QGraphicsObject


class ViewItem(QGraphicsObject):
    """Is as large as the view and follows it; what it draws has no influence on the ranges.

    Not one of pyqtgraph's items: those keep signals and caches of their own, and a session with
    many ghosts has dozens of curves.
    """

    def __init__(self, view_box: pg.ViewBox, depth: float) -> None:
        super().__init__()
        self._view_box = view_box
        self.setZValue(depth)
        view_box.addItem(self, ignoreBounds=True)
        view_box.sigRangeChanged.connect(self._follow)

    def take_away(self) -> None:
        """Leave the plot for good."""
        self._view_box.sigRangeChanged.disconnect(self._follow)
        self._view_box.removeItem(self)

    def _follow(self, *_: object) -> None:
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> Any:
        """The visible part of the plot."""
        return self._view_box.viewRect()
