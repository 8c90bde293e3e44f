"""The verbs of a session, used wrongly: a sentence, and nothing has changed."""

import math

import numpy as np
import pytest

from dllab.errors import SessionError


@pytest.mark.parametrize("number", [math.nan, math.inf, -1, 2.5, "3", True])
@pytest.mark.parametrize("unit", ["steps", "epochs"])
def test_that_a_run_takes_a_whole_number_only(make_session, unit, number):
    session = make_session()
    before = session.fingerprint()
    with pytest.raises(SessionError, match="whole number of steps or epochs"):
        session.run(**{unit: number})
    assert session.fingerprint() == before


def test_that_a_run_takes_numpys_whole_numbers(make_session):
    session = make_session()
    session.run(steps=np.int64(3))
    assert session.step == 3


def test_that_a_note_is_a_text(make_session):
    session = make_session()
    before = session.fingerprint(), len(session.journal)
    for act in (
        lambda: session.nudge(learning_rate=0.5, note=5),
        lambda: session.checkpoint(None),
        lambda: session.rollback("000001", note=b"bytes"),
    ):
        with pytest.raises(SessionError, match="A note is a text"):
            act()
    assert (session.fingerprint(), len(session.journal)) == before


@pytest.mark.parametrize("X", [[[1], [1, 2]], [["a", "b"]], [[None, object()]]])
def test_that_a_mini_batch_of_no_numbers_is_refused(make_session, X):
    session = make_session()
    before = session.fingerprint()
    with pytest.raises(SessionError, match="A mini-batch needs numbers"):
        session.update(X, [0] * len(X))
    assert session.fingerprint() == before


def test_that_a_note_with_a_nul_is_refused_before_it_is_lost(make_session):
    session = make_session()
    key = session.checkpoint()
    before = session.fingerprint(), len(session.journal)
    for act in (
        lambda note: session.checkpoint(note),
        lambda note: session.nudge(learning_rate=0.5, note=note),
        lambda note: session.rollback(key, note=note),
        lambda note: session.add_note(1, note),
    ):
        with pytest.raises(SessionError, match="NUL"):
            act("ends so\0\0")
    assert (session.fingerprint(), len(session.journal)) == before


VERBS = {
    "nudge": lambda session, key: session.nudge(learning_rate=0.5),
    "checkpoint": lambda session, key: session.checkpoint(wait=False),
    "rollback": lambda session, key: session.rollback(key),
    "continue": lambda session, key: session.continue_branch("main"),
    "note": lambda session, key: session.add_note(1, "words"),
    "rename": lambda session, key: session.rename_branch("main", "words"),
    "pin": lambda session, key: session.pin(key),
    "delete": lambda session, key: session.delete(key),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_that_a_closed_session_takes_nothing_that_it_could_not_store(verb, make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=3)
    key = session.checkpoint()
    session.rollback(key)
    session.close()
    journal = tmp_path / "s" / "journal.jsonl"
    before = session.fingerprint(), len(session.journal), journal.read_bytes()
    with pytest.raises(SessionError, match="is closed; open it again"):
        verb(session, key)
    assert (session.fingerprint(), len(session.journal), journal.read_bytes()) == before
