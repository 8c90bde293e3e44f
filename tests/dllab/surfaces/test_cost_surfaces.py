"""The surfaces are what they say: gradients, minima, saddles, isolines."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from dllab.optimizers import RULES
from dllab.surfaces import SURFACES
from dllab.surfaces.facts import LOCAL_OPTIMA, share_of_minima

EVERY = pytest.mark.parametrize("key", SURFACES)


def points_in_view(surface, count=200):
    low, high = np.array(surface.view).T
    return np.random.default_rng(3).uniform(low, high, (count, surface.dimensions))


@EVERY
def test_that_every_gradient_is_the_slope_of_its_cost(key):
    surface, epsilon = SURFACES[key], 1e-5
    points = points_in_view(surface)
    measured = np.empty_like(points)
    for axis in range(surface.dimensions):
        shift = np.zeros(surface.dimensions)
        shift[axis] = epsilon
        measured[:, axis] = (surface.cost(points + shift) - surface.cost(points - shift)) / (
            2 * epsilon
        )
    gradient = surface.gradient(points)
    difference = np.linalg.norm(measured - gradient)
    assert difference / (np.linalg.norm(measured) + np.linalg.norm(gradient)) < 1e-8


@EVERY
def test_that_one_point_and_many_get_the_same_bits(key):
    surface = SURFACES[key]
    points = points_in_view(surface, 7)
    gradients = surface.gradient(points)
    for point, gradient in zip(points, gradients, strict=True):
        assert surface.gradient(point).tolist() == gradient.tolist()
        assert surface.gradient(point).shape == (surface.dimensions,)
        assert np.shape(surface.cost(point)) == ()


@EVERY
def test_that_the_minima_are_where_the_cost_is_zero_and_nowhere_in_view_it_is_less(key):
    surface = SURFACES[key]
    minima = np.array(surface.minima)
    assert surface.cost(minima) == pytest.approx(np.zeros(len(minima)), abs=1e-20)
    assert np.abs(surface.gradient(minima)).max() < 1e-9
    assert surface.cost(points_in_view(surface, 2000)).min() > 0


@EVERY
def test_that_start_minima_and_landmarks_are_in_view(key):
    surface = SURFACES[key]
    low, high = np.array(surface.view).T
    marks = [at for _, at in surface.landmarks]
    for point in (surface.start, *surface.minima, *marks):
        assert np.all(low <= point)
        assert np.all(point <= high)


@pytest.mark.parametrize(
    ("key", "index"), [(key, i) for key, s in SURFACES.items() for i in range(len(s.landmarks))]
)
def test_that_a_saddle_bends_up_and_down_and_a_hilltop_down_only(key, index):
    surface = SURFACES[key]
    name, at = surface.landmarks[index]
    at, epsilon = np.array(at), 1e-5
    assert np.linalg.norm(surface.gradient(at)) < 1e-9
    curvature = np.array(
        [
            (surface.gradient(at + shift) - surface.gradient(at - shift)) / (2 * epsilon)
            for shift in epsilon * np.eye(2)
        ]
    )
    signs = np.sign(np.linalg.eigvalsh(curvature)).tolist()
    assert signs == {"saddle": [-1.0, 1.0], "hilltop": [-1.0, -1.0]}[name]


def test_that_the_one_weight_is_the_polynomial_of_its_formula():
    w = np.linspace(-3, 12, 31)
    assert SURFACES["parabola"].cost(w[:, None]) == pytest.approx(w**2 - 10 * w + 25, abs=1e-12)


def test_that_the_turned_bowl_is_the_long_one_seen_from_30_degrees():
    upright, turned = SURFACES["long_bowl"], SURFACES["turned_bowl"]
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    points = points_in_view(upright)
    askew = points @ np.array([[c, s], [-s, c]])
    assert turned.cost(askew) == pytest.approx(upright.cost(points), rel=1e-12)
    assert turned.start == pytest.approx(tuple(np.array(upright.start) @ [[c, s], [-s, c]]))


@EVERY
def test_that_whole_heights_are_isolines_and_minima_lie_at_height_zero(key):
    surface = SURFACES[key]
    assert surface.heights(surface.minima) == pytest.approx(
        np.zeros(len(surface.minima)), abs=1e-12
    )
    points = points_in_view(surface)
    back = [surface.isoline(height) for height in surface.heights(points)]
    assert back == pytest.approx(surface.cost(points), rel=1e-9)


@EVERY
def test_that_far_from_a_minimum_isolines_lie_by_equal_ratios(key):
    surface = SURFACES[key]
    levels = [surface.isoline(height) for height in (38, 39, 40)]
    assert levels[2] / levels[1] == pytest.approx(levels[1] / levels[0], rel=0.01)
    assert levels[2] / levels[1] == pytest.approx(surface.contour[1], rel=0.01)


def test_that_every_optimizer_has_a_fitting_learning_rate_everywhere():
    for surface in SURFACES.values():
        assert set(surface.learning_rates) == set(RULES)


def test_that_fitting_learning_rates_move_in_proportion_and_strangers_get_alpha():
    surface = SURFACES["long_bowl"]
    own = surface.learning_rates
    alpha = own["gradient_descent"] / 3
    assert surface.learning_rate_for("adam", alpha) == pytest.approx(own["adam"] / 3)
    assert surface.learning_rate_for("gradient_descent", alpha) == pytest.approx(alpha)
    assert surface.learning_rate_for("a new rule", alpha) == alpha


def test_that_names_and_keys_are_not_used_twice():
    assert len({surface.name for surface in SURFACES.values()}) == len(SURFACES)
    for key, surface in SURFACES.items():
        assert surface.key == key
        assert surface.trials
        assert len({trial.name for trial in surface.trials}) == len(surface.trials)


def test_that_local_optima_are_rare_in_50_dimensions():
    assert share_of_minima(1) == 0.5
    assert share_of_minima(50) == 2.0**-50
    assert "2⁻⁵⁰" in LOCAL_OPTIMA
    assert f"{share_of_minima(50):.0e}" == "9e-16"
    assert "9 · 10⁻¹⁶" in LOCAL_OPTIMA
    with pytest.raises(ValueError, match="one dimension"):
        share_of_minima(0)


def test_that_a_surface_is_a_value():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SURFACES["saddle"].goal = 1.0
