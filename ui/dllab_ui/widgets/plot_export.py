"""Plots as pictures and tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem

from dllab_ui.widgets.axis_knots import AxisKnots
from dllab_ui.widgets.curve import Curve
from dllab_ui.widgets.plot_canvas import PlotCanvas

_ROWS = 20_000


def image(canvas: PlotCanvas, scale: float = 2.0) -> QImage:
    """The plot as it is shown, ``scale`` times as many pixels each way."""
    size = canvas.size() * scale
    picture = QImage(size, QImage.Format.Format_RGB32)
    picture.fill(canvas.backgroundBrush().color())
    _render(canvas, QPainter(picture), QRectF(0, 0, size.width(), size.height()))
    return picture


def png_bytes(canvas: PlotCanvas) -> bytes:
    """The plot as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image(canvas).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def svg_bytes(canvas: PlotCanvas, title: str) -> bytes:
    """The plot as an SVG file; its lines are those on screen, with every spike."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    # Axis texts are recorded at the screen's resolution and would come out smaller.
    generator.setResolution(canvas.logicalDpiX())
    generator.setTitle(title)
    generator.setSize(QSize(canvas.width(), canvas.height()))
    generator.setViewBox(QRect(0, 0, canvas.width(), canvas.height()))
    painter = QPainter(generator)
    area = QRectF(0, 0, canvas.width(), canvas.height())
    painter.fillRect(area, canvas.backgroundBrush())
    _render(canvas, painter, area)
    return bytes(data.data())


def csv_pieces(
    curves: Sequence[Curve], x_name: str | None = None, knots: AxisKnots | None = None
) -> Iterator[str]:
    """All points of all curves as CSV text, piece by piece, a header row first.

    One row per step at which any curve has a point; empty where a curve has none there. With
    ``knots`` a second column named ``x_name`` holds what stands on the x axis.
    """
    extra = [x_name or "x"] if knots is not None else []
    yield (
        ",".join(_quoted(name) for name in ["step", *extra, *(c.label or c.key for c in curves)])
        + "\n"
    )
    filled = [curve for curve in curves if len(curve.series)]
    if not filled:
        return
    first = min(curve.series.first_step or 0 for curve in filled)
    last = max(curve.series.last_step or 0 for curve in filled)
    for start in range(first, last + 1, _ROWS):
        rows = _table(curves, start, min(last, start + _ROWS - 1), knots)
        if rows:
            yield "\n".join(rows) + "\n"


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in place at once: a reader sees the old one or the new one, never a half."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(data)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _table(curves: Sequence[Curve], first: int, last: int, knots: AxisKnots | None) -> list[str]:
    spans = [curve.series.span(first, last) for curve in curves]
    places = [
        curve.series.steps(np.arange(start, stop))
        for curve, (start, stop) in zip(curves, spans, strict=True)
    ]
    steps = np.unique(np.concatenate(places))
    columns: list[NDArray[np.str_] | list[str]] = [steps.astype(str)]
    if knots is not None:
        columns.append([f"{x:.10g}" for x in knots.to_x(steps).tolist()])
    for curve, (start, stop), at in zip(curves, spans, places, strict=True):
        column = np.full(steps.size, "", dtype="U32")
        column[np.searchsorted(steps, at)] = curve.series.values[start:stop].astype(str)
        columns.append(column)
    return [",".join(row) for row in zip(*columns, strict=True)]


def _quoted(name: str) -> str:
    plain = not any(mark in name for mark in ',"\n')
    return name if plain else '"' + name.replace('"', '""') + '"'


def _render(canvas: PlotCanvas, painter: QPainter, area: QRectF) -> None:
    axes = (canvas.left, canvas.bottom)
    for axis in axes:
        # A cached item would be put into the file as the screen's pixels.
        axis.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    try:
        canvas.render(painter, area, canvas.rect())
    finally:
        painter.end()
        for axis in axes:
            axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
