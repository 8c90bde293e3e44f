"""Alarms about layers: raised by networks that are ill, silent for healthy ones, steady."""

from __future__ import annotations

import itertools

import pytest

from dllab.diagnosis.alarm_words import layers_named, number
from dllab.diagnosis.alarms import Alarms
from dllab.diagnosis.layer_health import LayerHealth, layer_health
from dllab.hyperparameters import complete

VALUES = complete({})
HEALTHY = LayerHealth(1, 20, 64, "relu", 1.0, 1e-2, 1e-2, 1e-3, 0.0, 0.1, None)
LAST = LayerHealth(2, 3, 64, "output", None, 1e-2, 1e-2, 1e-3, 0.0)


def layer(number=1, **changes):
    fields = {**vars(HEALTHY), "layer": number, **changes}
    return LayerHealth(**fields)


def hear(*readings, values=VALUES):
    alarms = Alarms()
    for reading in readings:
        alarms.hear(reading, values)
    return {alarm.kind: alarm for alarm in alarms.standing}


def train(session, steps, every):
    """Alarms after ``steps`` updates, a reading every so many."""
    trainer, alarms = session.trainer, Alarms()
    for step in range(1, steps + 1):
        before, start = trainer.network.theta.copy(), trainer.position
        trainer.update()
        if step % every == 0:
            m = len(trainer.order[start : start + trainer.mini_batch])
            work = trainer._passes[m]
            health = layer_health(trainer.network, work.buffers, trainer.gradient, before)
            alarms.hear(health, trainer.values)
    return {alarm.kind: alarm for alarm in alarms.standing}


def test_that_a_deep_sigmoid_network_vanishes_at_layer_1(make_session):
    deep = make_session(
        hidden_layers=[16] * 10, activation="sigmoid", optimizer="gradient_descent",
        learning_rate=0.1,
    )  # fmt: skip
    alarm = train(deep, 40, 10)["vanishing"]
    assert alarm.layer == 1
    assert alarm.layers[:3] == (1, 2, 3)
    assert "towards layers 1 to " in alarm.sentence
    assert "worst in layer 1" in alarm.sentence
    assert "ReLU" in alarm.what_to_do
    assert "batch norm" in alarm.what_to_do


def test_that_a_dead_network_is_told_with_its_layer(make_session):
    session = make_session(hidden_layers=[20, 10], learning_rate=1e-3)
    session.network.parameters["b2"][:] = -100
    alarm = train(session, 20, 10)["dead"]
    assert (alarm.layer, alarm.layers) == (2, (2,))
    assert alarm.sentence == (
        "Units are dead in layer 2: 100\N{NO-BREAK SPACE}% of 10 gave 0 for all 32 examples of the "
        "mini-batch."
    )
    assert "leaky ReLU" in alarm.what_to_do


def test_that_an_exploding_linear_network_is_told(make_session):
    session = make_session(
        hidden_layers=[16] * 6, activation="linear", initialization="random",
        initialization_scale=1.5, learning_rate=1e-6,
    )  # fmt: skip
    found = train(session, 20, 10)
    assert found["growing"].layer == 6
    assert found["exploding"].layer == 1
    assert "clip the gradient" in found["exploding"].what_to_do


def test_that_large_weights_saturate_tanh(make_session):
    session = make_session(
        hidden_layers=[20, 10], activation="tanh", initialization="random",
        initialization_scale=30.0,
    )  # fmt: skip
    assert 2 in train(session, 20, 10)["saturated"].layers


def test_that_updates_out_of_proportion_are_told(make_session):
    wild = make_session(optimizer="gradient_descent", learning_rate=10.0, explosion_factor=1e9)
    assert "large updates" in train(wild, 4, 1)
    timid = make_session(optimizer="adam", learning_rate=1e-6)
    found = train(timid, 20, 5)["small updates"]
    assert found.layers == (1, 2)
    assert "Raise α" in found.what_to_do


@pytest.mark.parametrize("activation", ["relu", "tanh", "leaky_relu"])
def test_that_a_healthy_network_raises_no_alarm(activation, make_session):
    session = make_session(hidden_layers=[24, 16], activation=activation, learning_rate=3e-3)
    assert train(session, 400, 20) == {}


