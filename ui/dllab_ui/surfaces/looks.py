"""How each optimizer looks, the same on the surface, in the lists and on the cost plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from dllab.surfaces import Path
from dllab_ui.theme import Theme

Shape = Literal["disc", "square", "up", "down", "diamond", "pentagon"]

_CORNERS: dict[Shape, tuple[tuple[float, float], ...]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "up": ((0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
    "down": ((0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)),
    "diamond": ((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)),
    "pentagon": ((0.0, -1.1), (1.05, -0.34), (0.65, 0.9), (-0.65, 0.9), (-1.05, -0.34)),
}


@dataclass(frozen=True)
class Look:
    """Name in words, a colour for each theme and a marker's shape.

    Hues follow Okabe and Ito; where two rules came too near for colour-blind eyes another was
    taken (a test measures it).
    """

    name: str
    light: str
    dark: str
    shape: Shape

    def colour(self, theme: Theme) -> str:
        """The colour on a theme."""
        return self.dark if theme.dark else self.light


_LOOKS: dict[str, Look] = {
    "gradient_descent": Look("gradient descent", "#1a1f26", "#f2f4f7", "disc"),
    "momentum": Look("momentum", "#c24a00", "#ff8f50", "square"),
    "nesterov": Look("Nesterov", "#7a2be0", "#f7ee6a", "diamond"),
    "rmsprop": Look("RMSprop", "#00745a", "#2fcf9f", "up"),
    "adam": Look("Adam", "#0057a8", "#5cb8ee", "down"),
    "adamw": Look("AdamW", "#a03a85", "#ffb3d1", "pentagon"),
}


def look_of(optimizer: str) -> Look:
    """The look of an optimizer; a rule without one is grey."""
    known = _LOOKS.get(optimizer)
    return known or Look(optimizer.replace("_", " "), "#55606d", "#a0aab6", "disc")


def outcome_words(path: Path, step: int) -> str:
    """How a path stands at a step: ``diverged at step 6``, ``there at step 58``, ``J = 0.28``."""
    if path.diverged_at is not None and step >= path.diverged_at:
        return f"diverged at step {path.diverged_at}"
    if path.arrived_at is not None and step >= path.arrived_at:
        return f"there at step {path.arrived_at}"
    return f"J = {path.costs[min(step, len(path.costs) - 1)]:.2g}"


def draw_marker(
    painter: QPainter, shape: Shape, at: QPointF, radius: float, colour: str, edge: str
) -> None:
    """Draw a filled marker with an edge in the colour of the ground."""
    painter.setPen(QPen(QColor(edge), 1.2))
    painter.setBrush(QColor(colour))
    if shape == "disc":
        painter.drawEllipse(at, radius, radius)
        return
    corners = [QPointF(at.x() + radius * x, at.y() + radius * y) for x, y in _CORNERS[shape]]
    painter.drawPolygon(QPolygonF(corners))


def swatch(optimizer: str, theme: Theme, ratio: float) -> QPixmap:
    """A sample of line and marker, for a list; ``ratio`` is the device's pixels per pixel."""
    width, height = 30, 14
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    look = look_of(optimizer)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(look.colour(theme)), 2))
    painter.drawLine(QPointF(1, height / 2), QPointF(width - 1, height / 2))
    middle = QPointF(width / 2, height / 2)
    draw_marker(painter, look.shape, middle, 4.2, look.colour(theme), theme.panel)
    painter.end()
    return picture
