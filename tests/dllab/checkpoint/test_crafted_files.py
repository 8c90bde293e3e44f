"""Files sealed by a hostile hand: refused before anything is written, and left as they are."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from dllab import Session
from dllab.checkpoint import read_checkpoint, write_checkpoint
from dllab.errors import CheckpointError, DllabError, SessionError
from dllab.replay import open_recording, replay, verify


@pytest.fixture(scope="module")
def steered(make_recipe, tmp_path_factory):
    """The contents of a file saved after a nudge and a rollback, on the second branch."""
    path = tmp_path_factory.mktemp("steered") / "steered.h5"
    with Session.create(make_recipe("moons", examples=90, optimizer="adam")) as session:
        session.run(steps=20)
        key = session.checkpoint("a")
        session.nudge(learning_rate=0.01)
        session.run(steps=9)
        session.rollback(key)
        session.run(steps=5)
        session.checkpoint("b")
        session.save_as(path)
    return read_checkpoint(path)


def refused(path, contents):
    """The sentence with which a file is refused by everything that reads one."""
    write_checkpoint(path, contents)
    before = path.read_bytes()
    with pytest.raises((CheckpointError, SessionError)) as caught:
        Session.open(path, path.parent / "unpacked")
    message = str(caught.value)
    assert str(path) in message
    assert message.endswith(".")
    assert not (path.parent / "unpacked").exists()
    for look in (replay, verify):
        with pytest.raises(DllabError):
            look(open_recording(path))
    assert path.read_bytes() == before
    return message


def in_journal(contents, entry_kind, **fields):
    """The contents with other fields in the first entry of this kind."""
    records = [json.loads(line) for line in contents.journal.split("\n")]
    next(record for record in records if record["kind"] == entry_kind).update(fields)
    return replace(contents, journal="\n".join(json.dumps(record) for record in records))


def in_tree(contents, branch, **fields):
    records = json.loads(contents.tree)
    records[branch].update(fields)
    return replace(contents, tree=json.dumps(records))


def test_that_the_file_itself_opens_trains_and_opens_again(steered, tmp_path):
    path = tmp_path / "a.h5"
    write_checkpoint(path, steered)
    for place, into in ((path, tmp_path / "unpacked"), (tmp_path / "unpacked", None)):
        with Session.open(place, into) as session:
            session.run(steps=3)
            session.rollback(session.checkpoint())
    assert replay(open_recording(tmp_path / "unpacked")).same


JOURNALS = {
    "a repeated id": ("checkpoint", {"id": 1}, "repeats entry 1 in line 2"),
    "a large id": ("nudge", {"id": 10**9}, "repeats entry"),
    "a name of another digit": ("nudge", {"checkpoint": "²"}, "no number"),
    "a checkpoint of another digit": ("checkpoint", {"checkpoint": "²"}, "no number"),
    "a checkpoint without a name": ("checkpoint", {"checkpoint": ""}, "no number"),
    "a name without end": ("rollback", {"checkpoint": "9" * 5000}, "no number"),
    "a name too long for a disk": ("checkpoint", {"checkpoint": "9" * 300}, "no number"),
    "an unknown parent": ("rollback", {"detail": {"parent_branch": "branch-9"}}, "cannot be"),
    "another branch": ("rollback", {"branch": "zz"}, "branch"),
    "a branch of no name": ("rollback", {"branch": ""}, "cannot be"),
    "another fork": ("rollback", {"step": 10**12}, "branch"),
    "a fork before the start": ("rollback", {"step": -9}, ""),
    "a second main": ("nudge", {"kind": "rollback"}, "cannot be"),
}


@pytest.mark.parametrize(("kind", "fields", "words"), JOURNALS.values(), ids=JOURNALS)
def test_that_a_journal_that_no_folder_opens_with_is_refused_in_a_file(
    kind, fields, words, steered, tmp_path
):
    assert words in refused(tmp_path / "a.h5", in_journal(steered, kind, **fields))


def test_that_a_file_without_its_journal_is_refused(steered, tmp_path):
    message = refused(tmp_path / "a.h5", replace(steered, journal=""))
    assert "'branch-2' that the journal has not" in message


TREES = {
    "a fork far away": {"fork_step": 10**12},
    "a fork before the start": {"fork_step": -3},
    "a fork of text": {"fork_step": "1"},
    "no parent": {"parent": ""},
    "no name": {"name": ""},
    "a title of a number": {"title": 5},
    "a branch twice": {"name": "main", "parent": "", "fork_step": 0},
}


@pytest.mark.parametrize("fields", TREES.values(), ids=TREES)
def test_that_a_tree_that_the_journal_does_not_tell_of_is_refused(fields, steered, tmp_path):
    assert "branch" in refused(tmp_path / "a.h5", in_tree(steered, 1, **fields))


def test_that_a_tree_without_a_branch_is_refused(steered, tmp_path):
    assert "lacks the branch" in refused(tmp_path / "a.h5", replace(steered, tree="[]"))


def far_away(contents):
    info = replace(contents.info, step=10**12)
    return replace(contents, info=info, state=replace(contents.state, step=10**12))


def fork_far_away(contents):
    moved = in_journal(in_tree(contents, 1, fork_step=10**12), "rollback", step=10**12 + 1)
    pieces = [
        replace(piece, first_step=10**12 + 1) if piece.branch != "main" else piece
        for piece in contents.history
    ]
    return replace(moved, history=tuple(pieces))


def piece_far_away(contents):
    pieces = [replace(piece, first_step=10**12) for piece in contents.history]
    return replace(contents, history=tuple(pieces))


STEPS = {
    "the state": far_away,
    "the fork": fork_far_away,
    "the curves": piece_far_away,
    "no curves": lambda contents: replace(contents, history=()),
    "curves twice": lambda contents: replace(contents, history=contents.history * 2),
    "a state before its branch": lambda contents: replace(
        contents, info=replace(contents.info, step=3), state=replace(contents.state, step=3)
    ),
    "a branch that is not there": lambda contents: replace(
        contents, info=replace(contents.info, branch="nope")
    ),
}


@pytest.mark.parametrize("change", STEPS.values(), ids=STEPS)
def test_that_steps_beyond_what_the_curves_hold_are_refused(change, steered, tmp_path):
    refused(tmp_path / "a.h5", change(steered))


def test_that_a_state_put_in_place_beyond_the_curves_is_saved_so_that_it_opens(
    make_session, tmp_path
):
    trained, other = make_session(), make_session()
    trained.run(steps=30)
    other.restore(trained.capture())
    other.save_as(tmp_path / "a.h5")
    with Session.open(tmp_path / "a.h5", tmp_path / "unpacked") as session:
        assert session.fingerprint() == trained.fingerprint()
        session.run(steps=5)
        session.checkpoint()
    with Session.open(tmp_path / "unpacked") as session:
        assert session.step == 35


def in_state(**fields):
    return lambda contents: replace(contents, state=replace(contents.state, **fields))


def knobs(**values):
    def change(contents):
        given = {**contents.state.hyperparameters, **values}
        return replace(contents, state=replace(contents.state, hyperparameters=given))

    return change


STATES = {
    "a weight above 1": (in_state(remaining={"v": 7.0, "s": 0.5}), "between 0 and 1"),
    "a weight below 0": (in_state(remaining={"v": 0.5, "s": -0.5}), "between 0 and 1"),
    "a weight of no number": (in_state(remaining={"v": 0.5, "s": math.nan}), "between 0 and 1"),
    "a negative square": (
        lambda c: in_state(slots={**c.state.slots, "s": c.state.slots["s"] - 1})(c),
        "squared gradient",
    ),
    "a first cost of no number": (in_state(first_cost=math.nan), "not finite"),
    "endless time": (in_state(seconds=math.inf), "not finite"),
    "too many examples": (in_state(examples=2**60), "out of range"),
    "another step than is told": (in_state(step=3), "another step"),
    "no hyperparameters": (in_state(hyperparameters={}), "hidden_layers"),
    "other layers": (knobs(hidden_layers=(9,)), "hidden_layers"),
    "another seed": (knobs(seed=99), "seed"),
    "a rate out of range": (knobs(learning_rate=1e9), "learning_rate"),
}


@pytest.mark.parametrize(("change", "words"), STATES.values(), ids=STATES)
def test_that_a_state_that_cannot_be_trained_on_is_refused(change, words, steered, tmp_path):
    assert words in refused(tmp_path / "a.h5", change(steered))


def test_that_knobs_for_images_are_refused_where_there_are_none(steered, tmp_path):
    path = tmp_path / "a.h5"
    write_checkpoint(path, knobs(augment_shift=2.0)(steered))
    with pytest.raises(SessionError, match="image"):
        Session.open(path, tmp_path / "unpacked")
    assert not (tmp_path / "unpacked").exists()


def test_that_a_file_in_a_folder_is_gone_back_to_only_if_it_fits(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    path = tmp_path / "s" / "checkpoints" / f"{(key := session.checkpoint())}.h5"
    write_checkpoint(path, knobs(seed=99)(read_checkpoint(path)))
    session.run(steps=5)
    before = session.fingerprint(), session.branch
    with pytest.raises(CheckpointError, match="seed"):
        session.rollback(key)
    assert (session.fingerprint(), session.branch) == before


VALUES = {
    "a rate of text": ("nudge", {"changes": {"learning_rate": ["a", "b"]}}),
    "a rate out of range": ("rollback", {"changes": {"learning_rate": [0.1, 1e30]}}),
    "one value": ("nudge", {"changes": {"learning_rate": [0.1]}}),
    "a layer of lists": ("nudge", {"changes": {"keep_prob[1]": [1.0, [0.5, 0.5]]}}),
    "a knob without its layer": ("nudge", {"changes": {"keep_prob": [1.0, 0.5]}}),
    "a fixed one": ("nudge", {"changes": {"hidden_layers": [[8], [9]]}}),
    "a step of text": ("rollback", {"detail": {"from_branch": "main", "from_step": "x"}}),
    "a step of nothing": ("rollback", {"detail": {"from_branch": "main", "from_step": None}}),
    "a step without a branch": ("rollback", {"detail": {"from_step": 3}}),
    "a reason of a list": ("checkpoint", {"detail": {"reason": ["a"]}}),
    "a parent of a number": ("rollback", {"detail": {"parent_branch": 3}}),
    "a negative step": ("nudge", {"step": -9}),
    "a step without end": ("nudge", {"step": 10**30}),
    "a negative id": ("start", {"id": -1}),
    "an id without end": ("checkpoint", {"id": 10**30}),
    "a time of a number": ("nudge", {"when": 5}),
    "an epoch of text": ("nudge", {"epoch": "x"}),
    "a cost of text": ("checkpoint", {"dev_cost": "x"}),
    "an entry of a list": ("nudge", {"of": [1]}),
}


@pytest.mark.parametrize(("kind", "fields"), VALUES.values(), ids=VALUES)
def test_that_a_journal_with_a_value_that_cannot_be_is_refused(kind, fields, steered, tmp_path):
    message = refused(tmp_path / "a.h5", in_journal(steered, kind, **fields))
    assert "of the journal cannot be read" in message


def test_that_a_layer_that_is_not_there_is_refused_when_it_is_turned(steered, tmp_path):
    crafted = in_journal(steered, "nudge", changes={"keep_prob[9]": [1.0, 0.5]})
    write_checkpoint(tmp_path / "a.h5", crafted)
    with pytest.raises(DllabError, match="hidden layers are numbered 1 to 1"):
        replay(open_recording(tmp_path / "a.h5"))


def test_that_a_detail_that_could_not_be_read_again_is_refused(make_session):
    session = make_session()
    key = session.checkpoint()
    before = session.fingerprint(), len(session.journal)
    for act in (
        lambda detail: session.nudge(learning_rate=0.5, detail=detail),
        lambda detail: session.rollback(key, detail=detail),
    ):
        with pytest.raises(SessionError, match="cannot be kept"):
            act({"rule": 5})
    assert (session.fingerprint(), len(session.journal)) == before
