"""A session in one file, where the newest of its checkpoints cannot be read."""

from __future__ import annotations

import pytest

from dllab import Session
from dllab.checkpoint import read_checkpoint
from dllab.replay import (
    open_recording,
    recording_of_replica,
    recording_of_session,
    replay,
    verify,
)
from dllab.sessions import archive
from dllab.training.replica import replica_of
from dllab.training.unpacking import unpack_journal


def without_its_newest(session, how):
    """Close a session and take the state it was left at; return its folder."""
    session.close()
    newest = max((session.folder / "checkpoints").glob("*.h5"))
    if how == "gone":
        newest.unlink()
    else:
        content = bytearray(newest.read_bytes())
        content[5000] ^= 255
        newest.write_bytes(content)
    return session.folder


def stored(session):
    session.checkpoint("b")


def nudged(session):
    session.nudge(learning_rate=0.02)


def rolled_back(session):
    session.checkpoint("b")
    session.rollback("000002", changes={"beta": 0.8})
    session.run(steps=5)
    session.checkpoint("c")


@pytest.mark.parametrize("how", ["gone", "damaged"])
@pytest.mark.parametrize("last", [stored, nudged, rolled_back])
def test_that_a_file_of_a_session_whose_newest_state_is_lost_leads_to_the_state_it_holds(
    last, how, make_session, tmp_path
):
    session = make_session(tmp_path / "s", evaluate_every=5)
    session.run(steps=10)
    session.checkpoint("a")
    session.run(steps=10)
    last(session)
    folder = without_its_newest(session, how)
    notices = []
    file = archive(folder, tmp_path / "mail.h5", notices)
    assert len(notices) == (how == "damaged")
    assert all("checksum" in notice for notice in notices)
    for report in (replay(open_recording(file)), verify(open_recording(file))):
        assert report.same, report.sentence
    with Session.open(folder, read_only=True) as look:
        assert look.step == 10
        for recording in (recording_of_session(look), recording_of_replica(replica_of(look))):
            assert replay(recording).fingerprint == look.fingerprint()
        # Who only looks sees the journal as it is.
        assert len(look.journal) == len((folder / "journal.jsonl").read_bytes().splitlines())
    with Session.open(file, tmp_path / "unpacked") as unpacked:
        assert unpacked.fingerprint() == look.fingerprint()
        unpacked.run(steps=5)
        unpacked.checkpoint()
        expected = unpacked.fingerprint()
    assert replay(open_recording(tmp_path / "unpacked")).fingerprint == expected
    assert verify(open_recording(tmp_path / "unpacked")).same
    with Session.open(folder) as again:
        again.run(steps=5)
        assert again.fingerprint() == expected


def test_that_a_file_of_a_whole_session_has_its_journal_and_no_word_more(make_session, tmp_path):
    with make_session(tmp_path / "s") as session:
        session.run(steps=10)
        session.nudge(learning_rate=0.02, note="and then?")
        session.run(steps=10)
        session.checkpoint(reason="close")
    notices = []
    contents = read_checkpoint(archive(tmp_path / "s", tmp_path / "mail.h5", notices))
    assert notices == []
    assert unpack_journal(contents).entries == session.journal.entries
