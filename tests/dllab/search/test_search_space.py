"""Samples are uniform on each hyperparameter's own scale, seeded, and never a grid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.errors import SearchError
from dllab.hyperparameters import TABLE
from dllab.search import (
    SEARCHABLE,
    Choices,
    SearchSpace,
    Span,
    applied,
    in_order,
    suggested,
    suggested_space,
)
from search_subjects import MOONS

MANY = 4000
# Kolmogorov's 0.999 quantile over √n: a right sampler fails one seed in a thousand; ours are fixed.
LIMIT = 1.95 / math.sqrt(MANY)


def drawn(dimension: Span | Choices, seed: int = 1, trials: int = MANY) -> list[Any]:
    return [v[dimension.key] for v in SearchSpace((dimension,)).draw(seed, 1, trials)]


def distance_from_uniform(shares: np.ndarray) -> float:
    """Kolmogorov and Smirnov's statistic of numbers against the uniform distribution on [0, 1]."""
    shares = np.sort(shares)
    n = len(shares)
    steps = np.arange(n + 1) / n
    return float(max((steps[1:] - shares).max(), (shares - steps[:-1]).max()))


def on_own_scale(values: np.ndarray, key: str) -> np.ndarray:
    """Written out here once more, so that a wrong formula of the sampler does not hide itself."""
    if key == "learning_rate":
        return np.log(values / 1e-4) / np.log(1e4)
    if key == "beta":
        return 1 - np.log((1 - values) / 1e-3) / np.log(1e2)
    return (values - 0.5) / 0.5


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "span",
    [
        Span("learning_rate", 1e-4, 1.0),
        Span("beta", 0.9, 0.999),
        Span("keep_prob", 0.5, 1.0),
    ],
    ids=lambda span: span.key,
)
def test_that_samples_are_uniform_on_the_hyperparameters_own_scale(span: Span, seed: int) -> None:
    values = np.array(drawn(span, seed))
    assert distance_from_uniform(on_own_scale(values, span.key)) < LIMIT
    assert span.low <= values.min()
    assert values.max() <= span.high


def test_that_a_scale_that_is_not_the_tables_fails_the_same_measure() -> None:
    values = np.array(drawn(Span("learning_rate", 1e-4, 1.0, "linear")))
    assert distance_from_uniform(on_own_scale(values, "learning_rate")) > 10 * LIMIT


def test_that_a_quarter_of_the_learning_rates_lies_in_each_decade() -> None:
    decades = np.floor(np.log10(drawn(Span("learning_rate", 1e-4, 1.0)))).clip(-4, -1)
    counts = [np.count_nonzero(decades == decade) for decade in (-4, -3, -2, -1)]
    # Four standard deviations of a binomial count.
    assert all(abs(count - MANY / 4) < 4 * math.sqrt(MANY * 3 / 16) for count in counts)


@pytest.mark.parametrize(
    ("dimension", "outcomes"),
    [
        (Span("units", 50, 59), list(range(50, 60))),
        (Span("layers", 2, 4), [2, 3, 4]),
        (Span("mini_batch_size", 64, 512), [64, 128, 256, 512]),
        (Choices("optimizer", ("momentum", "adam")), ["momentum", "adam"]),
    ],
    ids=lambda value: getattr(value, "key", ""),
)
def test_that_whole_numbers_powers_of_two_and_choices_are_equally_likely(
    dimension: Span | Choices, outcomes: list[Any]
) -> None:
    values = drawn(dimension)
    assert set(values) == set(outcomes)
    share = 1 / len(outcomes)
    spread = math.sqrt(MANY * share * (1 - share))
    for outcome in outcomes:
        assert abs(values.count(outcome) - MANY * share) < 4 * spread
        assert type(outcome) is type(values[values.index(outcome)])


def test_that_samples_are_no_grid_and_two_hyperparameters_are_independent() -> None:
    space = SearchSpace((Span("learning_rate", 1e-4, 1.0), Span("keep_prob", 0.5, 1.0)))
    drawn_values = space.draw(1, 1, 100)
    assert len({v["learning_rate"] for v in drawn_values}) > 95
    assert len({v["keep_prob"] for v in drawn_values}) > 95
    many = space.draw(1, 1, MANY)
    logs = np.log([v["learning_rate"] for v in many])
    correlation = np.corrcoef(logs, [v["keep_prob"] for v in many])[0, 1]
    assert abs(correlation) < 4 / math.sqrt(MANY)


def test_that_the_same_seed_and_round_give_the_same_values_and_others_give_others() -> None:
    space = suggested_space(MOONS)
    assert space.draw(7, 1, 20) == space.draw(7, 1, 20)
    assert space.draw(7, 1, 20) != space.draw(8, 1, 20)
    assert space.draw(7, 1, 20) != space.draw(7, 2, 20)


