"""Checksums, and some updates made again from a checkpoint: the same costs, the same states."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.replay import (
    open_recording,
    recording_of_replica,
    recording_of_session,
    replay,
    verify,
)
from dllab.training.replica import replica_of


@pytest.fixture
def session(tmp_path):
    values = {"hidden_layers": [8], "mini_batch_size": 32, "evaluate_every": 20, "keep_prob": 0.9}
    with Session.create(Recipe("checked", "circles", values), tmp_path / "s") as made:
        yield made


def steer(session):
    session.run(steps=30)
    fork = session.checkpoint("fork")
    session.nudge(learning_rate=0.05)
    session.run(steps=60)
    session.checkpoint()
    session.rollback(fork, changes={"mini_batch_size": 16})
    session.run(steps=45)
    session.checkpoint()
    return fork


def test_that_it_starts_from_the_latest_checkpoint_with_enough_after_it(session):
    fork = steer(session)
    report = verify(open_recording(session.folder), steps=40)
    assert report.same
    assert (report.start, report.branch, report.steps) == (fork, "branch-2", 40)
    assert report.costs == 40
    longer = verify(open_recording(session.folder), steps=80)
    assert (longer.branch, longer.first_step, longer.costs) == ("main", 0, 80)
    assert longer.hashes == 1
    most = verify(open_recording(session.folder), steps=1000)
    assert (most.branch, most.steps, most.hashes) == ("main", 90, 2)


def test_that_it_starts_where_it_is_told_to(session):
    fork = steer(session)
    report = verify(open_recording(session.folder), fork, 10)
    assert (report.start, report.first_step, report.steps) == (fork, 30, 10)
    with pytest.raises(Exception, match="no checkpoint 000099"):
        verify(open_recording(session.folder), "000099")
    with pytest.raises(Exception, match="at least one step"):
        verify(open_recording(session.folder), steps=0)


def test_that_a_checkpoint_with_nothing_after_it_is_said(session):
    steer(session)
    last = session.timeline.checkpoints[-1].key
    report = verify(open_recording(session.folder), last)
    assert report.same
    assert not report.steps
    assert "No update could be made again" in report.sentence


def test_that_a_damaged_file_is_found(session):
    steer(session)
    path = session.folder / "checkpoints" / "000002.h5"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    report = verify(open_recording(session.folder), steps=20)
    assert not report.same
    assert len(report.damaged) == 1
    assert "000002.h5" in report.damaged[0]
    assert report.steps == 20


def test_that_a_cost_which_differs_in_its_last_bit_is_found(session):
    steer(session)
    recording = open_recording(session.folder)

    def load(key):
        contents = recording.load(key)
        pieces = []
        for piece in contents.history:
            costs = piece.dense["train_cost"].copy()
            start = 50 - piece.first_step
            if piece.branch == "main" and 0 <= start < len(costs):
                costs[start] = np.nextafter(costs[start], costs.dtype.type(9))
            pieces.append(replace(piece, dense={**piece.dense, "train_cost": costs}))
        return replace(contents, history=tuple(pieces))

    report = verify(replace(recording, load=load), "000002", 40)
    if report.branch != "main":
        report = verify(replace(recording, load=load), steps=80)
    assert not report.same
    assert report.parting.step == 50
    assert "mini-batch cost" in report.sentence


def test_that_a_tampered_ledger_is_found(session):
    steer(session)
    path = session.folder / "journal.jsonl"
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    for entry in entries:
        if entry["kind"] == "nudge":
            entry["changes"]["learning_rate"][1] = 0.06
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    report = verify(open_recording(session.folder), steps=80)
    assert report.parting.first_cost == 32 or report.parting.step == 32


def test_that_a_saved_file_is_verified_from_the_untrained_model(session, tmp_path):
    steer(session)
    session.save_as(tmp_path / "saved.h5")
    report = verify(open_recording(tmp_path / "saved.h5"), steps=50)
    assert report.same
    assert (report.files, report.start, report.costs) == (1, "", 50)


def test_that_a_session_in_memory_is_verified():
    recipe = Recipe("memory", "circles", {"hidden_layers": [4], "mini_batch_size": 32})
    with Session.create(recipe, None) as session:
        session.run(steps=25)
        report = verify(recording_of_session(session))
        assert (report.same, report.costs, report.hashes) == (True, 25, 1)


def test_that_a_session_killed_and_reopened_is_verified(session):
    session.run(steps=20)
    session.checkpoint()
    folder = session.folder
    session.close()
    with Session.open(folder) as again:
        again.run(steps=30)
        again.checkpoint()
    report = verify(open_recording(folder), steps=30)
    assert (report.same, report.first_step, report.costs, report.hashes) == (True, 20, 30, 1)


def test_that_a_branch_which_was_rewound_is_verified_as_far_as_its_curve_tells(session):
    session.run(steps=20)
    session.checkpoint("stays")
    session.run(steps=20)
    session.rollback("000002")
    (left,) = [c.key for c in session.timeline.checkpoints if c.reason == "left"]
    session.delete(left)
    session.continue_branch("main")
    session.nudge(learning_rate=0.05)
    session.run(steps=20)
    session.checkpoint("end")
    recording = open_recording(session.folder)
    for steps in (10, 20, 40, 200):
        report = verify(recording, steps=steps)
        assert report.same, report.sentence
    assert (report.first_step, report.costs, report.hashes) == (20, 20, 1)
    report = verify(recording, "000001")
    assert (report.same, report.steps, report.costs) == (True, 20, 20)


def test_that_a_session_whose_newest_checkpoint_was_lost_is_verified(session):
    session.run(steps=20)
    kept = session.checkpoint("kept")
    session.run(steps=20)
    lost = session.checkpoint("lost")
    folder = session.folder
    session.close()
    (folder / "checkpoints" / f"{lost}.h5").unlink()
    with Session.open(folder) as again:
        again.nudge(learning_rate=0.05)
        again.run(steps=20)
        again.checkpoint("end")
    for start in ("", "000001", kept):
        report = verify(open_recording(folder), start)
        assert report.same, report.sentence
        assert report.costs == 20


def test_that_a_copy_made_by_hand_beside_the_checkpoints_is_left_out(session):
    steer(session)
    files = session.folder / "checkpoints"
    copy = files / "000001 (copy).h5"
    copy.write_bytes((files / "000001.h5").read_bytes())
    (files / "٣.h5").write_bytes(b"a digit, but none of a key")
    recording = open_recording(session.folder)
    assert sorted(recording.stored) == [c.key for c in session.timeline.checkpoints]
    assert verify(recording, steps=20).same
    assert replay(recording).same
    live = recording_of_replica(replica_of(session))
    assert verify(live, steps=20).same
