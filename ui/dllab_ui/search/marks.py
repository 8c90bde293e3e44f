"""How a trial is marked in the scatter plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg

from dllab.search import Trial
from dllab_ui.search.colours import ColourScale, map_colour
from dllab_ui.theme import Theme

LOST = ("diverged", "refused")
BEST_SIZE, SELECTED_SIZE = 18, 24
_SIZE, _SMALL = 10, 7


@dataclass(frozen=True)
class Point:
    """A trial with its place in the plot; ``beside`` if it belongs to the other search."""

    trial: Trial
    x: float
    y: float
    beside: bool = False


def spot(point: Point, scale: ColourScale | None, theme: Theme) -> dict[str, Any]:
    """A dot in the colour of its error; hollow if cancelled or beside; a cross if it was lost."""
    trial = point.trial
    mark: dict[str, Any] = {"pos": (point.x, point.y), "size": _SMALL if point.beside else _SIZE}
    if trial.status in LOST or trial.best_dev_error is None:
        colour = theme.ghost if point.beside else theme.danger
        return mark | {"symbol": "x", "pen": colour, "brush": colour}
    colour = map_colour(scale.share(trial.best_dev_error) if scale else 0.0, theme)
    if point.beside or trial.status == "cancelled":
        symbol = "d" if point.beside else "o"
        return mark | {"symbol": symbol, "pen": pg.mkPen(colour, width=2), "brush": theme.panel}
    return mark | {"symbol": "o", "pen": theme.muted, "brush": colour}


def ring(point: Point, size: int, colour: str) -> dict[str, Any]:
    """A ring around a dot."""
    pen, brush = pg.mkPen(colour, width=2), pg.mkBrush(None)
    return {"pos": (point.x, point.y), "symbol": "o", "size": size, "pen": pen, "brush": brush}
