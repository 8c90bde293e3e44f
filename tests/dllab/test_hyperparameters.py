"""The table walked: every record is complete, and its checks, texts and messages agree."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.errors import DllabError, HyperparameterError
from dllab.hyperparameters import TABLE, changed, complete, defaults, live_knobs, with_changes

RECORDS = list(TABLE.values())
NUMBERS = [record for record in RECORDS if record.kind in ("float", "int")]
CHOICES = [record for record in RECORDS if record.kind == "choice"]


def named(records):
    return pytest.mark.parametrize("record", records, ids=lambda record: record.key)


def refusal(record, value):
    with pytest.raises(HyperparameterError) as caught:
        record.check(value)
    message = str(caught.value)
    assert record.key in message
    assert record.range_text in message
    return message


@named(RECORDS)
def test_that_a_record_is_complete(record):
    assert record.help.strip().endswith((".", ")"))
    assert len(record.help) > 20
    assert record.name
    assert record.name == record.name.strip()
    assert record.section in ("data", "network", "training")
    assert record.range_text
    assert record.live <= (record.section == "training")
    assert bool(record.choices) == (record.kind == "choice")


@named(RECORDS)
def test_that_the_default_is_allowed_and_canonical(record):
    checked = record.check(record.default)
    assert checked == record.default
    assert type(checked) is type(record.default)


def inside(record, value):
    return int(value) if record.kind == "int" else float(value)


def just_outside(record, end, sign):
    if record.kind == "int":
        return int(end) + sign
    return float(np.nextafter(end, sign * math.inf))


@named(NUMBERS)
def test_that_the_window_is_told_without_key_and_pythons_quotes(record):
    with pytest.raises(HyperparameterError) as caught:
        record.parse("much")
    assert caught.value.plain == f"{record.name} must be {record.range_text}, not “much”."
    assert str(caught.value).endswith("got 'much'.")


def test_that_large_numbers_are_told_with_separators():
    with pytest.raises(HyperparameterError) as caught:
        TABLE["plateau_epochs"].check(1_000_000)
    assert (
        caught.value.plain
        == "plateau length must be a whole number from 1 to 100,000, not 1,000,000."
    )
    assert "(plateau_epochs)" in str(caught.value)


@named(NUMBERS)
def test_that_the_ends_of_the_range_are_where_it_says(record):
    ends = (record.low, record.low_open, -1), (record.high, record.high_open, 1)
    for end, is_open, sign in ends:
        assert math.isfinite(end)
        value = inside(record, end)
        if is_open:
            refusal(record, value)
            assert record.check(just_outside(record, end, -sign))
        else:
            assert record.check(value) == value
        outside = just_outside(record, end, sign)
        if outside != record.off:
            refusal(record, outside)


@named(NUMBERS)
def test_that_off_is_allowed_and_has_a_name(record):
    if record.off is None:
        if not record.low <= 0 <= record.high:
            refusal(record, 0)
        return
    assert record.check(record.off) == record.off
    assert not record.low <= record.off <= record.high
    assert record.parse(record.off_name.upper()) == record.off
    assert record.show(record.check(record.off)) == record.off_name
    assert record.off_name in record.range_text


@named(RECORDS)
@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, "fast", "", None, True, False, [], {}, [0.5, "x"], 10**400,
     -(10**400), 1j, b"1", np.array([1.0, 2.0]), object()],
    ids=lambda value: repr(value)[:12],
)  # fmt: skip
def test_that_what_is_no_such_value_is_refused(record, value):
    if isinstance(value, list) and not value and (record.kind == "units" or record.per_layer):
        assert record.check(value) == ()
        return
    with pytest.raises(HyperparameterError) as caught:
        record.check(value)
    assert record.range_text in str(caught.value)


@named([record for record in RECORDS if record.kind == "int"])
def test_that_a_whole_number_must_be_whole(record):
    refusal(record, record.low + 0.5)
    assert type(record.check(float(record.low))) is int
    assert record.check(np.int64(record.low)) == record.low


@named(NUMBERS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_that_what_is_shown_can_be_typed_in_again(record, data):
    # Between the ends, so that six digits do not round a value out of its range.
    if record.kind == "int":
        value = data.draw(st.integers(int(record.low), int(record.high)))
        assert record.parse(record.show(value)) == value
    else:
        middle = 1e-5 * (record.high - record.low)
        bounds = {"exclude_min": record.low_open, "exclude_max": record.high_open}
        value = data.draw(st.floats(record.low, record.high - middle, **bounds))
        if record.low < float(f"{value:.6g}"):
            assert record.parse(record.show(value)) == pytest.approx(value, rel=1e-5)
    assert record.parse(f"  {value!r} ") == value


@named(CHOICES)
def test_that_a_choice_is_typed_in_any_case(record):
    for choice in record.choices:
        assert record.parse(f" {choice.upper()} ") == choice
        assert record.show(choice) == choice
    refusal(record, "something else")
    refusal(record, 1)


@given(units=st.lists(st.integers(1, 100_000), max_size=6))
def test_that_hidden_layers_are_shown_and_typed_alike(units):
    record = TABLE["hidden_layers"]
    assert record.parse(record.show(record.check(units))) == tuple(units)
    assert record.parse(str(units)) == tuple(units)


@pytest.mark.parametrize("value", [[0], [3, -1], [2.5], [2.0, 3], ["3"], [True], 3, "3", [100_001]])
def test_that_impossible_hidden_layers_are_refused(value):
    refusal(TABLE["hidden_layers"], value)


@pytest.mark.parametrize(
    "text", ["", "x", "1e400", "nan", "inf", "1,2", "1;5", "0x10", "--1", "1 2"]
)
@named(NUMBERS)
def test_that_nonsense_typed_in_is_refused_with_the_range(record, text):
    if record.per_layer and text == "1,2":
        text = "1,x"
    with pytest.raises(HyperparameterError, match="must be"):
        record.parse(text)


def test_that_keep_prob_is_spread_over_the_hidden_layers():
    assert complete({"hidden_layers": [3, 4, 5], "keep_prob": 0.8})["keep_prob"] == (0.8,) * 3
    given = {"hidden_layers": [3, 4], "keep_prob": [0.8, 1.0]}
    assert complete(given)["keep_prob"] == (0.8, 1.0)
    assert complete({"hidden_layers": []})["keep_prob"] == ()
    for wrong in ([0.5], [0.5, 0.5, 0.5], []):
        with pytest.raises(HyperparameterError, match="2 hidden layers"):
            complete({"hidden_layers": [3, 4], "keep_prob": wrong})
    with pytest.raises(HyperparameterError, match="keep_prob"):
        complete({"hidden_layers": [3, 4], "keep_prob": [0.5, 0.01]})
    with pytest.raises(HyperparameterError, match="as a list"):
        complete({"keep_prob[1]": 0.5})


def test_that_completing_gives_a_value_for_every_record():
    assert set(complete({})) == set(defaults()) == set(TABLE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lerning_rate", "learning_rate"),
        ("learningrate", "learning_rate"),
        ("keepprob", "keep_prob"),
        ("batch_size", "mini_batch_size"),
        ("l2_", "l2"),
        ("beta_2", "beta2"),
        ("Adam", ""),
        ("", ""),
    ],
)
def test_that_an_unknown_key_gets_a_hint(typed, meant):
    for act in (complete, lambda given: changed(complete({}), given)):
        with pytest.raises(HyperparameterError) as caught:
            act({typed: 1})
        message = str(caught.value)
        assert repr(typed) in message
        assert meant in message
        assert ("did you mean" in message) or ("known are" in message)


@named(RECORDS)
def test_that_exactly_the_live_ones_move(record):
    current = complete({"hidden_layers": [3, 4]})
    if record.live:
        assert changed(current, {record.key: current[record.key]}) == {}
    else:
        with pytest.raises(HyperparameterError, match="fixed once a run has started"):
            changed(current, {record.key: record.default})


def test_that_changes_name_each_layer_and_are_put_in():
    current = complete({"hidden_layers": [3, 4]})
    moves = changed(current, {"keep_prob": 0.5, "beta": 0.8})
    assert moves == {
        "keep_prob[1]": (1.0, 0.5),
        "keep_prob[2]": (1.0, 0.5),
        "beta": (0.9, 0.8),
    }
    after = with_changes(current, moves)
    assert after["keep_prob"] == (0.5, 0.5)
    assert after["beta"] == 0.8
    assert current["keep_prob"] == (1.0, 1.0)
    assert changed(after, {"keep_prob[2]": 0.9}) == {"keep_prob[2]": (0.5, 0.9)}
    assert changed(after, {"keep_prob": [0.5, 0.9]}) == {"keep_prob[2]": (0.5, 0.9)}
    knobs = live_knobs(after)
    assert knobs["keep_prob[1]"] == 0.5
    assert "keep_prob" not in knobs
    assert "seed" not in knobs
    assert changed(current, knobs) == moves


def test_that_every_message_is_of_the_kind_that_is_shown():
    assert issubclass(HyperparameterError, DllabError)