def test_that_one_bad_reading_raises_nothing_and_two_do():
    bad = (layer(dead=0.9), LAST)
    assert hear(bad) == {}
    assert hear(bad, (layer(), LAST), bad) == {}
    assert hear(bad, bad)["dead"].layer == 1


def test_that_an_alarm_stays_until_two_readings_are_well():
    bad, between, good = ((layer(dead=share), LAST) for share in (0.9, 0.45, 0.1))
    raised = (bad, bad)
    assert "dead" in hear(*raised, good)
    assert "dead" in hear(*raised, good, bad, good)
    assert "dead" in hear(*raised, between, between, between)
    assert "dead" not in hear(*raised, good, good)


def test_that_noise_about_the_limit_does_not_make_an_alarm_flicker():
    alarms = Alarms()
    shares = itertools.islice(itertools.cycle([0.52, 0.48, 0.51, 0.53, 0.47, 0.44]), 60)
    told = [bool(alarms.hear((layer(dead=share), LAST), VALUES)) for share in shares]
    assert sum(one != other for one, other in itertools.pairwise(told)) == 1


def test_that_too_few_examples_say_nothing_about_dead_units():
    few = (layer(dead=1.0, m=8), LAST)
    assert hear(few, few, few) == {}
    many = (layer(dead=0.9), LAST)
    last_of_epoch = (layer(dead=0.0, m=3), LAST)
    assert (
        "90\N{NO-BREAK SPACE}%" in hear(many, many, last_of_epoch, last_of_epoch)["dead"].sentence
    )


def test_that_the_sentence_of_a_standing_alarm_is_about_a_bad_reading():
    bad, good = (layer(dead=0.9), LAST), (layer(dead=0.1), LAST)
    assert "90\N{NO-BREAK SPACE}%" in hear(bad, bad, good)["dead"].sentence


def test_that_one_alarm_of_a_kind_names_all_layers_and_the_worst():
    reading = (
        layer(1, dead=0.6), layer(2, dead=0.1), layer(3, dead=0.8), layer(4, m=64),
        LayerHealth(**{**vars(LAST), "layer": 5}),
    )  # fmt: skip
    alarm = hear(reading, reading)["dead"]
    assert (alarm.layer, alarm.layers) == (3, (1, 3))
    assert "layers 1 and 3: worst in layer 3, where 80\N{NO-BREAK SPACE}%" in alarm.sentence


def test_that_a_signal_of_nothing_vanishes():
    reading = (layer(signal_rms=0.0), LAST)
    assert hear(reading, reading)["vanishing"].sentence == (
        "Gradients vanish towards layer 1: ∂J/∂Z is 0."
    )


def test_that_a_perfect_fit_is_no_vanishing_gradient():
    still = (layer(signal_rms=0.0), LayerHealth(**{**vars(LAST), "signal_rms": 0.0}))
    assert "vanishing" not in hear(still, still, still)


def test_that_forgetting_ends_all_alarms():
    alarms = Alarms()
    bad = (layer(dead=0.9), LAST)
    alarms.hear(bad, VALUES)
    alarms.hear(bad, VALUES)
    alarms.forget()
    assert alarms.standing == ()
    assert alarms.hear(bad, VALUES) == ()


def test_that_advice_leaves_out_what_is_in_force():
    reading = (layer(signal_rms=1e3, activation_rms=1e3), LAST)
    plain = hear(reading, reading)
    assert "clip" in plain["exploding"].what_to_do
    assert "batch norm" in plain["growing"].what_to_do
    done = complete({"clip_norm": 1.0, "batch_norm": "on", "optimizer": "adamw"})
    found = hear(reading, reading, values=done)
    assert "clip" not in found["exploding"].what_to_do
    assert "batch norm" not in found["growing"].what_to_do
    assert "weight decay" in found["growing"].what_to_do


def test_that_layers_and_numbers_are_written_as_people_do():
    assert [layers_named(ls) for ls in ((2,), (1, 2), (1, 2, 3), (1, 2, 4))] == [
        "layer 2", "layers 1 and 2", "layers 1 to 3", "layers 1, 2 and 4",
    ]  # fmt: skip
    assert [number(x) for x in (0.0, 3.14e-7, 0.0123, 42.0, 5.6e7, float("inf"))] == [
        "0", "3.1·10⁻⁷", "0.012", "42", "5.6·10⁷", "∞",
    ]  # fmt: skip
