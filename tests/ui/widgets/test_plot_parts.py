"""The numbers behind a plot: series, knots, ranges, axis texts, clipping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dllab_ui.widgets.auto_range import growing_end, snapped
from dllab_ui.widgets.axes import clock, short_count, short_number
from dllab_ui.widgets.axis_knots import AxisKnots
from dllab_ui.widgets.clipping import clipped_segments
from dllab_ui.widgets.growing import GrowingArray
from dllab_ui.widgets.series import Series


def test_that_a_view_of_a_growing_array_stays_as_it_was() -> None:
    array = GrowingArray(capacity=2)
    array.extend([1.0, 2.0])
    view = array.view
    array.extend(np.arange(100.0))
    np.testing.assert_array_equal(view, [1.0, 2.0])
    assert len(array) == 102


@pytest.mark.parametrize("dense", [True, False])
def test_that_a_series_finds_steps_and_neighbours(dense: bool) -> None:
    series = Series(5 if dense else None)
    series.extend(None if dense else [5, 6, 7, 8], [1.0, 2.0, 3.0, 4.0])
    assert (series.first_step, series.last_step) == (5, 8)
    assert series.span(5.5, 7.0) == (1, 3)
    assert series.span(-10, 100) == (0, 4)
    assert series.span(100, 200) == (4, 4)
    assert series.nearest(6.6) == 2
    assert series.nearest(-3) == 0
    assert series.nearest(99) == 3


def test_that_steps_must_increase() -> None:
    series = Series(None)
    series.extend([3], [1.0])
    for steps in ([3], [2], [5, 5], [6, 7, 8]):
        with pytest.raises(ValueError, match="increase"):
            series.extend(steps, [0.0] * (2 if len(steps) > 1 else 1))
    with pytest.raises(ValueError, match="needs the step"):
        series.extend(None, [1.0])
    with pytest.raises(ValueError, match="counts its steps"):
        Series(0).extend([1], [1.0])


@given(steps=st.lists(st.floats(-50, 250), min_size=1))
def test_that_knots_lead_there_and_back(steps: list[float]) -> None:
    knots = AxisKnots()
    knots.extend([0, 10, 100], [0.0, 5.0, 20.0])
    knots.extend([100, 200], [20.0, 90.0])
    assert len(knots) == 4
    np.testing.assert_allclose(knots.to_step(knots.to_x(steps)), steps, atol=1e-6)


def test_that_knots_are_continued_and_too_few_change_nothing() -> None:
    knots = AxisKnots()
    assert knots.to_x([7.0])[0] == 7
    knots.extend([0, 10], [0.0, 1.0])
    assert knots.to_x([30.0])[0] == pytest.approx(3.0)


@given(last=st.integers(1, 10**9))
def test_that_the_end_of_x_leaves_little_empty(last: int) -> None:
    end = growing_end(0, last)
    assert last <= end <= 1.25 * last


@given(low=st.floats(-1e6, 1e6), span=st.floats(1e-6, 1e6))
def test_that_a_snapped_range_holds_its_values_and_itself(low: float, span: float) -> None:
    high = low + span
    first = snapped(low, high)
    assert first[0] <= low
    assert high <= first[1]
    assert snapped(low, high, first) == first


def test_that_air_never_reaches_below_zero_for_costs() -> None:
    assert snapped(0.001, 3.0)[0] == 0.0
    assert snapped(-1.0, 3.0)[0] < -1


def test_that_axis_texts_are_short() -> None:
    assert short_count(5000, 5000, 20_000) == "5k"
    assert short_count(5000, 1000, 6000) == "5,000"
    assert short_count(1.5e6, 5e5, 2e6) == "1.5M"
    assert short_number(3e-5) == "3e-5"
    assert clock(3750) == "1:02:30"
    assert clock(65) == "1:05"


def test_that_lines_are_cut_at_the_edges() -> None:
    cut = clipped_segments(
        np.array([-1.0, 3.0, np.nan, 0.5, 0.5]),
        np.array([0.5, 0.5, 0.5, -2.0, 0.25]),
        (0.0, 1.0, 0.0, 1.0),
    )
    np.testing.assert_allclose(cut, [[0, 0.5, 1, 0.5], [0.5, 0, 0.5, 0.25]])
    outside = clipped_segments(np.array([2.0, 3.0]), np.array([2.0, 3.0]), (0, 1, 0, 1))
    assert outside.shape == (0, 4)