def test_that_more_trials_or_one_hyperparameter_more_do_not_move_the_first_ones() -> None:
    alpha = Span("learning_rate", 1e-4, 1.0)
    few = SearchSpace((alpha,)).draw(1, 1, 5)
    assert SearchSpace((alpha,)).draw(1, 1, 50)[:5] == few
    more = SearchSpace((Span("l2", 1e-3, 1.0), alpha)).draw(1, 1, 5)
    assert [v["learning_rate"] for v in more] == [v["learning_rate"] for v in few]


@settings(deadline=None)
@given(st.data())
def test_that_every_value_is_inside_its_range_and_allowed_by_the_table(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(SEARCHABLE)))
    dimension = suggested(key, MOONS)
    values = drawn(dimension, data.draw(st.integers(0, 2**31 - 1)), 20)
    for value in values:
        assert dimension.contains(value)
        assert SEARCHABLE[key].check(value) == value
        applied(MOONS, {key: value})


@settings(deadline=None)
@given(st.floats(1e-6, 10), st.floats(1e-6, 10), st.integers(0, 2**31 - 1))
def test_that_rounding_to_readable_digits_never_leaves_a_range(
    one: float, other: float, seed: int
) -> None:
    low, high = sorted((one, other))
    span = Span("learning_rate", low, high)
    assert all(low <= value <= high for value in drawn(span, seed, 10))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Span("learning_rate", 1.0, 1e-3), "upside down; exchange"),
        (lambda: Span("learning_rate", 0.0, 1.0), "1e-06 to 10"),
        (lambda: Span("learning_rate", 1e-3, 11), "1e-06 to 10"),
        (lambda: Span("l2", 0.0, 1.0), "start its range at 1e-06 or above"),
        (lambda: Span("mini_batch_size", 0, 64), "start its range at 1"),
        (lambda: Span("beta", 0.9, 1.0), "0.9999"),
        (lambda: Span("keep_prob", 0.0, 1.0, "log"), "0.05"),
        (lambda: Span("mini_batch_size", 65, 127), "no power of two"),
        (lambda: Span("units", 4.5, 9), "whole number"),
        (lambda: Span("optimizer", 0, 1), "list those to try"),
        (lambda: Span("alpha", 0, 1), "no hyperparameter called 'alpha'"),
        (lambda: Span("learning_rte", 0, 1), "did you mean learning_rate"),
        (lambda: Span("seed", 0, 1), "must have it in common"),
        (lambda: Span("hidden_layers", 1, 2), "Search units and layers"),
        (lambda: Span("learning_rate", math.nan, 1.0), "got nan"),
        (lambda: Span("learning_rate", 1e-3, 1.0, "cubic"), "a scale is linear"),
        (lambda: Span("beta", 0.9, 0.99, "power-of-two"), "no power of two"),
        (lambda: Choices("optimizer", ("adam", "sgd")), "one of gradient_descent"),
        (lambda: Choices("optimizer", ("adam", "adam")), "twice"),
        (lambda: Choices("optimizer", ()), "at least one value"),
        (lambda: SearchSpace(()), "at least one hyperparameter"),
        (lambda: SearchSpace((Span("l2", 1, 2), Span("l2", 1, 3))), "twice"),
    ],
)
def test_that_a_space_that_makes_no_sense_is_refused_with_a_sentence(make: Any, words: str) -> None:
    with pytest.raises(SearchError) as refused:
        make()
    assert words in str(refused.value)


def test_that_the_first_ranges_are_those_the_method_teaches() -> None:
    first, second, third, last = in_order(MOONS)
    assert first == (Span("learning_rate", 1e-4, 1.0, "log"),)
    assert second[0] == Span("beta", 0.9, 0.999, "one-minus-log")
    assert [d.key for d in second] == ["beta", "units", "mini_batch_size"]
    assert third[0].key == "layers"
    assert last == ()


def test_that_adams_betas_and_epsilon_come_last() -> None:
    _, second, third, last = in_order(MOONS.with_values(optimizer="adam", schedule="inverse_epoch"))
    assert [d.key for d in last] == ["beta", "beta2", "epsilon"]
    assert "beta" not in [d.key for d in second]
    assert "decay_rate" in [d.key for d in third]


def test_that_data_chance_and_length_of_a_run_are_never_searched() -> None:
    fixed = {"seed", "precision", "dev_examples", "normalization", "epochs", "evaluate_every"}
    assert not fixed & set(SEARCHABLE)
    assert set(SEARCHABLE) - set(TABLE) == {"units", "layers"}


def test_that_units_and_layers_become_hidden_layers() -> None:
    moons = MOONS.with_values(hidden_layers=[8, 4], keep_prob=[0.9, 0.8])
    assert applied(moons, {"units": 5}).values["hidden_layers"] == (5, 5)
    assert applied(moons, {"layers": 3}).values["hidden_layers"] == (8, 4, 4)
    assert applied(moons, {"layers": 1}).values["hidden_layers"] == (8,)
    both = applied(moons, {"units": 6, "layers": 3, "keep_prob": 0.7})
    assert both.values["hidden_layers"] == (6, 6, 6)
    assert both.values["keep_prob"] == (0.7, 0.7, 0.7)
    assert applied(moons, {"l2": 0.1}).values["keep_prob"] == (0.9, 0.8)
