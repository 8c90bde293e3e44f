"""What goes into a checkpoint file comes out again, every field of it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import hyperparameters
from dllab.checkpoint import Contents, read_checkpoint, write_checkpoint
from dllab.errors import SessionError
from dllab.hyperparameters import TABLE
from dllab.training.history import Segment
from dllab.training.state import State
from dllab.training.timeline import CheckpointInfo, Reason

counts = st.integers(0, 2**53)
reals = st.floats(allow_nan=False, allow_infinity=False)
curve_values = st.floats(width=32)
# A fixed-length text of HDF5 is filled up with NUL, so it cannot end with one.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40)
words = st.lists(st.integers(0, 2**64 - 1), min_size=6, max_size=6).map(
    lambda numbers: np.array(numbers, np.uint64)
)
reasons = get_args(Reason)


def value_of(record):
    if record.kind == "choice":
        return st.sampled_from(record.choices)
    if record.kind == "units":
        return st.just((3, 5))
    if record.per_layer:
        return st.lists(st.floats(record.low, record.high), min_size=2, max_size=2)
    if record.kind == "int":
        inside = st.integers(int(record.low), int(record.high))
    else:
        inside = st.floats(
            record.low, record.high, exclude_min=record.low_open, exclude_max=record.high_open
        )
    return inside if record.off is None else inside | st.just(record.off)


values = st.fixed_dictionaries({key: value_of(record) for key, record in TABLE.items()}).map(
    hyperparameters.complete
)


@st.composite
def vectors(draw, size, dtype):
    width = 8 * np.dtype(dtype).itemsize
    finite = st.floats(allow_nan=False, allow_infinity=False, width=width)
    return np.array(draw(st.lists(finite, min_size=size, max_size=size)), dtype)


@st.composite
def states(draw):
    size, m = draw(st.integers(1, 7)), draw(st.integers(1, 9))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    names = draw(st.sampled_from([(), ("v",), ("s",), ("v", "s")]))
    return State(
        step=draw(counts),
        epoch=draw(counts),
        position=draw(st.integers(0, m)),
        examples=draw(counts),
        order_epoch=draw(st.integers(-1, 2**40)),
        order=np.array(draw(st.permutations(range(m))), np.intp),
        theta=draw(vectors(size, dtype)),
        statistics=draw(vectors(draw(st.sampled_from([0, 4])), dtype)),
        slots={n: abs(draw(vectors(size, dtype))) for n in names},
        remaining={name: draw(st.floats(0, 1)) for name in names},
        streams={"shuffle": draw(words), "dropout": draw(words)},
        hyperparameters=draw(values),
        first_cost=draw(st.none() | reals),
        members=draw(st.integers(1, 256)),
        seconds=draw(reals),
    )


@st.composite
def segments(draw):
    steps = sorted(draw(st.sets(st.integers(0, 2**50), max_size=4)))
    curve = draw(st.lists(curve_values, max_size=5))
    measured = draw(st.lists(reals, min_size=len(steps), max_size=len(steps)))
    return Segment(
        branch=draw(texts),
        parent=draw(texts),
        first_step=draw(st.integers(1, 2**50)),
        dense={"train_cost": np.array(curve, np.float32)},
        sparse={"dev_cost": (np.array(steps, np.int64), np.array(measured))},
    )


@st.composite
def all_contents(draw):
    state = draw(states())
    info = CheckpointInfo(
        key=draw(st.integers(0, 999_999).map(lambda number: f"{number:06d}")),
        parent=draw(texts),
        branch=draw(texts),
        step=state.step,
        epoch=draw(reals),
        reason=draw(st.sampled_from(reasons)),
        when=draw(texts),
        note=draw(texts),
        train_cost=draw(st.none() | reals),
        dev_cost=draw(st.none() | reals),
        hyperparameters=state.hyperparameters,
        saved=True,
    )
    return Contents(
        info=info,
        state=state,
        history=tuple(draw(st.lists(segments(), max_size=12))),
        recipe=draw(texts),
        data_fingerprint=draw(texts),
        complete=draw(st.booleans()),
        journal=draw(texts),
        tree=draw(texts),
        facts=draw(st.dictionaries(st.sampled_from(["numpy", "blas"]), texts.filter(bool))),
        session=draw(texts),
    )


def assert_same_arrays(one, other):
    assert (one.dtype, one.shape) == (other.dtype, other.shape)
    assert one.tobytes() == other.tobytes()


def assert_same_segment(one, other):
    assert (one.branch, one.parent, one.first_step) == (
        other.branch,
        other.parent,
        other.first_step,
    )
    assert (set(one.dense), set(one.sparse)) == (set(other.dense), set(other.sparse))
    for name, array in one.dense.items():
        assert_same_arrays(array, other.dense[name])
    for name, pair in one.sparse.items():
        for array, twin in zip(pair, other.sparse[name], strict=True):
            assert_same_arrays(array, twin)


@given(written=all_contents())
@settings(max_examples=35, deadline=None)
def test_that_every_field_comes_back(written, tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "a.h5"
    write_checkpoint(path, written)
    read = read_checkpoint(path)
    assert read.state.fingerprint() == written.state.fingerprint()
    for field in fields(State):
        one, other = getattr(written.state, field.name), getattr(read.state, field.name)
        if field.name in ("order", "theta", "statistics"):
            assert_same_arrays(one, other)
        elif field.name in ("slots", "streams"):
            assert set(one) == set(other)
            for name, array in one.items():
                assert_same_arrays(array, other[name])
        else:
            assert one == other, field.name
    for key, value in written.state.hyperparameters.items():
        assert type(read.state.hyperparameters[key]) is type(value), key
    assert read.info == written.info
    assert len(read.history) == len(written.history)
    for one, other in zip(written.history, read.history, strict=True):
        assert_same_segment(one, other)
    for name in ("recipe", "data_fingerprint", "complete", "journal", "tree", "facts", "session"):
        assert getattr(read, name) == getattr(written, name), name


def test_that_every_field_of_a_state_decides_its_fingerprint_but_the_clock(make_session):

    session = make_session(keep_prob=0.5)
    session.run(steps=3)
    state = session.capture()
    changed = {
        "step": state.step + 1,
        "epoch": state.epoch + 1,
        "position": state.position + 1,
        "examples": state.examples + 1,
        "order_epoch": state.order_epoch + 1,
        "order": state.order[::-1].copy(),
        "theta": np.nextafter(state.theta, np.float32(9)),
        "statistics": np.ones(2, np.float32),
        "slots": {**state.slots, "v": -state.slots["v"]},
        "remaining": {**state.remaining, "v": 0.123},
        "streams": {**state.streams, "dropout": state.streams["shuffle"]},
        "hyperparameters": {**state.hyperparameters, "beta": 0.1},
        "first_cost": np.nextafter(state.first_cost, 9.0).item(),
        "members": state.members + 1,
    }
    assert set(changed) == {field.name for field in fields(State)} - {"seconds"}
    for name, value in changed.items():
        assert replace(state, **{name: value}).fingerprint() != state.fingerprint(), name
    assert replace(state, seconds=state.seconds + 1).fingerprint() == state.fingerprint()


@pytest.mark.parametrize("note", ["ünï – 学习 🎛", "ends with a space ", "two\nlines", "x" * 5000])
def test_that_any_note_is_kept(note, make_session, tmp_path):
    session = make_session(tmp_path / "s")
    key = session.checkpoint(note)
    assert read_checkpoint(tmp_path / "s" / "checkpoints" / f"{key}.h5").info.note == note


def test_that_a_note_too_long_for_the_file_is_refused_everywhere(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    key = session.checkpoint("🎛" * 10_000)
    before = session.fingerprint(), len(session.journal)
    for act in (
        lambda note: session.checkpoint(note),
        lambda note: session.nudge(learning_rate=0.5, note=note),
        lambda note: session.rollback(key, note=note),
    ):
        with pytest.raises(SessionError, match=r"10,001 characters.*10,000"):
            act("x" * 10_001)
    assert (session.fingerprint(), len(session.journal)) == before


def test_that_a_note_that_is_no_valid_text_loses_no_work(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    key = session.checkpoint("odd \udcff byte")
    session.run(steps=5)
    assert session.timeline[key].saved
    later = session.checkpoint("after")
    session.close()
    reopened = type(session).open(tmp_path / "s")
    assert later in reopened.timeline
    assert reopened.step == 10
    reopened.close()
