"""Decimation that loses no spike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab_ui.widgets.pyramid import MinMaxPyramid


def built(values: np.ndarray, pieces: int = 1, dtype: type = np.float64) -> MinMaxPyramid:
    pyramid = MinMaxPyramid(dtype)
    for piece in np.array_split(values, pieces):
        pyramid.append(piece)
    return pyramid


def test_that_every_spike_survives_decimation() -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=100_003)
    spikes = random.choice(values.size, 40, replace=False)
    values[spikes] += np.where(np.arange(40) % 2, 100.0, -100.0)
    index, drawn = built(values, pieces=97).bins(0, values.size, 1000)
    assert set(spikes) <= set(index.tolist())
    assert drawn.size <= 2 * 1000 + 4
    np.testing.assert_array_equal(drawn, values[index])
    assert (np.diff(index) >= 0).all()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_that_each_stretch_has_its_own_extremes(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 3000))
    start = data.draw(st.integers(0, size - 1))
    stop = data.draw(st.integers(start + 1, size))
    pieces = data.draw(st.integers(1, 50))
    random = np.random.default_rng(size)
    values = random.normal(size=size)
    values[random.random(size) < data.draw(st.sampled_from([0.0, 0.1, 0.9]))] = np.nan
    values[random.random(size) < 0.02] = np.inf
    pyramid = built(values, pieces)
    inside = values[start:stop]
    finite = inside[np.isfinite(inside)]
    positive = finite[finite > 0]
    expected = [
        finite.min() if finite.size else np.nan,
        finite.max() if finite.size else np.nan,
        positive.min() if positive.size else np.nan,
    ]
    np.testing.assert_array_equal(pyramid.extremes(start, stop), expected)
    for above_zero in (False, True):
        index, drawn = pyramid.bins(start, stop, 20, positive=above_zero)
        assert index[0] >= start
        assert index[-1] < stop
        assert (np.diff(index) >= 0).all()
        shown = drawn[np.isfinite(drawn)]
        wanted = positive if above_zero else finite
        if wanted.size:
            assert shown.min() == wanted.min()
            assert shown.max() == wanted.max()
        else:
            assert not shown.size


def test_that_a_short_series_comes_back_whole() -> None:
    values = np.array([3.0, np.nan, -1.0])
    index, drawn = built(values).bins(0, 3, 100)
    np.testing.assert_array_equal(index, [0, 1, 2])
    np.testing.assert_array_equal(drawn, values)


def test_that_an_empty_series_has_nothing_to_draw() -> None:
    index, drawn = MinMaxPyramid().bins(0, 10, 100)
    assert index.size == 0
    assert drawn.size == 0
    assert np.isnan(MinMaxPyramid().extremes()).all()


def test_that_bins_do_not_move_when_points_are_added() -> None:
    values = np.random.default_rng(2).normal(size=40_000)
    pyramid = built(values[:39_000])
    before, _ = pyramid.bins(0, 39_000, 1000)
    pyramid.append(values[39_000:])
    after, _ = pyramid.bins(0, 40_000, 1000)
    np.testing.assert_array_equal(before[:1000], after[:1000])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_pieces_build_the_same_pyramid_as_one_append(dtype: type) -> None:
    values = np.random.default_rng(3).normal(size=5_000).astype(dtype)
    one, many = built(values, 1, dtype), built(values, 1234, dtype)
    for result, expected in zip(many.bins(7, 4_999, 50), one.bins(7, 4_999, 50), strict=True):
        np.testing.assert_array_equal(result, expected)
