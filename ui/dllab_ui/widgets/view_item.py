"""Something drawn over the whole visible part of a plot."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg


class ViewItem(pg.GraphicsObject):
    """Is as large as the view and follows it; what it draws has no influence on the ranges."""

    def __init__(self, view_box: pg.ViewBox, depth: float) -> None:
        super().__init__()
        self._view_box = view_box
        self.setZValue(depth)
        view_box.addItem(self, ignoreBounds=True)

    def viewRangeChanged(self, *_: object) -> None:
        """Follow the view; pyqtgraph's hook."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> Any:
        """The visible part of the plot."""
        return self._view_box.viewRect()
