"""What the trials promise to be seen is what is seen."""

from __future__ import annotations

import numpy as np
import pytest

from dllab.surfaces import SURFACES, paths

NAMES = [(key, trial.name) for key, surface in SURFACES.items() for trial in surface.trials]


def tried(key, name, **other):
    surface = SURFACES[key]
    trial = next(trial for trial in surface.trials if trial.name == name)
    asked = {"fitted": trial.fitted, "start": trial.start, "noise": trial.noise} | other
    return paths(surface, trial.optimizers, trial.values, trial.steps, **asked)


@pytest.mark.parametrize(("key", "name"), NAMES)
def test_that_every_trial_can_be_set_up(key, name):
    trial = next(trial for trial in SURFACES[key].trials if trial.name == name)
    assert list(tried(key, name)) == list(trial.optimizers)
    assert trial.see.endswith((".", ")"))


@pytest.mark.parametrize(
    ("key", "name"), [pair for pair in NAMES if pair[1] == "Each at its own α"]
)
def test_that_every_optimizer_arrives_at_its_fitting_learning_rate(key, name):
    assert all(path.arrived_at is not None for path in tried(key, name).values())


def test_that_momentum_needs_about_half_the_steps_on_the_long_bowl_at_twice_the_alpha():
    found = tried("long_bowl", "Each at its own α")
    descent, momentum = found["gradient_descent"], found["momentum"]
    assert momentum.arrived_at < 0.5 * descent.arrived_at
    assert momentum.learning_rate > 2 * descent.learning_rate
    assert np.sign(descent.points[:8, 1]).tolist() == [1, -1, 1, -1, 1, -1, 1, -1]


def test_that_too_large_an_alpha_diverges_with_gradient_descent_only():
    found = tried("long_bowl", "α too large")
    assert found["gradient_descent"].diverged_at is not None
    assert found["momentum"].arrived_at is not None


def test_that_a_small_alpha_does_not_jump_and_does_not_arrive():
    found = tried("long_bowl", "α small enough not to jump")
    assert np.all(found["gradient_descent"].points[:, 1] > 0)
    assert found["gradient_descent"].points[-1, 0] < -4.5


def test_that_nesterov_needs_about_half_the_steps_of_momentum():
    found = tried("long_bowl", "Nesterov looks ahead")
    assert found["nesterov"].arrived_at < 0.6 * found["momentum"].arrived_at
    assert found["nesterov"].learning_rate > found["momentum"].learning_rate


def test_that_too_large_a_beta_rolls_past_the_minimum():
    momentum = tried("long_bowl", "β too large")["momentum"].points[:, 0]
    assert momentum.max() > 2
    assert np.count_nonzero(np.diff(np.sign(momentum))) >= 2


def test_that_noise_keeps_every_path_from_resting_and_a_smaller_alpha_shrinks_the_cloud():
    assert all(p.arrived_at is None for p in tried("long_bowl", "Noisy gradients").values())
    surface = SURFACES["long_bowl"]
    clouds = [
        paths(surface, ["gradient_descent"], {"learning_rate": alpha}, 3000, noise=0.5)[
            "gradient_descent"
        ].costs[-1500:].mean()
        for alpha in (0.36, 0.09)
    ]  # fmt: skip
    assert clouds[1] < clouds[0] / 3


def test_that_turning_the_bowl_slows_rmsprop_and_neither_gradient_descent_nor_momentum():
    upright = tried("long_bowl", "Each at its own α")
    askew = tried("turned_bowl", "Each at its own α")
    for name in ("gradient_descent", "momentum"):
        assert askew[name].arrived_at == upright[name].arrived_at
    assert askew["rmsprop"].arrived_at > 1.3 * upright["rmsprop"].arrived_at


def test_that_the_first_step_of_rmsprop_is_32_times_too_long_and_adams_is_alpha():
    found = tried("turned_bowl", "The first step of RMSprop")
    first = {name: np.abs(path.points[1] - path.points[0]) for name, path in found.items()}
    assert first["rmsprop"] == pytest.approx([0.1 / np.sqrt(0.001)] * 2, rel=1e-4)
    assert first["adam"] == pytest.approx([0.1, 0.1], rel=1e-4)


def test_that_a_hair_beside_the_ridge_descent_lingers_and_adaptive_steps_keep_away():
    found = tried("saddle", "A hair beside the ridge")
    nearest = {n: np.linalg.norm(p.points, axis=1).min() for n, p in found.items()}
    lingering = {n: np.count_nonzero(np.abs(p.costs - 0.5) < 0.05) for n, p in found.items()}
    for name in ("gradient_descent", "momentum"):
        assert nearest[name] < 0.05
        assert lingering[name] > 25
    for name in ("rmsprop", "adam"):
        assert nearest[name] > 1
        assert lingering[name] < 5


