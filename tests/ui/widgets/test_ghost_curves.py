"""Abandoned branches on the curves: on and off each, in the axis that is chosen, read by mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from dllab.training.history import HistoryView, Segment
from dllab_ui.docks.curve_feed import CurveFeed, CurveRecord
from dllab_ui.widgets.axis_knots import AxisKnots
from dllab_ui.widgets.curve_plot import CurvePlot
from timeline_records import segment


@pytest.fixture
def feed(plot: CurvePlot) -> CurveFeed:
    return CurveFeed(
        [CurveRecord(plot, "train_cost", "train cost", "train", "raw", ghost=True)], [plot]
    )


def clocked(
    branch: str, parent: str, first: int, length: int, per_step: float, at: float
) -> Segment:
    steps = np.array([first - 1, first - 1 + length])
    return segment(
        branch, parent, first, length, examples=(steps, at + per_step * (steps - first + 1))
    )


def many(count: int) -> HistoryView:
    segments = {"main": segment("main", "", 1, 100)}
    for number in range(count):
        name = f"branch-{number + 2}"
        segments[name] = segment(name, "main", 51, 20)
    return HistoryView(list(segments)[-1], segments)


def ghosts_on(plot: CurvePlot) -> set[str]:
    return {key.split(" of ")[1] for key in plot._layer.curves if " of " in key}


def test_that_the_newest_ghosts_are_shown_until_a_person_chooses(
    plot: CurvePlot, feed: CurveFeed
) -> None:
    history = many(12)
    feed.feed(history)
    shown = feed.ghosts(history)
    assert len(shown) == 12, "main and eleven branches were left"
    assert {name for name, on in shown.items() if on} == ghosts_on(plot)
    assert len(ghosts_on(plot)) == 8
    assert not shown["main"]
    feed.choose_ghost("main", True, history)
    feed.choose_ghost("branch-12", False, history)
    assert feed.ghosts(history)["main"]
    assert "main" in ghosts_on(plot)
    assert "branch-12" not in ghosts_on(plot)
    ghost = plot._layer.curves["train_cost of main"]
    assert (ghost.series.first_step, ghost.series.last_step) == (51, 100)


def test_that_a_branch_that_leads_to_the_present_whole_has_no_ghost(feed: CurveFeed) -> None:
    segments = {
        "main": segment("main", "", 1, 50), "branch-2": segment("branch-2", "main", 51, 20)
    }  # fmt: skip
    assert feed.ghosts(HistoryView("branch-2", segments)) == {}
    assert feed.ghosts(HistoryView("main", segments)) == {"branch-2": True}


def test_that_ghosts_that_stay_as_they_are_are_not_made_again(
    plot: CurvePlot, feed: CurveFeed
) -> None:
    before = many(3)
    feed.feed(before)
    kept = {b: plot._layer.curves[f"train_cost of {b}"] for b in ("main", "branch-2", "branch-3")}
    after = HistoryView(
        "branch-5", {**before.segments, "branch-5": segment("branch-5", "main", 61, 5)}
    )
    feed.feed(after)
    curves = plot._layer.curves
    assert curves["train_cost of branch-2"] is kept["branch-2"]
    assert curves["train_cost of branch-3"] is kept["branch-3"]
    assert curves["train_cost of main"] is not kept["main"], "more of it leads to the present"
    assert curves["train_cost of main"].series.first_step == 61
    assert "train_cost of branch-4" in curves


def test_that_a_ghost_has_the_clock_of_its_own_branch(plot: CurvePlot, feed: CurveFeed) -> None:
    segments = {
        # Left at 50 for mini-batches four times as large: more examples in fewer steps.
        "main": clocked("main", "", 1, 100, 10, 0),
        "branch-2": clocked("branch-2", "main", 51, 30, 40, 500),
    }
    history = HistoryView("branch-2", segments)
    feed.feed(history)
    feed.set_axis("examples", history)
    plot.draw()
    item = plot._layer._drawn["train_cost of main"].plain
    assert item._picture is not None
    assert item._picture.x[[0, -1]].tolist() == [510, 1000]
    now = plot._layer._drawn["train_cost"].plain._picture
    assert now is not None
    assert now.x[-1] == 1700
    low, high = plot.canvas.view_box.viewRange()[0]
    assert low <= 0
    assert 1700 <= high < 2200, "not as far as step 100 would be on the present branch"
    feed.set_axis("step", history)
    plot.draw()
    assert item._picture.x[[0, -1]].tolist() == [51, 100]


def test_that_the_range_holds_a_ghost_that_ends_farther(plot: CurvePlot) -> None:
    plot.add_curve("now", "now", "train", dense_from=1)
    plot.extend("now", None, np.ones(100))
    plot.add_curve("ghost", "", "ghost", dense_from=51)
    plot.extend("ghost", None, np.ones(20))
    own = AxisKnots()
    own.extend([0, 50, 70], [0, 5.0, 25.0])
    plot.set_curve_knots("ghost", own)
    plot.set_axis("epoch", ([0, 100], [0, 10.0]))
    plot.draw()
    assert plot.canvas.view_box.viewRange()[0][1] >= 25


def test_that_the_mouse_reads_a_ghost_by_its_line(plot: CurvePlot) -> None:
    plot.add_curve("now", "now", "train", dense_from=1)
    plot.extend("now", None, np.full(100, 1.0))
    plot.add_curve("ghost", "", "ghost", dense_from=51)
    plot.extend("ghost", None, np.full(50, 3.0))
    plot.set_tip("ghost", "branch-2, α too high")
    plot.draw()
    QApplication.processEvents()
    box = plot.canvas.view_box
    (low, high), (bottom, top) = box.viewRange()

    def at(step: float, value: float) -> QPointF:
        return QPointF(
            (step - low) / (high - low) * box.width(), (top - value) / (top - bottom) * box.height()
        )

    assert plot._reader.tip_at(at(80, 3.0)) == "branch-2, α too high"
    assert plot._reader.tip_at(at(80, 1.0)) == ""
    assert plot._reader.tip_at(at(20, 3.0)) == "", "it begins at its fork"
    plot.set_log_y(True)
    plot.draw()
    (low, high), (bottom, top) = box.viewRange()
    assert plot._reader.tip_at(at(80, np.log10(3.0))) == "branch-2, α too high"
    plot.set_visible("ghost", False)
    assert plot._reader.tip_at(at(80, np.log10(3.0))) == ""


def test_that_a_smoothed_ghost_is_its_average_alone(plot: CurvePlot) -> None:
    for key, label in (("now", "now"), ("ghost", "")):
        plot.add_curve(key, label, "train" if label else "ghost", dense_from=1)
        plot.extend(key, None, np.random.default_rng(0).random(200))
    item = plot._layer._drawn["ghost"].plain
    for beta, spread in ((0.9, 0.1), (0.0, 0.25), (0.9, 0.1)):
        plot.set_smoothing(beta)
        plot.draw()
        assert item.isVisible()
        assert item._picture is not None
        assert item._picture.y[50:].std() == pytest.approx(spread, rel=0.6)
        assert item._pen.color().name() == plot._theme.ghost, "not fainter still"
    assert plot._layer._drawn["now"].smooth is not None


def test_that_a_place_without_a_marker_is_a_line_until_something_is_selected(
    plot: CurvePlot,
) -> None:
    plot.add_curve("now", "now", "train", dense_from=1)
    plot.extend("now", None, np.ones(100))
    plot.add_marker(7, 40, "nudge", "a nudge")
    plot.select_marker(7)
    plot.show_place(60)
    assert (plot._markers.selected, plot._markers.place) == (None, 60)
    plot.draw()
    plot.grab()
    plot.select_marker(7)
    assert (plot._markers.selected, plot._markers.place) == (7, None)
