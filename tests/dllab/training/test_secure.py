"""Saving what another session would make forgotten, while this one goes on."""

from __future__ import annotations

import pytest

from dllab import Session
from dllab.errors import SessionError
from dllab.training import commands as c
from dllab.training import folder_store, runner
from dllab.training.runner import Runner


def secured(session, *before):
    """What the worker answers, after these commands; the runner has then ended."""
    told = []
    work = Runner(session, told.append)
    for command in (*before, c.Secure(), c.Shutdown()):
        work.submit(command)
    work.run()
    return next(event for event in told if isinstance(event, c.Secured)), told


def refuse(*args):
    raise OSError(28, "No space left on device")


def test_that_all_is_on_the_disk_when_it_is_called_secure(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=7)
    known = len(session.timeline.checkpoints)
    answer, told = secured(session)
    assert answer == c.Secured("")
    reasons = [info.reason for info in session.timeline.checkpoints[known:]]
    # Not "close", which stays for ever, though nothing was closed; and the end needs no other.
    assert reasons == ["automatic"]
    assert told[-1] == c.Closed(True, "")
    with Session.open(tmp_path / "s") as again:
        assert again.step == 7


@pytest.mark.parametrize("call", ["append_lines", "write_checkpoint"])
def test_that_a_disk_that_refuses_is_answered_in_words_once(
    call, make_session, tmp_path, monkeypatch
):
    session = make_session(tmp_path / "s")
    session.run(steps=7)
    with monkeypatch.context() as full:
        full.setattr(folder_store, call, refuse)
        session.nudge(learning_rate=0.5)
        answer, told = secured(session)
        for message in (answer.message, told[-1].message):
            assert "No space left on device" in message
            assert message.count("What was saved before is whole") == 1
            assert "Training goes on" not in message


def test_that_a_session_that_has_ended_does_not_say_that_training_goes_on(
    make_recipe, tmp_path, monkeypatch
):
    session = Session.create(make_recipe(), tmp_path / "s")
    monkeypatch.setattr(folder_store, "append_lines", refuse)
    session.nudge(learning_rate=0.5)
    with pytest.raises(SessionError, match=r"journal\.jsonl") as caught:
        session.close()
    assert "Training goes on" not in str(caught.value)
    assert "What was saved before is whole" in str(caught.value)


def test_that_a_session_that_is_looked_at_is_secure_as_it_is(make_session, tmp_path):
    with make_session(tmp_path / "s") as session:
        session.run(steps=3)
        session.checkpoint()
    looking = Session.open(tmp_path / "s", read_only=True)
    assert secured(looking)[0] == c.Secured("")


def test_that_an_error_inside_is_an_answer_too(make_session, tmp_path, monkeypatch):
    session = make_session(tmp_path / "s")
    with monkeypatch.context() as broken:
        calls = iter((lambda *_: 1 / 0, lambda *_: ""))
        broken.setattr(runner, "save_all", lambda *given: next(calls)(*given))
        answer, told = secured(session)
    assert "error inside dllab" in answer.message
    assert any(isinstance(event, c.Failed) for event in told)