def test_that_exactly_on_the_ridge_all_end_on_the_saddle_and_noise_tips_them_off():
    for path in tried("saddle", "Exactly on the ridge").values():
        assert np.all(path.points[:, 1] == 0)
        assert path.costs[-1] == pytest.approx(0.5, abs=1e-4)
    for path in tried("saddle", "A little noise").values():
        assert path.costs[-1] < 0.02


def test_that_adam_crosses_the_plateau_on_which_descent_and_momentum_crawl():
    found = tried("plateau", "The same α for all")
    assert found["adam"].arrived_at < 60
    for name in ("gradient_descent", "momentum"):
        assert found[name].arrived_at is None
        assert np.linalg.norm(found[name].points[-1]) > 5
    steps = np.linalg.norm(np.diff(found["gradient_descent"].points, axis=0), axis=1)
    assert steps[50] == pytest.approx(0.015, rel=0.25)


def test_that_noise_on_the_plateau_costs_adam_its_lead_and_descent_little():
    calm = tried("plateau", "More noise than slope", noise=0.0)
    noisy = tried("plateau", "More noise than slope")
    in_the_well = {
        kind: {n: int(np.argmax(p.costs < 0.3)) for n, p in found.items()}
        for kind, found in (("calm", calm), ("noisy", noisy))
    }
    assert in_the_well["noisy"]["adam"] > 5 * in_the_well["calm"]["adam"]
    descent = "gradient_descent"
    assert in_the_well["noisy"][descent] == pytest.approx(in_the_well["calm"][descent], rel=0.1)


def test_that_a_thousand_steps_of_alpha_0_01_end_at_5_to_seven_digits():
    path = tried("parabola", "α = 0.01, a thousand steps")["gradient_descent"]
    assert path.points[-1, 0] == pytest.approx(5, abs=5e-7)


def test_that_alpha_0_5_needs_one_step_and_0_95_jumps_to_and_fro():
    assert tried("parabola", "α = 0.5")["gradient_descent"].arrived_at == 1
    path = tried("parabola", "α = 0.95")["gradient_descent"]
    assert path.arrived_at is not None
    distance = path.points[:, 0] - 5
    assert distance[1:] / distance[:-1] == pytest.approx(np.full(60, -0.9), rel=1e-6)


def test_that_the_cost_rises_from_the_first_step_on_with_alpha_1_05():
    path = tried("parabola", "α = 1.05")["gradient_descent"]
    assert path.diverged_at is not None
    assert np.all(np.diff(path.costs) > 0)


def test_that_on_a_round_bowl_plain_gradient_descent_is_best():
    found = tried("parabola", "Everybody")
    assert min(found, key=lambda name: found[name].arrived_at) == "gradient_descent"
    for name in ("momentum", "adam"):
        assert found[name].points.max() > 5.5


def test_that_adamw_ends_where_its_decay_is_as_long_as_its_step():
    found = tried("parabola", "AdamW's decay")
    assert found["adamw"].points[-1, 0] == pytest.approx(4, abs=0.01)
    assert found["adam"].points[-1, 0] == pytest.approx(5, abs=0.01)


def test_that_from_the_hilltop_two_minima_are_reached():
    found = tried("several_minima", "From the hilltop")
    minima = np.array(SURFACES["several_minima"].minima)
    ends = {
        name: int(np.linalg.norm(minima - path.points[-1], axis=1).argmin())
        for name, path in found.items()
    }
    assert all(path.costs[-1] < 0.01 for path in found.values())
    assert ends["gradient_descent"] == ends["momentum"]
    assert ends["rmsprop"] == ends["adam"] != ends["momentum"]


def test_that_momentum_rolls_through_the_minimum_that_descent_falls_into():
    found = tried("several_minima", "Rolling over")
    apart = found["momentum"].points[-1] - found["gradient_descent"].points[-1]
    assert all(path.arrived_at is not None for path in found.values())
    assert np.linalg.norm(apart) > 3


def test_that_other_noise_leads_to_other_minima():
    ends = set()
    for seed in range(1, 9):
        found = tried("several_minima", "Chance decides", seed=seed)
        ends |= {tuple(np.sign(path.points[-1]).tolist()) for path in found.values()}
    assert len(ends) >= 2
