"""The parts of a twin by themselves: costs of examples, the verdict, what is said across."""

from __future__ import annotations

import contextlib
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dllab import Recipe, Session
from dllab.diagnosis.example_costs import example_costs
from dllab.training.watch import is_turn
from dllab.twin.protocol import Evaluated, Said, Task, TwinError, read_header, read_line
from dllab.twin.verdict import compare


@pytest.mark.parametrize("source", ["circles", "spiral"])
def test_that_the_mean_of_the_examples_costs_is_the_evaluated_cost(source):
    recipe = Recipe("costs", source, {"hidden_layers": [6], "precision": "float64"})
    with Session.create(recipe, None) as session:
        session.run(steps=30)
        costs = example_costs(session.network, session.prepared.dev)
        assert costs.shape == (session.prepared.dev.m,)
        assert costs.min() >= 0
        assert math.isclose(costs.mean(), session.evaluate("dev").cost, rel_tol=1e-12)


def test_that_the_band_is_that_of_a_paired_difference():
    # Differences −1, −2, −3, −2: mean −2, standard deviation √(2/3), standard error √(2/3)/2.
    verdict = compare(9, np.array([1.0, 1, 1, 2]), np.array([2.0, 3, 4, 4]))
    assert verdict.difference == -2
    assert verdict.band == pytest.approx(1.959964 * math.sqrt(2 / 3) / 2, rel=1e-6)
    assert verdict.word == "better"
    assert compare(9, np.array([2.0, 3, 4, 4]), np.array([1.0, 1, 1, 2])).word == "worse"


def test_that_a_band_which_holds_0_is_unclear():
    verdict = compare(9, np.array([1.0, 2, 3, 4]), np.array([2.0, 1, 4, 3]))
    assert verdict.word == "unclear"
    assert "No difference" in verdict.sentence
    assert "changed nothing" in compare(9, np.ones(5), np.ones(5)).sentence


def test_that_the_band_covers_95_of_100_samples():
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(2000):
        hard = rng.exponential(size=100)
        verdict = compare(1, hard + rng.normal(0.1, 0.3, 100), hard)
        inside += abs(verdict.difference - 0.1) <= verdict.band
    assert 0.93 < inside / 2000 < 0.965


def test_that_what_cannot_be_compared_is_refused():
    with pytest.raises(TwinError, match="same dev examples"):
        compare(1, np.ones(3), np.ones(4))
    with pytest.raises(TwinError, match="One dev example"):
        compare(1, np.ones(1), np.ones(1))
    with pytest.raises(TwinError, match="not finite"):
        compare(1, np.array([1, np.nan]), np.ones(2))


@given(st.integers(1, 10**6), st.integers(1, 10**5), st.integers(1, 10**4))
def test_that_a_task_is_read_as_it_was_given(first_step, steps, interval):
    task = Task(first_step, steps, interval)
    assert read_header(task.header(17)) == (task, 17)
    assert task.is_compared(task.goal)
    assert task.is_turn(task.goal)


@given(st.integers(1, 2000), st.integers(1, 3000), st.integers(1, 400))
def test_that_only_evaluated_steps_are_compared_and_not_too_many(first_step, steps, interval):
    task = Task(first_step, steps, interval)
    compared = [s for s in range(first_step, task.goal + 1) if task.is_compared(s)]
    assert all(task.is_turn(step) for step in compared)
    assert all(is_turn(step, interval) for step in compared if step != task.goal)
    assert len(compared) <= 65


def test_that_answers_cross_with_every_bit():
    costs = np.random.default_rng(1).exponential(size=7)
    heard = read_line(Evaluated(12, 0.1 + 0.2, 1 / 3, costs).to_line())
    assert (heard.step, heard.dev_cost, heard.dev_error) == (12, 0.1 + 0.2, 1 / 3)
    assert heard.costs.tobytes() == costs.tobytes()
    assert read_line(Evaluated(12, 0.1, 0.2).to_line()).costs is None
    assert read_line(Said("why", 4).to_line()) == Said("why", 4)


@given(
    st.one_of(
        st.binary(max_size=60),
        st.dictionaries(
            st.sampled_from(["step", "dev_cost", "dev_error", "costs"]),
            st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers())),
        ).map(lambda record: json.dumps(record).encode()),
    )
)
def test_that_a_garbled_answer_is_refused_in_words(line):
    for read in (read_line, read_header):
        # Anything but this error is one that nobody expects.
        with contextlib.suppress(TwinError):
            read(line)
