"""The paths are those of the rules that train networks, and end in words where they diverge."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dllab.errors import HyperparameterError
from dllab.optimizers import RULES
from dllab.optimizers.rules import SLOT_DECAY
from dllab.surfaces import SURFACES, paths

BOWL, SADDLE, ONE = SURFACES["long_bowl"], SURFACES["saddle"], SURFACES["parabola"]


def walk(surface, optimizer, steps=100, **values):
    own = {key: values.pop(key) for key in ("start", "noise", "seed") if key in values}
    return paths(surface, [optimizer], values, steps, **own)[optimizer]


# --- the rules, and no others ---------------------------------------------------------------


def by_hand(surface, optimizer, steps, alpha, beta=0.9, beta2=0.999, epsilon=1e-8, decay=0.01):
    """The rules as the method page writes them, on Python numbers."""
    w = list(surface.start)
    v, s = [0.0] * len(w), [0.0] * len(w)
    points = [tuple(w)]
    for t in range(1, steps + 1):
        gradient = surface.gradient(np.array(w)).tolist()
        for i, g in enumerate(gradient):
            v[i] = beta * v[i] + (1 - beta) * g
            s[i] = beta2 * s[i] + (1 - beta2) * g * g
            v_hat, s_hat = v[i] / (1 - beta**t), s[i] / (1 - beta2**t)
            if optimizer == "adamw":
                w[i] -= alpha * decay * w[i]
            w[i] -= (
                alpha
                * {
                    "gradient_descent": g,
                    "momentum": v[i],
                    "nesterov": beta * v[i] + (1 - beta) * g,
                    "rmsprop": g / (math.sqrt(s[i]) + epsilon),
                    "adam": v_hat / (math.sqrt(s_hat) + epsilon),
                    "adamw": v_hat / (math.sqrt(s_hat) + epsilon),
                }[optimizer]
            )
        points.append(tuple(w))
    return np.array(points)


@pytest.mark.parametrize("optimizer", RULES)
@pytest.mark.parametrize("key", ["turned_bowl", "parabola"])
def test_that_paths_are_those_of_the_method_worked_out_number_by_number(optimizer, key):
    path = walk(SURFACES[key], optimizer, 30, learning_rate=0.02)
    expected = by_hand(SURFACES[key], optimizer, 30, 0.02)
    assert path.points == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("optimizer", RULES)
def test_that_the_rules_of_the_optimizers_are_called_and_not_copied(optimizer, monkeypatch):
    seen = []
    rule = RULES[optimizer]

    def coefficients(values, alpha, remaining):
        seen.append({slot: remaining[slot] for slot in rule.slots})
        return rule.coefficients(values, alpha, remaining)

    from dataclasses import replace

    from dllab.surfaces import descent

    spied = replace(rule, coefficients=coefficients)
    monkeypatch.setattr(descent, "RULES", {**RULES, optimizer: spied})
    walk(BOWL, optimizer, 3, learning_rate=0.01)
    betas = {"v": 0.9, "s": 0.999}
    assert set(betas) == set(SLOT_DECAY)
    assert seen == [
        pytest.approx({slot: betas[slot] ** t for slot in rule.slots}) for t in (1, 2, 3)
    ]


def test_that_a_path_does_not_depend_on_who_walks_beside_it():
    values = {"learning_rate": 0.05}
    together = paths(SADDLE, list(RULES), values, 60, noise=0.2)
    for name in RULES:
        alone = paths(SADDLE, [name], values, 60, noise=0.2)[name]
        assert alone.points.tolist() == together[name].points.tolist()


def test_that_a_path_starts_at_the_start_and_has_a_cost_for_each_point():
    path = walk(BOWL, "momentum", 40, learning_rate=0.1, start=(-3, 1))
    assert path.points[0].tolist() == [-3, 1]
    assert path.points.shape == (41, 2)
    assert path.costs.tolist() == BOWL.cost(path.points).tolist()
    assert BOWL.start == (-9.0, 1.5)


# --- where they end -------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
def test_that_gradient_descent_momentum_and_adam_reach_w_5(optimizer):
    path = walk(ONE, optimizer, 600, learning_rate=0.1)
    assert path.points[-1, 0] == pytest.approx(5.0, abs=1e-3)
    assert path.arrived_at is not None


def test_that_each_step_on_the_one_weight_leaves_1_minus_2_alpha_of_the_distance():
    path = walk(ONE, "gradient_descent", 20, learning_rate=0.1)
    assert 5 - path.points[:, 0] == pytest.approx(5 * 0.8 ** np.arange(21), rel=1e-12)


@pytest.mark.parametrize("key", ["long_bowl", "turned_bowl"])
def test_that_momentum_beats_gradient_descent_on_the_long_bowl_each_at_its_best(key):
    def best(optimizer):
        found = [
            walk(SURFACES[key], optimizer, 250, learning_rate=float(alpha)).arrived_at
            for alpha in np.geomspace(0.05, 3, 25)
        ]
        return min(steps for steps in found if steps is not None)

    assert best("momentum") < 0.6 * best("gradient_descent")


def test_that_gradient_descent_on_the_ridge_stays_and_with_noise_leaves():
    ridge = (-4.0, 0.0)
    still = walk(SADDLE, "gradient_descent", 300, learning_rate=0.2, start=ridge)
    assert np.all(still.points[:, 1] == 0)
    assert still.points[-1] == pytest.approx([0, 0], abs=1e-9)
    for seed in range(5):
        noisy = walk(
            SADDLE, "gradient_descent", 300, learning_rate=0.2, start=ridge, noise=0.01, seed=seed
        )
        assert abs(noisy.points[-1, 1]) == pytest.approx(2, abs=0.1)


def test_that_arriving_means_to_stay_below_the_goal():
    path = walk(ONE, "momentum", 300, learning_rate=0.2)
    below = path.costs <= ONE.goal
    assert below[path.arrived_at :].all()
    assert not below[path.arrived_at - 1]
    # It had swung through the minimum before.
    assert below[: path.arrived_at].any()
    assert walk(ONE, "gradient_descent", 5, start=(5.0,)).arrived_at == 0
    assert walk(ONE, "gradient_descent", 5, learning_rate=0.01).arrived_at is None


# --- divergence -----------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", RULES)
@pytest.mark.parametrize("key", SURFACES)
def test_that_even_the_largest_learning_rate_gives_finite_points_in_the_box(optimizer, key):
    surface = SURFACES[key]
    path = walk(surface, optimizer, 400, learning_rate=10.0)
    low, high = surface.box
    assert np.isfinite(path.points).all()
    assert np.isfinite(path.costs).all()
    assert ((path.points >= low) & (path.points <= high)).all()
    whole = path.diverged_at is None
    assert len(path.points) == (401 if whole else path.diverged_at)
    assert whole or path.arrived_at is None


def test_that_a_diverged_path_ends_just_before_the_step_that_leaves_the_box():
    path = walk(ONE, "gradient_descent", 60, learning_rate=1.05)
    # |w − 5| = 5 · 1.1ᵗ; the box reaches from −27.5 to 37.5, five times as far as the view.
    assert ONE.box[0].tolist() == [-27.5]
    assert ONE.box[1].tolist() == [37.5]
    t = next(t for t in range(60) if abs(5 * 1.1**t) > 32.5)
    assert path.diverged_at == t
    assert len(path.points) == t


@pytest.mark.parametrize(("alpha", "diverges"), [(0.39, False), (0.41, True)])
def test_that_gradient_descent_stands_up_to_two_over_the_steepest_curvature(alpha, diverges):
    path = walk(BOWL, "gradient_descent", 400, learning_rate=alpha)
    assert (path.diverged_at is not None) == diverges


# --- noise ----------------------------------------------------------------------------------


def test_that_noise_is_that_of_its_seed_and_the_same_for_all_optimizers():
    one = walk(BOWL, "momentum", 50, learning_rate=0.1, noise=0.5, seed=4)
    again = walk(BOWL, "momentum", 50, learning_rate=0.1, noise=0.5, seed=4)
    other = walk(BOWL, "momentum", 50, learning_rate=0.1, noise=0.5, seed=5)
    assert one.points.tolist() == again.points.tolist()
    assert one.points.tolist() != other.points.tolist()
    longer = walk(BOWL, "momentum", 80, learning_rate=0.1, noise=0.5, seed=4)
    assert longer.points[:51].tolist() == one.points.tolist()
    descent = walk(BOWL, "gradient_descent", 1, learning_rate=0.1, noise=0.5, seed=4)
    # After one step v is (1 − β) times the same noisy gradient.
    moved = one.points[1] - one.points[0]
    assert moved == pytest.approx(0.1 * (descent.points[1] - descent.points[0]), rel=1e-9)


def test_that_noise_has_the_standard_deviation_asked_for():
    path = walk(BOWL, "gradient_descent", 3000, learning_rate=0.01, noise=0.7, start=(0, 0))
    gradients = (path.points[:-1] - path.points[1:]) / 0.01
    noise = gradients - BOWL.gradient(path.points[:-1])
    assert noise.std(axis=0) == pytest.approx([0.7, 0.7], rel=0.05)
    assert noise.mean(axis=0) == pytest.approx([0, 0], abs=0.05)


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"optimizers": ["newton"]}, "gradient_descent, momentum"),
        ({"values": {"learning_rate": -1}}, "learning_rate"),
        ({"values": {"learning_speed": 1}}, "learning_speed"),
        ({"steps": 0}, "1 to 10,000 steps"),
        ({"steps": 10_001}, "1 to 10,000 steps"),
        ({"noise": -0.1}, "from 0 on"),
        ({"noise": math.nan}, "from 0 on"),
        ({"start": (1.0,)}, "starts at 2 number"),
        ({"start": (math.nan, 0)}, "starts at 2 number"),
        ({"start": (1e9, 0)}, "starts at 2 number"),
    ],
)
def test_that_what_is_impossible_is_refused_in_words(changes, words):
    asked = {"optimizers": ["adam"], "values": {}, "steps": 10} | changes
    with pytest.raises(HyperparameterError, match=words):
        paths(BOWL, **asked)


def test_that_no_optimizers_make_no_paths():
    assert paths(BOWL, [], {}, 10) == {}
