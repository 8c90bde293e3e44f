"""What is suggested depends on what is in force, and can always be done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dllab.diagnosis.bias_variance import diagnose
from dllab.diagnosis.suggestions import recipe_for
from dllab.hyperparameters import TABLE, changed, complete
from dllab.recipe import Recipe

HIGH_BIAS, HIGH_VARIANCE, BOTH = (0.15, 0.16), (0.01, 0.11), (0.15, 0.30)


def suggested(case, image_shape=None, **values):
    train, dev = case
    return diagnose(
        train, 10_000, dev, 10_000, 0.0, complete(values),
        image_shape=image_shape, train_examples=50_000,
    ).suggestions  # fmt: skip


def nudges(suggestions):
    return {
        key: value
        for one in suggestions
        if one.changes and not one.new_session
        for key, value in one.changes.items()
    }


def fresh(suggestions):
    return [dict(one.changes) for one in suggestions if one.new_session]


def test_that_high_variance_asks_for_regularization_and_data():
    found = suggested(HIGH_VARIANCE, hidden_layers=[128], mini_batch_size=64)
    assert nudges(found) == {"augment_noise": 0.1, "l2": 0.064, "keep_prob": (0.8,)}
    assert fresh(found) == [{"hidden_layers": (64,)}]
    assert any("more training examples" in one.text for one in found)


def test_that_images_are_augmented_as_images():
    found = nudges(suggested(HIGH_VARIANCE, image_shape=(28, 28)))
    assert found["augment_shift"] == 2
    assert found["augment_rotation"] == 10
    assert "augment_noise" not in found
    assert "augment_flip" not in found


def test_that_high_bias_asks_for_fit():
    found = suggested(
        HIGH_BIAS, hidden_layers=[128, 64], optimizer="momentum", learning_rate=0.3,
        activation="tanh", epochs=20,
    )  # fmt: skip
    wanted = nudges(found)
    assert wanted["epochs"] == 40
    assert (wanted["optimizer"], wanted["learning_rate"]) == ("adam", 0.001)
    assert wanted["schedule"] == "exponential"
    assert fresh(found) == [
        {"hidden_layers": (256, 128)},
        {"hidden_layers": (128, 64, 64)},
        {"activation": "relu", "initialization": "auto"},
    ]


def test_that_regularization_in_force_is_turned_down_for_bias_and_up_for_variance():
    values = {"l2": 0.3, "keep_prob": 0.8, "hidden_layers": [128]}
    assert nudges(suggested(HIGH_BIAS, **values))["l2"] == 0.1
    assert nudges(suggested(HIGH_BIAS, **values))["keep_prob"] == (1.0,)
    assert nudges(suggested(HIGH_VARIANCE, **values))["l2"] == 0.9
    assert nudges(suggested(HIGH_VARIANCE, **values))["keep_prob"] == (0.64,)
    both = suggested(BOTH, **values)
    assert nudges(both)["l2"] == 0.9
    assert {"hidden_layers": (64,)} not in fresh(both)


def test_that_the_modern_way_out_of_both_is_a_larger_network_with_regularization():
    assert {"hidden_layers": (256,), "l2": 0.064} in fresh(suggested(BOTH, hidden_layers=[128]))


def test_that_dropout_ends_where_it_does_harm():
    assert "keep_prob" not in nudges(suggested(HIGH_VARIANCE, keep_prob=0.5))
    assert "keep_prob" not in nudges(suggested(HIGH_VARIANCE, keep_prob=0.2))
    assert "keep_prob" not in nudges(suggested(HIGH_VARIANCE, hidden_layers=[10, 5]))
    mixed = suggested(HIGH_VARIANCE, hidden_layers=[64, 4], keep_prob=[0.6, 1.0])
    assert nudges(mixed)["keep_prob"] == (0.5, 1.0)


def test_that_l2_ends_where_it_kills_the_weights():
    assert "l2" not in nudges(suggested(HIGH_VARIANCE, l2=5.0, mini_batch_size=64))
    assert "l2" not in nudges(suggested(HIGH_VARIANCE, l2=TABLE["l2"].high, mini_batch_size=0))


def test_that_adamw_is_regularized_by_its_own_decay():
    found = nudges(suggested(HIGH_VARIANCE, optimizer="adamw", weight_decay=0.01))
    assert found["weight_decay"] == 0.03
    assert "l2" not in found


def test_that_a_network_that_began_with_zeros_is_told_why():
    assert {"initialization": "auto"} in fresh(suggested(HIGH_BIAS, initialization="zeros"))


def test_that_a_dev_set_that_is_too_small_is_made_larger_where_there_are_examples():
    rich = diagnose(0.0, 5000, 0.04, 50, 0.0, complete({}), train_examples=5000).suggestions
    assert fresh(rich) == [{"dev_examples": 500}]
    poor = diagnose(0.0, 200, 0.04, 50, 0.0, complete({}), train_examples=200).suggestions
    assert fresh(poor) == []
    assert "dev examples" in poor[0].text


def test_that_nothing_is_suggested_where_nothing_is_wrong():
    assert suggested((0.005, 0.01)) == ()


@st.composite
def any_values(draw):
    values = {}
    for key, record in TABLE.items():
        match record.kind:
            case "choice":
                values[key] = draw(st.sampled_from(record.choices))
            case "units":
                values[key] = draw(st.lists(st.integers(1, 100_000), max_size=9))
            case "int":
                numbers = st.integers(int(record.low), int(record.high))
                values[key] = draw(numbers if record.off is None else numbers | st.just(0))
            case _:
                high = record.high if not record.high_open else 0.99 * record.high
                numbers = st.floats(record.low, high)
                values[key] = draw(numbers if record.off is None else numbers | st.just(0.0))
    return complete(values)


@given(any_values(), st.sampled_from([HIGH_BIAS, HIGH_VARIANCE, BOTH]), st.booleans())
def test_that_every_suggestion_can_be_done_and_changes_something(values, case, images):
    train, dev = case
    found = diagnose(
        train, 10_000, dev, 10_000, 0.0, values, image_shape=(28, 28) if images else None
    )
    recipe = Recipe("run", "mnist", values)
    for one in found.suggestions:
        assert one.text
        assert one.why
        if one.new_session:
            made = recipe_for(recipe, values, one)
            assert made.values != recipe.values
            assert made.name != recipe.name
        elif one.changes:
            assert changed(values, one.changes)
            lowest = min(one.changes.get("keep_prob", (1.0,)), default=1.0)
            assert lowest >= min(0.5, *values["keep_prob"], 1.0)


def test_that_a_new_session_starts_from_the_values_in_force():
    recipe = Recipe("run", "mnist", {"hidden_layers": [64, 32], "learning_rate": 0.1})
    values = recipe.with_values(learning_rate=0.01, keep_prob=(0.9, 0.7)).values
    larger = next(one for one in suggested(HIGH_BIAS, hidden_layers=[64, 32]) if one.new_session)
    made = recipe_for(recipe, values, larger)
    assert made.values["hidden_layers"] == (128, 64)
    assert made.values["learning_rate"] == 0.01
    assert made.values["keep_prob"] == (0.9, 0.7)
    assert (made.name, made.source) == ("run, larger", "mnist")
    assert recipe_for(made, made.values, larger).name == "run, larger"


@pytest.mark.parametrize("label", ["deeper", "smaller"])
def test_that_another_number_of_layers_needs_no_other_list_of_keep_probs(label):
    values = complete({"hidden_layers": [64, 32], "keep_prob": [0.9, 0.7]})
    recipe = Recipe("run", "mnist", values)
    found = diagnose(0.15, 10_000, 0.16, 10_000, 0.0, values).suggestions
    found += diagnose(0.01, 10_000, 0.11, 10_000, 0.0, values).suggestions
    one = next(s for s in found if s.label == label)
    made = recipe_for(recipe, values, one)
    assert len(made.values["keep_prob"]) == len(made.values["hidden_layers"])
