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
