"""The legend: out of the way of the curves, and calm."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dllab_ui.widgets.curve_plot import CurvePlot


def shown(qtbot: QtBot, plot: CurvePlot, height: int = 300) -> CurvePlot:
    qtbot.addWidget(plot)
    plot.resize(640, height)
    plot.show()
    qtbot.waitExposed(plot)
    plot.add_curve("train", "train cost", "train", dense_from=1)
    return plot


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    return shown(qtbot, CurvePlot("cost", "cost J"))


def box(plot: CurvePlot) -> QRectF:
    return plot._legend.mapRectToScene(plot._legend.boundingRect())


def look(plot: CurvePlot, values: object, qtbot: QtBot) -> QRectF:
    """Give the curve more points, and wait until the legend has had its look at them."""
    plot.extend("train", None, np.asarray(values, float))
    plot.draw()
    qtbot.waitUntil(lambda: not plot._clearing.isActive())
    QApplication.processEvents()
    return box(plot)


def test_that_the_legend_stays_while_it_hides_nothing(plot: CurvePlot, qtbot: QtBot) -> None:
    before = box(plot)

    assert look(plot, np.linspace(2.0, 0.1, 1000), qtbot) == before
    assert look(plot, np.full(1000, 0.1), qtbot) == before


def test_that_the_legend_makes_room_for_what_a_nudge_did(plot: CurvePlot, qtbot: QtBot) -> None:
    before = look(plot, np.linspace(2.0, 0.1, 1000), qtbot)

    after = look(plot, np.full(120, 1.9), qtbot)

    assert not after.intersects(before)
    assert plot.canvas.view_box.sceneBoundingRect().contains(after)
    assert look(plot, np.full(60, 1.9), qtbot) == after


def test_that_the_legend_keeps_still_under_the_mouse(plot: CurvePlot, qtbot: QtBot) -> None:
    before = look(plot, np.linspace(2.0, 0.1, 1000), qtbot)
    middle = plot.canvas.view_box.mapToScene(QPointF(40, 100))
    plot._reader._moved(middle)

    assert look(plot, np.full(120, 1.9), qtbot) == before

    plot.canvas.left_by_mouse.emit()
    qtbot.waitUntil(lambda: not plot._clearing.isActive())
    assert box(plot) != before


def test_that_hidden_curves_do_not_move_the_legend(plot: CurvePlot, qtbot: QtBot) -> None:
    before = look(plot, np.linspace(2.0, 0.1, 1000), qtbot)
    plot.set_visible("train", False)

    assert look(plot, np.full(120, 1.9), qtbot) == before


def test_that_a_legend_below_covers_no_point_and_hides_by_a_click(qtbot: QtBot) -> None:
    strip = shown(qtbot, CurvePlot("knobs", "knobs", legend_below=True), 110)
    strip.add_curve("second", "a knob with a rather long name", "dev", style="step")
    strip.extend("second", [1], [1.0])
    look(strip, np.full(150, 0.5), qtbot)

    area = strip.canvas.view_box.sceneBoundingRect()
    assert not box(strip).intersects(area)
    assert strip.canvas.sceneRect().contains(box(strip))
    name = strip.canvas.bottom.label
    assert not box(strip).intersects(name.mapRectToScene(name.boundingRect()))

    at = QPointF(box(strip).right() - 30, box(strip).center().y())
    viewport = strip.canvas.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=strip.canvas.mapFromScene(at))
    assert not strip._layer.curves["second"].visible
    assert strip._layer.curves["train"].visible


def test_that_many_names_below_share_the_room(qtbot: QtBot) -> None:
    strip = shown(qtbot, CurvePlot("knobs", "knobs", legend_below=True), 110)
    for number in range(8):
        strip.add_curve(f"knob {number}", f"a knob with a long name {number}", "dev")
    look(strip, [1.0], qtbot)

    name = strip.canvas.bottom.label
    assert not box(strip).intersects(name.mapRectToScene(name.boundingRect()))
    assert strip.canvas.sceneRect().contains(box(strip))

    strip.set_axis("time", ([0, 100], [0.0, 50.0]))
    strip.draw()
    assert not box(strip).intersects(name.mapRectToScene(name.boundingRect()))
