"""The application's own icons: line drawings in one colour, tinted by the theme."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dllab_ui.theme import Theme

_SIZES = (16, 20, 24, 32, 40, 48, 64)


@lru_cache
def _drawing(name: str) -> bytes:
    return files("dllab_resources").joinpath("icons", f"{name}.svg").read_bytes()


@lru_cache(maxsize=1024)
def _picture(name: str, colour: str, size: int) -> QPixmap:
    drawing = _drawing(name).replace(b"currentColor", colour.encode())
    renderer = QSvgRenderer(QByteArray(drawing))
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    return picture


def icon(name: str, theme: Theme, colour: str = "text") -> QIcon:
    """An icon in a colour role of the theme, greyed when its control is disabled."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(_picture(name, theme.colour(colour), size), QIcon.Mode.Normal)
        made.addPixmap(_picture(name, theme.disabled, size), QIcon.Mode.Disabled)
    return made
