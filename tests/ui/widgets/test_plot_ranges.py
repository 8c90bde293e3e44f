"""What a plot takes into the range of y by itself, when not everything is worth it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from dllab_ui.widgets.curve_plot import CurvePlot


def shown(plot: CurvePlot) -> tuple[float, float]:
    plot.draw()
    QApplication.processEvents()
    low, high = plot.canvas.view_box.viewRange()[1]
    return float(low), float(high)


def add_run(plot: CurvePlot, values: object) -> None:
    plot.add_curve("train", "train cost", "train", style="raw", dense_from=1)
    plot.extend("train", None, np.asarray(values, float))


def add_ghost(plot: CurvePlot, values: object, first: int = 501, colour: str = "ghost") -> None:
    plot.add_curve("ghost", "", colour, style="raw", dense_from=first, in_legend=False)
    plot.extend("ghost", None, np.asarray(values, float))


@pytest.mark.parametrize("colour", ["ghost", "muted"])
@pytest.mark.parametrize("height", [800.0, 1e30])
def test_that_a_ghost_that_exploded_does_not_flatten_the_run(
    plot: CurvePlot, height: float, colour: str
) -> None:
    add_run(plot, np.linspace(0.8, 0.05, 800))
    add_ghost(plot, [0.1, height, 30.0], colour=colour)

    low, high = shown(plot)

    assert low == 0.0
    assert 0.8 <= high < 1.2


def test_that_a_ghost_is_wholly_in_view_while_it_is_like_the_run(plot: CurvePlot) -> None:
    add_run(plot, np.linspace(0.8, 0.4, 800))
    add_ghost(plot, [0.4, 1.5, 0.01])

    low, high = shown(plot)

    assert low <= 0.01
    assert high >= 1.5


def test_that_a_run_of_one_point_has_its_ghost_beside_it(plot: CurvePlot) -> None:
    add_run(plot, [2.3])
    add_ghost(plot, np.linspace(2.4, 0.05, 500), first=1)

    low, high = shown(plot)

    assert low <= 0.05
    assert high >= 2.4


def test_that_ghosts_alone_are_shown_whole(plot: CurvePlot) -> None:
    add_run(plot, [])
    add_ghost(plot, [0.1, 800.0])

    assert shown(plot)[1] >= 800.0


def test_that_on_a_log_axis_a_ghost_takes_no_more_decades_than_the_run(plot: CurvePlot) -> None:
    add_run(plot, np.geomspace(1.0, 0.01, 800))
    add_ghost(plot, [1e-9, 10.0])
    plot.set_log_y(True)

    low, high = shown(plot)

    assert -3.0 < low <= -2.0
    assert 1.0 <= high < 2.0


def test_that_a_twin_gets_more_room_than_a_ghost_but_leaves_the_run_some(plot: CurvePlot) -> None:
    add_run(plot, np.linspace(0.8, 0.05, 800))
    plot.add_curve("twin", "dev cost of the twin", "twin", style="dashes")
    plot.extend("twin", [600, 700], [0.1, 3.5])
    assert shown(plot)[1] >= 3.5

    plot.extend("twin", [750], [1e6])

    assert shown(plot)[1] < 1.2


def test_that_a_spike_of_the_run_itself_stays_in_view(plot: CurvePlot) -> None:
    add_run(plot, [0.8, 0.1, 800.0, 0.1])

    assert shown(plot)[1] >= 800.0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", [[1.0, 1e-3, 1e308], [1.5e308, 1.6e308], [1e308], [1e-308, 1.0]])
def test_that_a_log_axis_takes_values_at_the_end_of_what_there_is(
    plot: CurvePlot, values: list[float]
) -> None:
    plot.add_curve("train", "train cost", "train", dense_from=1, dtype=np.float64)
    plot.extend("train", None, np.array(values))
    plot.set_log_y(True)
    assert shown(plot)[1] >= np.log10(max(values))

    axis = plot.canvas.left
    assert len(axis.tickStrings(axis.major_ticks(), 1.0, 1.0)) == len(axis.major_ticks())
    assert axis.tickStrings(list(np.array([308.0, 309.0])), 1.0, 1.0) == ["1e308", "1e309"]
    for low, high in ((308.5, 309.0), (308.0, 308.1), (300.0, 320.0)):
        (_, ticks), *_ = axis.tickValues(low, high, 200)
        axis.tickStrings(ticks, 1.0, 1.0)
