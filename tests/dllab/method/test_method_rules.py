"""Rules of the method that are short enough to be said in one test each."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.data import Dataset, Examples
from dllab.data.hdf5 import write_dataset
from dllab.hyperparameters import TABLE
from dllab.network.model import Network


def test_that_softmax_of_the_textbook_vector_is_0842_0042_0002_0114() -> None:
    network = Network((4, 4), "softmax", dtype=np.float64)
    network.parameters["W1"][:] = np.eye(4)
    shares = network.predict_proba(np.array([[5.0, 2.0, -1.0, 3.0]]))[0]
    np.testing.assert_allclose(shares, [0.842, 0.042, 0.002, 0.114], atol=5e-4)
    assert network.predict(np.array([[5.0, 2.0, -1.0, 3.0]]))[0] == 0


def test_that_the_hyperparameters_of_the_optimizers_start_where_the_method_says() -> None:
    starts = {key: TABLE[key].default for key in ("beta", "beta2", "epsilon", "decay_base")}
    assert starts == {"beta": 0.9, "beta2": 0.999, "epsilon": 1e-8, "decay_base": 0.95}
    assert TABLE["momentum_correction"].default == "off"


def test_that_what_works_against_over_fitting_is_off_unless_asked_for() -> None:
    off = {"l2": 0, "l1": 0, "keep_prob": 1, "input_keep_prob": 1, "patience": 0, "max_norm": 0,
           "clip_norm": 0, "augment_elastic": 0, "augment_noise": 0}  # fmt: skip
    assert {key: TABLE[key].default for key in off} == off
    assert "fitting and not over-fitting" in TABLE["patience"].help


def test_that_the_output_layer_has_no_keep_prob(make_recipe) -> None:
    recipe = make_recipe(hidden_layers=[5, 4, 3], keep_prob=0.5)
    assert recipe.values["keep_prob"] == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("key", "scale", "low", "high"),
    [
        ("learning_rate", "log", 1e-6, 10),
        ("beta", "one-minus-log", 0, 0.9999),
        ("beta2", "one-minus-log", 0, 0.99999),
        ("l2", "log", 1e-6, 100),
        ("mini_batch_size", "power-of-two", 1, 1_000_000),
    ],
)
def test_that_each_knob_has_the_scale_of_the_method(key, scale, low, high) -> None:
    record = TABLE[key]
    assert (record.scale, record.low, record.high) == (scale, low, high)


@pytest.mark.parametrize("n_x", [2, 12_288])
def test_that_two_classes_in_12288_inputs_or_in_2_run_the_same_code(
    n_x: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(7)
    y = np.arange(60) % 2
    X = rng.normal(size=(60, n_x)) + np.where(y == 1, 0.8, -0.8)[:, np.newaxis]
    data = Dataset("two", Examples(X.astype(np.float32), y), None, ("no", "yes"), None)
    write_dataset(tmp_path / "two.h5", data)
    values = {"hidden_layers": [4], "learning_rate": 0.01, "mini_batch_size": 16}
    with Session.create(Recipe("two", str(tmp_path / "two.h5"), values)) as session:
        assert session.network.layer_sizes == (n_x, 4, 1)
        before = session.evaluate("train").cost
        assert session.run(steps=40) == "done"
        assert session.evaluate("train").cost < 0.5 * before


def test_that_a_deep_linear_network_shrinks_or_grows_its_signal_by_the_root_of_the_gain() -> None:
    rms = {}
    for name in ("deep-linear", "deep-linear-vanishing", "deep-linear-exploding"):
        with Session.create(Recipe.builtin(name)) as session:
            a = session.prepared.train.X.astype(np.float64)
            sizes = [math.sqrt(np.mean(a**2))]
            for weight in session.network.weights[:-1]:
                a = a @ weight.T
                sizes.append(math.sqrt(np.mean(a**2)))
            rms[name] = (sizes[-1] / sizes[1]) ** (1 / 19)
    assert rms["deep-linear"] == pytest.approx(1.0, rel=0.1)
    assert rms["deep-linear-vanishing"] == pytest.approx(0.5, rel=0.1)
    assert rms["deep-linear-exploding"] == pytest.approx(1.5, rel=0.1)


def test_that_a_vanishing_signal_learns_nothing_and_an_exploding_one_is_stopped() -> None:
    outcome = {}
    for name in ("deep-linear", "deep-linear-vanishing", "deep-linear-exploding"):
        with Session.create(Recipe.builtin(name)) as session:
            session.run(steps=120)
            outcome[name] = (session.step, session.evaluate("train"))
    assert outcome["deep-linear"][1].error < 0.02
    assert outcome["deep-linear-vanishing"][1].cost == pytest.approx(math.log(3), abs=1e-3)
    assert outcome["deep-linear-exploding"][0] < 3


def test_that_a_decaying_learning_rate_ends_lower_than_a_constant_one() -> None:
    costs = {}
    for schedule in ("constant", "inverse_epoch"):
        recipe = Recipe.builtin("learning-rate-decay").with_values(schedule=schedule)
        with Session.create(recipe) as session:
            session.run(epochs=8)
            costs[schedule] = session.evaluate("train").cost
    assert costs["inverse_epoch"] < 0.9 * costs["constant"]


def test_that_l2_lowers_the_dev_error_of_an_over_fitted_network() -> None:
    errors = {}
    for l2 in (0.0, 1.0):
        with Session.create(Recipe.builtin("over-fitting").with_values(l2=l2)) as session:
            session.run(steps=1000)
            errors[l2] = session.evaluate("train").error, session.evaluate("dev").error
    assert errors[0.0][0] < 0.02
    assert errors[1.0][0] > 0.05
    assert errors[1.0][1] < errors[0.0][1] - 0.04


def test_that_softmax_alone_cuts_with_straight_lines_and_hidden_layers_follow_the_arms() -> None:
    errors = {}
    for name in ("softmax-linear", "softmax-spiral"):
        with Session.create(Recipe.builtin(name)) as session:
            session.run(steps=1500)
            errors[name] = session.evaluate("dev").error
    assert errors["softmax-linear"] > 0.4
    assert errors["softmax-spiral"] < 0.03
