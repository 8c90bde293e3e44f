"""∂J/∂θ of every kind of layer against slopes of a cost that is computed a second way."""

from __future__ import annotations

import math

import numpy as np
import pytest

import dllab.diagnosis.reference_cost as reference_cost
import dllab.diagnosis.slopes as slopes_module
from dllab.diagnosis.gradient_subject import subject_of
from dllab.diagnosis.planted_bug import PlantedBug
from dllab.diagnosis.slopes import Slopes, entry, sweep
from gradient_subjects import checked, make_mini_batch, make_network, make_subject

ACTIVATIONS = ("relu", "leaky_relu", "tanh", "sigmoid", "linear")
OUTPUTS = {"softmax": 3, "sigmoid": 1, "linear": 2}
PENALTIES = {"plain": {}, "L2": {"l2": 1.5}, "L1": {"l1": 0.8}, "both": {"l2": 1.5, "l1": 0.8}}
DROPOUT = {"all kept": {}, "mask held": {"keep_prob": 0.7, "input_keep_prob": 0.8}}


@pytest.mark.parametrize("dropout", DROPOUT)
@pytest.mark.parametrize("batch_norm", ["off", "on"])
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_that_the_gradient_check_holds_to_1e_7(activation, output, penalty, batch_norm, dropout):
    subject = make_subject(
        (3, 5, 4, OUTPUTS[output]),
        output,
        activation=activation,
        batch_norm=batch_norm,
        leaky_slope=0.2,
        **PENALTIES[penalty],
        **DROPOUT[dropout],
    )
    report = checked(subject, entries=12)
    assert report.verdict == "great", report.sentence
    assert report.costs_agree
    assert report.ratio <= 1e-7
    for block in report.blocks:
        if block.verdict == "great":
            assert block.ratio <= 1e-7, block.name
        else:
            # Batch norm takes out what a shift of a linear layer below has added.
            assert (activation, batch_norm, block.name) == ("linear", "on", "shift1")
            assert block.verdict == "too flat"
            assert all(abs(e.gradient) < 1e-12 for e in block.entries)


@pytest.mark.parametrize("sizes", [(4, 3), (1, 1, 2), (2, 7, 6, 5, 4, 3), (30, 2, 9)])
@pytest.mark.parametrize("batch_norm", ["off", "on"])
@pytest.mark.parametrize("m", [2, 3, 40])
def test_that_shapes_do_not_matter(sizes, batch_norm, m):
    subject = make_subject(sizes, m=m, batch_norm=batch_norm, activation="tanh", l2=0.3)
    report = checked(subject, entries=8)
    assert not report.suspects, report.sentence
    assert report.ratio <= 1e-7


def test_that_every_block_is_covered_and_small_ones_wholly():
    report = checked(make_subject((6, 5, 3), batch_norm="on"), entries=7)
    assert {b.name: len(b.entries) for b in report.blocks} == {
        "W1": 7, "scale1": 5, "shift1": 5, "W2": 7, "b2": 3,
    }  # fmt: skip
    for block in report.blocks:
        assert len({e.name for e in block.entries}) == len(block.entries)
        assert math.isnan(block.sweep_ratio) == (len(block.entries) == np.prod(block.shape))


def test_that_entries_are_drawn_where_theta_is_large():
    network, values = make_network((8, 6, 3))
    subject = subject_of(network, *make_mini_batch(network, 10), values)
    report = checked(subject, entries=10)
    W1 = network.parameters["W1"]
    places = [eval_place(e.name) for e in report.blocks[0].entries]
    assert all(abs(W1[place]) >= np.median(np.abs(W1)) for place in places)


def eval_place(name):
    return tuple(int(i) for i in name[name.index("[") + 1 : -1].split(", "))


def test_that_the_named_entry_is_that_of_the_matrix():
    network, values = make_network((4, 3, 2), activation="tanh")
    X, y = make_mini_batch(network, 6)
    subject = subject_of(network, X, y, values)
    report = checked(subject, entries=100)
    moved = next(e for e in report.blocks[0].entries if e.name == "W1[2, 1]")
    before = float(subject.reference.value)
    network.parameters["W1"][2, 1] += 1e-4
    after = float(subject_of(network, X, y, values).reference.value)
    assert (after - before) / 1e-4 == pytest.approx(moved.gradient, rel=1e-3)


def test_that_one_sided_differences_are_off_by_epsilon_and_two_sided_by_its_square():
    report = checked(make_subject((3, 5, 2), activation="tanh"), one_sided=True)
    rungs = {rung.epsilon: rung for rung in report.ladder}
    for large, small in [(1e-2, 1e-3), (1e-3, 1e-4)]:
        assert rungs[large].one_sided / rungs[small].one_sided == pytest.approx(10, rel=0.2)
        assert rungs[large].two_sided / rungs[small].two_sided == pytest.approx(100, rel=0.2)
    assert all(b.one_sided_ratio > 100 * b.ratio for b in report.blocks)
    assert not checked(make_subject((3, 5, 2))).ladder


