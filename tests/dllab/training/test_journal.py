"""The ledger: append-only, one id after another, whole whatever the disk did."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Session
from dllab.errors import HyperparameterError, SessionError
from dllab.training.journal import Entry, Kind, Who, append_lines, read_journal

LINES = tuple(
    Entry(n, "nudge", 10 * n, n / 2, "main", "2024-05-01T12:00:00.000+00:00",
          note=f"löw {n}", changes={"learning_rate": (0.1, 0.1 / n)}).to_json()
    for n in range(1, 5)
)  # fmt: skip

plain = st.none() | st.floats(allow_nan=False) | st.text(max_size=9) | st.integers(-9, 9)

# What is known has values of its own kind.
unknown = st.text(max_size=9).map("?{}".format)


@given(
    entry=st.builds(
        Entry,
        id=st.integers(1, 10**9),
        kind=st.sampled_from(get_args(Kind)),
        step=st.integers(0, 10**12),
        epoch=st.floats(0, 1e6),
        branch=st.text(min_size=1, max_size=9),
        when=st.text(min_size=1, max_size=9),
        who=st.sampled_from(get_args(Who)),
        note=st.text(st.characters(exclude_categories=["Cs"])),
        changes=st.dictionaries(unknown, st.tuples(plain, plain), max_size=3),
        checkpoint=st.text(max_size=6),
        train_cost=st.none() | st.floats(allow_nan=False),
        dev_cost=st.none() | st.floats(allow_nan=False),
        of=st.none() | st.integers(1, 99),
        detail=st.dictionaries(unknown, plain, max_size=3),
    )
)
@settings(max_examples=100, deadline=None)
def test_that_an_entry_survives_its_line(entry):
    line = entry.to_json()
    assert "\n" not in line
    assert Entry.from_json(line) == entry


def test_that_every_torn_last_line_is_tolerated_and_the_next_entry_follows(tmp_path):
    path = tmp_path / "journal.jsonl"
    whole = "".join(line + "\n" for line in LINES).encode()
    last = len(LINES[-1].encode()) + 1
    for cut in range(1, last + 1):
        path.write_bytes(whole[:-cut])
        survivors = read_journal(path).entries
        kept = 4 if cut == 1 else 3
        assert [entry.to_json() for entry in survivors] == list(LINES[:kept])
        append_lines(path, [LINES[3]] if kept == 3 else [LINES[3].replace('"id":4', '"id":5')])
        assert [entry.id for entry in read_journal(path)] == list(range(1, kept + 2))


@pytest.mark.parametrize(
    "rest",
    [b"{", b"\xff\xfe", b"null", b"[]", b"17", b'{"id":5}', b'{"id":"five","kind":"nudge"}',
     b'{"id":5,"kind":"nudge","step":1,"epoch":0,"branch":"main","when":"","changes":[1]}',
     b'{"id":"five","kind":"nudge","step":1,"epoch":0,"branch":"main","when":""}',
     b'{"id":5,"kind":"nudge","step":"one","epoch":0,"branch":"main","when":""}',
     b'{"id":5,"kind":"rollback","step":1,"epoch":0,"branch":7,"when":""}',
     b'{"id":5,"kind":"rollback","step":1,"epoch":0,"branch":"b","when":"","detail":[]}',
     b"\0" * 300],
)  # fmt: skip
def test_that_a_last_line_that_is_no_entry_is_left_out(rest, tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes("".join(line + "\n" for line in LINES).encode() + rest)
    assert [entry.id for entry in read_journal(path)] == [1, 2, 3, 4]


def test_that_an_entry_missing_in_the_middle_is_told_with_its_line(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text("\n".join((LINES[0], LINES[1][:20], LINES[2], LINES[3])) + "\n", "utf-8")
    with pytest.raises(SessionError, match="Line 2 of the journal"):
        read_journal(path)


def test_that_a_torn_line_whose_entry_was_written_again_is_tolerated(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text("\n".join((LINES[0], LINES[1][:20], *LINES[1:])) + "\n", "utf-8")
    assert [entry.id for entry in read_journal(path)] == [1, 2, 3, 4]


def test_that_lines_written_twice_are_read_once_and_others_with_an_old_id_are_refused(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text("\n".join((*LINES[:3], *LINES[1:])) + "\n", "utf-8")
    assert [entry.id for entry in read_journal(path)] == [1, 2, 3, 4]
    path.write_text("\n".join((*LINES, LINES[1].replace("0.05", "0.5"))) + "\n", "utf-8")
    with pytest.raises(SessionError, match="repeats entry 2 in line 5"):
        read_journal(path)


def test_that_no_journal_is_an_empty_one(tmp_path):
    assert len(read_journal(tmp_path / "none")) == 0


def test_that_the_file_only_ever_grows_and_ids_count_up(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    path = tmp_path / "s" / "journal.jsonl"
    before = b""
    for number in range(1, 6):
        session.run(steps=3)
        session.nudge(learning_rate=number / 10, note="up")
        session.run(steps=200)
        key = session.checkpoint()
        session.rollback(key)
        session.store.flush()
        now = path.read_bytes()
        assert now.startswith(before)
        assert len(now) > len(before)
        before = now
    ids = [json.loads(line)["id"] for line in before.splitlines()]
    assert ids == list(range(1, len(ids) + 1)) == [entry.id for entry in session.journal]


def test_that_a_nudge_is_written_down_with_old_and_new_value_and_costs(make_session):
    session = make_session(hidden_layers=[8, 8])
    session.run(steps=60)
    entry = session.nudge({"keep_prob[2]": 0.7}, learning_rate=0.02, note="too slow")
    assert entry.changes == {"keep_prob[2]": (1.0, 0.7), "learning_rate": (0.001, 0.02)}
    assert (entry.kind, entry.who, entry.note) == ("nudge", "person", "too slow")
    assert entry.step == 61
    assert entry.train_cost == pytest.approx(session.history["train_cost"][1].mean(), rel=1e-5)
    assert entry.dev_cost == session.history["dev_cost"][1][-1]
    assert session.journal[-1] == entry


def test_that_the_outcome_of_a_nudge_names_it(make_session):
    session = make_session(evaluate_every=10)
    session.run(steps=25)
    first = session.nudge(learning_rate=0.02)
    second = session.nudge(beta=0.8)
    session.run(steps=100)
    outcomes = [entry for entry in session.journal if entry.kind == "outcome"]
    assert [entry.of for entry in outcomes] == [first.id, second.id]
    steps, costs = session.history["dev_cost"]
    for outcome in outcomes:
        assert outcome.step == 50
        assert outcome.dev_cost == costs[list(steps).index(50)]
        assert outcome.who == "session"


def test_that_another_intervention_closes_the_outcome_of_the_nudge_before(make_session):
    session = make_session(evaluate_every=10)
    key = session.checkpoint()
    for intervene in (
        lambda: session.nudge(learning_rate=0.5),
        lambda: session.rollback(key),
    ):
        nudge = session.nudge(learning_rate=session.hyperparameters["learning_rate"] / 2)
        session.run(steps=12)
        before = session.watch.last_dev_cost()
        intervene()
        outcome = session.journal.about("outcome")[nudge.id]
        assert outcome.dev_cost == before
        session.run(steps=60)
        told = [e for e in session.journal if e.of == nudge.id]
        assert told == [outcome]


def test_that_only_the_last_nudge_still_waits_for_its_outcome_after_opening(make_session, tmp_path):
    session = make_session(tmp_path / "s", evaluate_every=50)
    session.run(steps=60)
    overtaken = session.nudge(learning_rate=0.02)
    session.run(steps=5)
    last = session.nudge(learning_rate=0.03)
    session.run(steps=1)
    session.checkpoint()
    session.close()
    with Session.open(tmp_path / "s") as again:
        again.run(steps=200)
        outcomes = again.journal.about("outcome")
        assert last.id in outcomes
        assert overtaken.id not in outcomes


def test_that_a_nudge_overtaken_before_any_evaluation_has_no_outcome(make_session):
    session = make_session(evaluate_every=50)
    session.run(steps=60)
    nudge = session.nudge(learning_rate=0.02)
    session.run(steps=5)
    session.nudge(learning_rate=0.03)
    session.run(steps=200)
    assert nudge.id not in session.journal.about("outcome")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": -1}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"lerning_rate": 0.1}, "did you mean learning_rate"),
        ({"seed": 2}, "fixed"),
        ({"hidden_layers": [3]}, "fixed"),
        ({"keep_prob[3]": 0.5}, "numbered 1 to 2"),
        ({"keep_prob[0]": 0.5}, "numbered 1 to 2"),
        ({"keep_prob": [0.5]}, "2 values"),
        ({"beta[1]": 0.5}, "one value for the whole network"),
        ({}, "Nothing changes"),
        ({"learning_rate": 0.001}, "Nothing changes"),
        ({"beta": 0.5, "learning_rate": 99}, "learning_rate"),
    ],
)
def test_that_a_refused_nudge_changes_nothing(changes, words, make_session):
    session = make_session(hidden_layers=[8, 8])
    session.run(steps=5)
    before = session.fingerprint(), session.journal.entries, session.timeline.checkpoints
    with pytest.raises(HyperparameterError, match=words):
        session.nudge(changes)
    assert before == (session.fingerprint(), session.journal.entries, session.timeline.checkpoints)


def test_that_every_look_at_the_test_set_is_written_down(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    for which in ("dev", "train", "probe"):
        session.evaluate(which)
    assert not [entry for entry in session.journal if entry.kind == "test"]
    result = session.evaluate("test")
    session.close()
    with Session.open(tmp_path / "s") as again:
        (look,) = [entry for entry in again.journal if entry.kind == "test"]
        assert look.detail == {"cost": result.cost, "error": result.error, "m": result.m}
