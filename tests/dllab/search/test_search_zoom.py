"""The next round lies around the best trials and inside the last round's region."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Recipe
from dllab.errors import SearchError
from dllab.search import Choices, Plan, SearchSpace, Span, Trial, ranking, zoomed

MOONS = Recipe.builtin("moons").with_values(
    optimizer="momentum", schedule="constant", hidden_layers=[8, 8]
)
SPACE = SearchSpace(
    (
        Span("learning_rate", 1e-4, 1.0),
        Span("beta", 0.9, 0.999),
        Span("units", 4, 64),
        Span("mini_batch_size", 8, 256),
        Span("keep_prob", 0.5, 1.0),
        Choices("optimizer", ("gradient_descent", "momentum", "adam")),
    )
)


def plan(trials: int = 20, seed: int = 1, space: SearchSpace = SPACE) -> Plan:
    return Plan(MOONS, space, trials=trials, epochs=1, seed=seed)


def with_errors(given: Plan, errors: list[float]) -> list[Trial]:
    return [
        Trial(number, values, "done", error, error)
        for number, (values, error) in enumerate(zip(given.draw(), errors, strict=True), start=1)
    ]


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 40), st.data())
def test_that_the_new_region_holds_the_best_and_lies_inside_the_old_one(
    seed: int, trials: int, data: st.DataObject
) -> None:
    old = plan(trials, seed)
    errors = data.draw(st.lists(st.floats(0, 1), min_size=trials, max_size=trials))
    found = with_errors(old, errors)
    new = zoomed(old, found)
    best = ranking(found)[: max(2, -(-trials // 4))]
    for before, after in zip(old.space, new.space, strict=True):
        assert all(after.contains(trial.values[after.key]) for trial in best)
        if isinstance(before, Choices) or isinstance(after, Choices):
            assert set(after.options) <= set(before.options)
        else:
            assert before.low <= after.low <= after.high <= before.high
            assert before.scale == after.scale
    for values in new.draw():
        assert all(before.contains(values[before.key]) for before in old.space)
    # And a zoom of the zoom, for what rounding may do near an end.
    zoomed(new, with_errors(new, errors))


def test_that_the_new_region_is_small_where_the_best_lie_together() -> None:
    only = plan(40, space=SearchSpace((Span("learning_rate", 1e-4, 1.0),)))
    found = with_errors(only, [abs(v["learning_rate"] / 0.01 - 1) for v in only.draw()])
    new = zoomed(only, found).space["learning_rate"]
    assert isinstance(new, Span)
    assert new.low < 0.01 < new.high
    # A quarter of four decades is one; two mean distances more are 0.2.
    assert 3 < new.high / new.low < 10**1.5


def test_that_the_zoom_is_made_on_the_scale_not_on_the_values() -> None:
    only = plan(2, space=SearchSpace((Span("learning_rate", 1e-4, 1.0),)))
    found = [Trial(n, {"learning_rate": v}, "done", 0.1, 0.1) for n, v in ((1, 1e-3), (2, 1e-2))]
    new = zoomed(only, found).space["learning_rate"]
    # By hand: two trials on four decades lie 4/3 of a decade apart; 10^(-3-4/3) ends at 1e-4.
    assert new == Span("learning_rate", 1e-4, 0.216)


def test_that_diverged_trials_never_draw_the_zoom_to_them() -> None:
    old = plan(8)
    found = with_errors(old, [0.5] * 8)
    diverged = [Trial(n, {}, "diverged", 0.0, 0.0) for n in (9, 10)]
    assert zoomed(old, [*found, *diverged]) == zoomed(old, found)


def test_that_rounds_count_up_and_draw_other_values() -> None:
    old = plan()
    new = zoomed(old, with_errors(old, [0.1] * 20), share=1.0)
    assert (old.round, new.round) == (1, 2)
    assert [v["learning_rate"] for v in new.draw()] != [v["learning_rate"] for v in old.draw()]


@pytest.mark.parametrize("done", [0, 1])
def test_that_too_few_trials_are_no_ground_to_zoom_on(done: int) -> None:
    old = plan(4)
    found = with_errors(old, [0.1] * 4)[:done]
    with pytest.raises(SearchError, match="at least 2 trials must be done"):
        zoomed(old, found)


def test_that_equal_errors_are_ranked_by_cost_and_then_by_number() -> None:
    trials = [
        Trial(1, {}, "done", 0.9, 0.1),
        Trial(2, {}, "done", 0.3, 0.1),
        Trial(3, {}, "done", 0.3, 0.1),
        Trial(4, {}, "done", 5.0, 0.05),
        Trial(5, {}, "diverged", 0.0, 0.0),
        Trial(6, {}, "done"),
    ]
    assert [trial.number for trial in ranking(trials)] == [4, 2, 3, 1]
