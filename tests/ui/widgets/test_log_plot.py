"""The plot over a logarithmic axis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from dllab_ui.theme import DARK, LIGHT
from dllab_ui.widgets.log_plot import LogCurve, LogPlot
from dllab_ui.widgets.overlay import small_font


@pytest.fixture
def plot(qtbot: Any) -> LogPlot:
    made = LogPlot("ε", "ratio", log_y=True)
    qtbot.addWidget(made)
    made.apply_theme(LIGHT)
    made.resize(300, 200)
    made.show()
    return made


def test_that_points_lie_at_their_logarithms_and_what_has_none_is_left_out(plot: LogPlot) -> None:
    plot.show_curves([LogCurve([1e-3, 0.0, 10.0, 100.0], [0.1, 1.0, math.nan, 0.0], "train")])
    x, y = plot._curves[0][1].getData()
    np.testing.assert_allclose(x, [-3])
    np.testing.assert_allclose(y, [-1])


def test_that_everything_fits_and_a_faint_curve_does_not_decide_the_range(plot: LogPlot) -> None:
    plot.show_curves(
        [
            LogCurve([1e-6, 1.0], [1.0, 1e9], "train", faint=True),
            LogCurve([1e-6, 1.0], [1e-3, 1e-1], "train"),
        ]
    )
    (left, right), (bottom, top) = plot.view_box.viewRange()
    assert left < -6 < 0 < right
    assert bottom < -3 < -1 < top < 0
    plot.view_box.setRange(xRange=(-4, -3), yRange=(-2, -1.5), padding=0)
    plot.view_box.whole_run_wanted.emit()
    assert plot.view_box.viewRange()[0] == pytest.approx([left, right])


def test_that_nothing_to_show_is_no_error(plot: LogPlot) -> None:
    plot.show_curves([LogCurve([0.0], [1.0], "train")])
    plot.show_curves([])
    plot.grab()


def test_that_lines_come_move_and_go(plot: LogPlot) -> None:
    plot.show_curves([LogCurve([1e-6, 1.0], [0.1, 1.0], "train")])
    plot.set_mark("now", 1e-3, "now 0.001")
    plot.set_mark("found", 1.1e-3, "suggested", "best")
    assert plot.marks == {"now": (1e-3, "now 0.001"), "found": (1.1e-3, "suggested")}
    light = plot.grab().toImage()
    plot.apply_theme(DARK)
    assert plot.grab().toImage() != light
    plot.set_mark("now", None)
    plot.set_mark("found", 0.0)
    assert not plot.marks


def test_that_names_of_close_lines_stand_on_either_side(plot: LogPlot) -> None:
    plot.show_curves([LogCurve([1e-6, 1.0], [0.1, 1.0], "train")])
    plot.set_mark("found", 2e-4, "suggested 2e-4", "best")
    plot.set_mark("now", 1e-4, "now 1e-4")
    plot.grab()
    lines = plot._marks
    columns = {key: round(lines.pixel_x(math.log10(x))) for key, (x, _) in lines.lines.items()}
    chips = lines._chips(columns, small_font())
    assert chips["now"].right() < columns["now"] < columns["found"] < chips["found"].left()
    assert not any(
        chip.left() <= column <= chip.right()
        for chip in chips.values()
        for column in columns.values()
    )
