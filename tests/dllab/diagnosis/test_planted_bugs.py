"""A fault of any size above 1e-4 in any block is found, and the block and an entry are named."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dllab.diagnosis.gradient_subject import subject_of
from dllab.diagnosis.planted_bug import KINDS, PlantedBug
from dllab.errors import DiagnosisError
from gradient_subjects import checked, make_mini_batch, make_network, make_subject

M = 8


@st.composite
def networks(draw):
    hidden = draw(st.lists(st.integers(1, 6), max_size=3))
    output, n_out = draw(st.sampled_from([("softmax", 3), ("sigmoid", 1), ("linear", 2)]))
    network, values = make_network(
        (draw(st.integers(1, 6)), *hidden, n_out),
        output,
        draw(st.integers(0, 1000)),
        activation=draw(st.sampled_from(["relu", "leaky_relu", "tanh", "sigmoid"])),
        batch_norm=draw(st.sampled_from(["off", "on"])),
        l2=draw(st.sampled_from([0.0, 0.7])),
        l1=draw(st.sampled_from([0.0, 0.3])),
    )
    return network, values


@given(
    made=networks(),
    choice=st.randoms(use_true_random=False),
    kind=st.sampled_from(sorted(KINDS)),
    exponent=st.floats(-3.99, 1),
    sign=st.sampled_from([-1, 1]),
    entries=st.sampled_from([1, 5, 50]),
)
@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_that_a_bug_of_any_size_above_1e_4_is_found_and_its_block_named(
    made, choice, kind, exponent, sign, entries
):
    network, values = made
    block = choice.choice(network.layout.blocks)
    row = choice.randrange(block.shape[0]) if kind == "zero_row" else None
    assume(kind != "l2_sign" or (block.penalized and values["l2"]))
    X, y = make_mini_batch(network, M)
    right = subject_of(network, X, y, values).gradient[block.start : block.stop]

    def subject_with(size):
        return subject_of(network, X, y, values, bug=PlantedBug(block.name, kind, size, row))

    # Scaled so that the fault is 1e-4 … 10 times as long as the block's gradient.
    whole = subject_with(1.0).gradient[block.start : block.stop] - right
    assume(np.linalg.norm(right) > 1e-5)
    assume(np.linalg.norm(whole) > 1e-9)
    size = sign * 10**exponent * np.linalg.norm(right) / np.linalg.norm(whole)
    report = checked(subject_with(size), entries=entries)
    assert report.verdict in ("wrong", "look again"), report.sentence
    assert [b.name for b in report.suspects] == [block.name], report.sentence
    assert block.name in report.sentence
    assert report.bug_found
    assert report.suspects[0].worst.name.startswith(f"{block.name}[")


@pytest.mark.parametrize("row", [0, 17, 39])
def test_that_a_wrong_row_is_found_although_no_entry_of_it_was_sampled(row):
    bug = PlantedBug("W1", "zero_row", row=row)
    subject = make_subject((12, 40, 3), activation="tanh", bug=bug)
    found = checked(subject, entries=2)
    (suspect,) = found.suspects
    assert suspect.sample_ratio <= 1e-7 < suspect.sweep_ratio
    assert suspect.worst.name.startswith(f"W1[{row}, ")
    assert suspect.worst.gradient == 0
    assert f"Worst at {suspect.worst.name}" in found.sentence


@pytest.mark.parametrize(
    ("kind", "ratio"), [("factor", 1 / 3), ("no_mean", (M - 1) / (M + 1)), ("zero_row", None)]
)
def test_that_the_ratio_is_what_the_fault_says(kind, ratio):
    subject = make_subject((4, 3, 2), m=M, activation="tanh", bug=PlantedBug("b1", kind))
    report = checked(subject, entries=50)
    (suspect,) = report.suspects
    assert suspect.verdict == "wrong"
    if ratio is None:
        assert 0 in [e.gradient for e in suspect.entries]
    else:
        assert suspect.ratio == pytest.approx(ratio, rel=1e-6)


def test_that_the_wrong_sign_of_l2_is_twice_the_penalty_off():
    network, values = make_network((4, 3, 2), l2=2.0)
    X, y = make_mini_batch(network, M)
    bug = PlantedBug("W2", "l2_sign")
    off = (
        subject_of(network, X, y, values, bug=bug).gradient
        - subject_of(network, X, y, values).gradient
    )
    views = network.layout.views(off)
    np.testing.assert_allclose(views["W2"], -2 * 2.0 / M * network.parameters["W2"], atol=1e-15)
    assert not views["W1"].any()
    assert not views["b2"].any()


def test_that_the_forgotten_mean_leaves_the_penalty_alone():
    network, values = make_network((4, 3, 2), l2=2.0, l1=0.6)
    X, y = make_mini_batch(network, M)
    bare = subject_of(network, X, y, {**values, "l2": 0.0, "l1": 0.0})
    right = subject_of(network, X, y, values)
    spoiled = subject_of(network, X, y, values, bug=PlantedBug("W1", "no_mean"))
    off = network.layout.views(spoiled.gradient - right.gradient)
    expected = (M - 1) * network.layout.views(bare.gradient)["W1"]
    np.testing.assert_allclose(off["W1"], expected, atol=1e-14)


def test_that_a_bug_too_small_to_see_is_said_not_to_be_found():
    bug = PlantedBug("W1", "factor", 1e-8)
    report = checked(make_subject((4, 3, 2), activation="tanh", bug=bug))
    assert report.verdict == "great"
    assert not report.bug_found
    assert "was not found" in report.sentence


def test_that_a_fault_in_the_forward_pass_is_found_by_the_costs():
    subject = make_subject((4, 3, 2), activation="tanh")
    object.__setattr__(subject, "cost", subject.cost * (1 + 1e-6))
    report = checked(subject)
    assert report.verdict == "wrong"
    assert report.sentence.startswith("Wrong already in the forward pass")


@pytest.mark.parametrize(
    ("bug", "values", "words"),
    [
        (("W9", "factor"), {}, "this network has the blocks W1, b1, W2, b2"),
        (("b1", "l2_sign"), {"l2": 1.0}, "only weights have the penalty"),
        (("W1", "l2_sign"), {}, "λ is 0"),
        (("W1", "zero_row", 1.0, 3), {}, "there is no unit 3"),
        (("W1", "upside_down"), {}, "there are factor, no_mean, l2_sign, zero_row"),
        (("W1", "factor", 0.0), {}, "other than 0"),
        (("W1", "factor", float("nan")), {}, "other than 0"),
    ],
)
def test_that_a_bug_that_cannot_be_planted_is_refused_in_words(bug, values, words):
    with pytest.raises(DiagnosisError, match=words):
        make_subject((4, 3, 2), bug=PlantedBug(*bug), **values)