def bent_network():
    """A ReLU unit whose z is within 1e-9 of the bend for one example."""
    network, values = make_network((2, 2, 2), activation="relu")
    X = np.array([[1.0, 0.5], [-0.5, 1.0], [0.3, -0.8]])
    y = np.array([0, 1, 1])
    network.parameters["b1"][0] = -(X[0] @ network.parameters["W1"][0]) + 1e-9
    network.parameters["W2"][:] = [[1.0, 0.5], [-1.0, 2.0]]
    return network, values, X, y


def test_that_places_where_relu_bends_within_epsilon_are_left_out_and_counted():
    network, values, X, y = bent_network()
    report = checked(subject_of(network, X, y, values), entries=50)
    assert report.verdict == "great", report.sentence
    blocks = {b.name: b for b in report.blocks}
    # Every parameter of unit 0 moves its z across the bend, those of unit 1 and of layer 2 do not.
    assert {e.name for e in blocks["W1"].entries} == {"W1[1, 0]", "W1[1, 1]"}
    assert {e.name for e in blocks["b1"].entries} == {"b1[1]"}
    assert blocks["W2"].bends == blocks["b2"].bends == 0
    bends = sum(b.bends for b in report.blocks)
    assert f"{bends} places were left out because J bends there." in report.sentence


def test_that_the_bend_would_have_been_a_false_alarm():
    network, values, X, y = bent_network()
    subject = subject_of(network, X, y, values)
    block = network.layout.blocks[1]
    direction = entry(block, 0)
    step = direction.change * 1e-7
    up = subject.reference.after(block, direction.units, step)
    down = subject.reference.after(block, direction.units, -step)
    slope = float((up.value - down.value) / 2e-7)
    assert abs(slope - direction.slope_of(subject.gradient)) > 1e-3
    assert Slopes(subject.reference).both(direction, 1e-7) is None


def test_that_the_bend_of_l1_at_zero_is_left_out_too():
    network, values = make_network((3, 4, 2), activation="tanh", l1=0.5)
    network.parameters["W1"][1, 2] = 3e-8
    report = checked(subject_of(network, *make_mini_batch(network, 9), values), entries=50)
    assert report.verdict == "great", report.sentence
    names = {e.name for e in report.blocks[0].entries}
    assert "W1[1, 2]" not in names
    assert len(names) == 11
    assert report.blocks[0].bends >= 1


def test_that_a_block_with_a_bend_everywhere_says_so():
    network, values, X, y = bent_network()
    for unit in (0, 1):
        network.parameters["b1"][unit] = -(X[0] @ network.parameters["W1"][unit]) + 1e-9
    report = checked(subject_of(network, X, y, values))
    blocks = {b.name: b for b in report.blocks}
    assert blocks["b1"].verdict == blocks["W1"].verdict == "at a bend"
    assert math.isnan(blocks["b1"].ratio)
    assert report.verdict == "great"
    assert "Not judged: W1 (at a bend), b1 (at a bend)." in report.sentence


def test_that_zeros_everywhere_are_no_alarm():
    network, values = make_network((3, 4, 2), activation="relu", l2=1.0)
    network.theta[:] = 0
    report = checked(subject_of(network, *make_mini_batch(network, 9), values))
    assert report.verdict == "great", report.sentence
    assert not report.suspects


def test_that_a_saturated_network_is_too_flat_and_not_wrong():
    network, values = make_network((3, 4, 2), activation="sigmoid")
    X = np.full((5, 3), 1.0)
    network.parameters["W1"][:] = 11.0
    network.parameters["b1"][:] = 0.0
    report = checked(subject_of(network, X, np.zeros(5, int), values))
    blocks = {b.name: b for b in report.blocks}
    assert blocks["W1"].verdict == "too flat"
    assert report.verdict == "great"


def test_that_it_holds_with_float64_as_the_widest_type(monkeypatch):
    monkeypatch.setattr(reference_cost, "Wide", np.float64)
    monkeypatch.setattr(slopes_module, "Wide", np.float64)
    subject = make_subject((3, 5, 4, 3), activation="tanh", batch_norm="on", l2=0.5)
    report = checked(subject, entries=12)
    assert not report.suspects, report.sentence
    assert 1e-12 < report.ratio <= 1e-7
    bug = PlantedBug("W2", "factor", 1e-3)
    found = checked(make_subject((3, 5, 4, 3), activation="tanh", bug=bug), entries=12)
    assert [b.name for b in found.suspects] == ["W2"]


def test_that_a_sweep_moves_every_entry_of_its_part_and_nothing_else():
    network, _ = make_network((4, 3, 2))
    block = network.layout.blocks[0]
    direction = sweep(block, np.random.default_rng(1), slice(3, 9))
    whole = np.zeros(block.shape)
    whole[direction.units] = direction.change
    assert np.flatnonzero(whole.reshape(-1)).tolist() == [3, 4, 5, 6, 7, 8]
    assert set(np.abs(whole[whole != 0])) == {0.5}
