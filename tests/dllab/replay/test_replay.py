"""A session run again from recipe and ledger ends on the same hash, or says where it parted."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dllab import Recipe, Session
from dllab.diagnosis.progress import Cancelled, Progress
from dllab.replay import open_recording, recording_of_replica, recording_of_session, replay
from dllab.training.replica import replica_of
from steering import branches_to_continue, steered, turn


def recipe(**values):
    base = {"hidden_layers": [8, 6], "mini_batch_size": 32, "evaluate_every": 20}
    return Recipe("again", "circles", base | values, examples=200)


@pytest.fixture
def session(tmp_path):
    with Session.create(recipe(keep_prob=0.9), tmp_path / "s") as made:
        yield made


def looked_at(report):
    return {compared.key for compared in report.compared}


def test_that_a_steered_session_ends_on_the_same_hash(session):
    session.run(steps=55)
    session.nudge(learning_rate=0.03)
    session.run(steps=40)
    fork = session.checkpoint("fork")
    session.nudge(optimizer="momentum", mini_batch_size=16)
    session.run(steps=33)
    session.rollback(fork)
    session.nudge({"keep_prob[1]": 0.7})
    session.run(steps=45)
    session.rollback(fork, keep_hyperparameters=True, changes={"learning_rate": 0.003})
    session.run(steps=70)
    session.continue_branch("main")
    session.run(steps=5)
    session.checkpoint("end")
    report = replay(open_recording(session.folder))
    assert report.same
    assert report.fingerprint == session.fingerprint()
    assert (report.step, report.branch) == (session.step, session.branch)
    assert (report.nudges, report.rollbacks) == (3, 2)
    assert looked_at(report) == {info.key for info in session.timeline.checkpoints}
    assert "same hash" in report.sentence


def test_that_what_trains_on_is_replayed_up_to_its_present(session):
    session.run(steps=30)
    session.nudge(l2=0.1)
    session.run(steps=13)
    for recording in (recording_of_session(session), recording_of_replica(replica_of(session))):
        report = replay(recording)
        assert report.same
        assert report.fingerprint == session.fingerprint()
    assert session.step == 43


def test_that_a_session_in_memory_is_replayed():
    with Session.create(recipe(optimizer="adam"), None) as session:
        session.run(steps=20)
        session.nudge(learning_rate=0.1)
        session.run(steps=20)
        assert replay(recording_of_session(session)).fingerprint == session.fingerprint()


def test_that_early_stopping_and_its_best_point_are_replayed(tmp_path):
    values = {"patience": 2, "learning_rate": 0.3, "evaluate_every": 5, "batch_norm": "on"}
    with Session.create(recipe(**values), tmp_path / "s") as session:
        said = session.run(epochs=300)
        assert "Stopped early" in said
        session.nudge(patience=0)
        session.run(steps=10)
        session.checkpoint()
        report = replay(open_recording(session.folder))
        best = [info.key for info in session.timeline.checkpoints if info.reason == "best"]
        assert best
        assert looked_at(report).issuperset(best)
        assert report.same
        assert report.fingerprint == session.fingerprint()


def test_that_a_file_saved_from_the_best_point_is_replayed(tmp_path):
    with Session.create(recipe(learning_rate=0.1, evaluate_every=5), None) as session:
        session.run(steps=150)
        # A best point is stored beside the next automatic checkpoint, some steps later.
        session.checkpoint(reason="automatic")
        best = next(info for info in session.timeline.checkpoints if info.reason == "best")
        assert best.step < 150
        session.save_as(tmp_path / "best.h5", best.key)
    report = replay(open_recording(tmp_path / "best.h5"))
    assert (report.same, report.step) == (True, best.step)
    with Session.open(tmp_path / "best.h5") as unpacked:
        unpacked.run(steps=12)
        report = replay(recording_of_session(unpacked))
        assert report.same
        assert report.fingerprint == unpacked.fingerprint()


def test_that_what_rules_did_is_replayed():
    values = {
        "plateau": "halve",
        "plateau_epochs": 2,
        "checkpoint_every": 25,
        "divergence": "roll_back",
        "learning_rate": 10.0,
        "explosion_factor": 3.0,
        "optimizer": "gradient_descent",
        "evaluate_every": 10,
    }
    with Session.create(recipe(**values), None) as session:
        for _ in range(4):
            session.run(steps=100)
        kinds = {(e.kind, e.who) for e in session.journal}
        assert {("nudge", "rule"), ("rollback", "rule"), ("guard", "guard")} <= kinds
        report = replay(recording_of_session(session))
        assert report.same
        assert report.fingerprint == session.fingerprint()


def test_that_going_on_after_a_kill_is_replayed(session, tmp_path):
    session.run(steps=25)
    session.checkpoint(reason="automatic")
    session.nudge(learning_rate=0.05)
    session.run(steps=31)
    session.store.flush()
    killed = tmp_path / "killed"
    # What lies on the disk at this moment is what a killed process leaves.
    shutil.copytree(session.folder, killed)
    with Session.open(killed) as again:
        assert again.step == 25
        again.run(steps=60)
        fork = again.checkpoint()
        again.nudge(mini_batch_size=16)
        again.run(steps=9)
        again.rollback(fork)
        again.run(steps=14)
        again.checkpoint()
        report = replay(open_recording(killed))
        assert report.same
        assert report.fingerprint == again.fingerprint()


def test_that_a_saved_file_and_what_is_unpacked_from_it_are_replayed(session, tmp_path):
    session.run(steps=30)
    key = session.checkpoint()
    session.run(steps=10)
    session.rollback(key, changes={"learning_rate": 0.02})
    session.run(steps=21)
    now, then = tmp_path / "now.h5", tmp_path / "then.h5"
    session.save_as(now)
    session.save_as(then, key)
    assert replay(open_recording(now)).fingerprint == session.fingerprint()
    report = replay(open_recording(then))
    assert report.same
    assert report.step == 30
    with Session.open(now, tmp_path / "unpacked") as unpacked:
        unpacked.run(steps=5)
        unpacked.checkpoint()
        report = replay(open_recording(unpacked.folder))
        assert report.same
        assert report.fingerprint == unpacked.fingerprint()


def tamper(folder, change):
    path = folder / "journal.jsonl"
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    for entry in entries:
        change(entry)
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


def test_that_a_tampered_ledger_is_said_to_part_where_it_does(session):
    session.run(steps=20)
    before = session.checkpoint()
    session.run(steps=20)
    session.nudge(learning_rate=0.05)
    session.run(steps=20)
    after = session.checkpoint()
    session.run(steps=20)
    session.checkpoint()

    def change(entry):
        if entry["kind"] == "nudge":
            entry["changes"]["learning_rate"][1] = 0.051

    tamper(session.folder, change)
    report = replay(open_recording(session.folder))
    assert not report.same
    parting = report.parting
    assert (parting.key, parting.step) == (after, 60)
    # The nudge takes part in update 41, so the cost of update 42 is the first that shows it.
    assert parting.first_cost == 42
    assert before in looked_at(report)
    assert any("learning_rate" in part for part in parting.parts)
    assert any("θ" in part for part in parting.parts)
    assert f"checkpoint {int(after)}" in report.sentence


def test_that_a_nudge_taken_out_of_the_ledger_is_found(session):
    session.run(steps=20)
    session.nudge(mini_batch_size=16)
    session.run(steps=20)
    session.checkpoint()

    def change(entry):
        if entry["kind"] == "nudge":
            entry["kind"] = "note"

    tamper(session.folder, change)
    parting = replay(open_recording(session.folder)).parting
    assert parting.step == 40
    assert any("mini_batch_size" in part for part in parting.parts)


def test_that_updates_on_a_callers_own_mini_batches_are_named(session):
    session.run(steps=10)
    train = session.prepared.train
    session.update(train.X[:8], train.y[:8])
    session.run(steps=5)
    session.checkpoint()
    report = replay(open_recording(session.folder))
    assert not report.same
    assert "own mini-batches" in report.sentence


def test_that_files_thinned_out_or_damaged_are_left_out(session):
    session.run(steps=10)
    gone, broken = session.checkpoint("a"), session.checkpoint("b")
    session.run(steps=10)
    session.checkpoint("c")
    recording = open_recording(session.folder)
    folder = session.folder / "checkpoints"
    (folder / f"{gone}.h5").unlink()
    data = bytearray((folder / f"{broken}.h5").read_bytes())
    data[-1] ^= 1
    (folder / f"{broken}.h5").write_bytes(data)
    report = replay(recording)
    assert report.same
    assert not looked_at(report) & {gone, broken}
    assert any(f"{broken}.h5" in note for note in report.notes)


def test_that_a_replay_can_be_cancelled(session):
    session.run(steps=6000)
    session.checkpoint()
    said = []

    def listen(share, words):
        said.append(share)
        if share > 0.3:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        replay(open_recording(session.folder), progress)
    assert max(said) < 0.9


def test_that_changed_data_is_refused(session):
    recording = replace(open_recording(session.folder), data_fingerprint="other")
    with pytest.raises(Exception, match="has changed"):
        replay(recording)


def test_that_other_libraries_are_named(session):
    session.run(steps=5)
    session.checkpoint()
    recording = open_recording(session.folder)

    def load(key):
        contents = recording.load(key)
        return contents and replace(contents, facts={**contents.facts, "numpy": "1.0"})

    report = replay(replace(recording, load=load))
    assert report.same
    assert any(fact.startswith("numpy 1.0 then") for fact in report.facts)


def test_that_a_long_steered_session_ends_on_the_same_hash():
    with Session.create(recipe(), None) as session:
        steered(session, nudges=40, rollbacks=8, seed=3)
        report = replay(recording_of_session(session))
        assert report.same
        assert report.fingerprint == session.fingerprint()
        assert (report.nudges, report.rollbacks) == (40, 8)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["run", "run", "nudge", "checkpoint", "back", "back with", "other", "kill"]
        ),
        st.integers(0, 10_000),
    ),
    max_size=10,
)


def act(session, what, number, tmp_path):
    rng = random.Random(number)
    match what:
        case "run":
            session.run(steps=1 + number % 30)
        case "nudge":
            session.nudge(turn(rng, session))
        case "checkpoint":
            reason = rng.choice(["manual", "automatic"])
            session.checkpoint(reason=reason)
        case "back" | "back with":
            session.store.flush()
            session.keeper.heed_news()
            key = rng.choice([info.key for info in session.timeline.checkpoints])
            changes = turn(rng, session) if number % 3 == 0 else None
            session.rollback(key, keep_hyperparameters=what == "back with", changes=changes)
        case "other":
            names = branches_to_continue(session)
            if names:
                session.continue_branch(rng.choice(names))
        case "kill":
            session.store.flush()
            copy = tmp_path / f"killed-{number}-{len(list(tmp_path.iterdir()))}"
            shutil.copytree(session.folder, copy)
            session.close()
            return Session.open(copy)
    return session


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=ACTIONS)
def test_that_whatever_was_done_is_done_again(actions, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("any")
    session = Session.create(recipe(keep_prob=0.9, evaluate_every=7), tmp_path / "s")
    try:
        for what, number in actions:
            session = act(session, what, number, tmp_path)
        session.run(steps=3)
        session.checkpoint()
        report = replay(open_recording(session.folder))
        assert report.same, report.sentence
        assert report.fingerprint == session.fingerprint()
        files = {path.stem for path in (session.folder / "checkpoints").glob("*.h5")}
        assert looked_at(report) == files
    finally:
        session.close()
