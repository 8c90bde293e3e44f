"""The worker's loop on a real thread: commands, events, snapshots, the ledger's exact steps."""

from __future__ import annotations

import os
import queue
import threading

import pytest

from dllab import Session
from dllab.training import autosave
from dllab.training import commands as c
from dllab.training.runner import Runner

PATIENCE = 60


class Lab:
    """A session, its runner on a thread, and what the runner has told."""

    def __init__(self, session):
        self.session = session
        self.told = []
        self._news = queue.Queue()
        self.runner = Runner(session, self._hear)
        self.thread = threading.Thread(target=self.runner.run, name="runner")
        self.thread.start()

    def _hear(self, event):
        self._news.put(event)

    def submit(self, command):
        return self.runner.submit(command)

    def wait_for(self, kind, what=lambda event: True):
        """The next event of a kind that passes ``what``; all events are kept in ``told``."""
        while True:
            event = self._news.get(timeout=PATIENCE)
            self.told.append(event)
            if isinstance(event, kind) and what(event):
                return event

    def do(self, command, kind, what=lambda event: True):
        self.submit(command)
        return self.wait_for(kind, what)

    def snapshot(self, ready=lambda snapshot: True):
        """A snapshot that is made after this call and passes ``ready``."""
        while True:
            before = self.runner.latest()
            self.runner.request_snapshot()
            for _ in range(10_000_000):
                latest = self.runner.latest()
                if latest is not before:
                    break
            else:
                raise AssertionError("no snapshot came")
            if ready(latest):
                return latest

    def close(self):
        """Shut down; the session is this thread's afterwards."""
        closed = self.do(c.Shutdown(), c.Closed)
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        return closed

    def kinds(self, *kinds):
        return [event for event in self.told if isinstance(event, kinds)]


@pytest.fixture
def make_lab(make_session):
    labs = []

    def make(folder=None, **values):
        labs.append(Lab(make_session(folder, **values)))
        return labs[-1]

    yield make
    for lab in labs:
        if lab.thread.is_alive():
            lab.close()


def recorded(kind):
    return lambda event: event.entry.kind == kind


def test_that_a_nudges_ledger_step_is_exactly_the_update_that_first_uses_it(make_lab, make_session):
    lab = make_lab(keep_prob=0.9, epochs=10**6)
    lab.do(c.Run(), c.Started)
    lab.snapshot(lambda snapshot: snapshot.step > 10)
    nudges = []
    for changes in ({"learning_rate": 0.01}, {"beta": 0.7}, {"keep_prob": 0.6}, {"l2": 0.5}):
        entry = lab.do(c.Nudge(changes), c.Recorded, recorded("nudge")).entry
        nudges.append(entry)
        assert lab.snapshot(lambda later, entry=entry: later.step > entry.step + 5).running
    lab.do(c.Pause(), c.Paused)
    lab.close()
    end, theta = lab.session.step, lab.session.network.theta.tobytes()

    def replay(shifted=None, shift=0):
        twin = make_session(keep_prob=0.9, epochs=10**6)
        for entry in nudges:
            step = entry.step + (shift if entry is shifted else 0)
            twin.run(steps=step - 1 - twin.step)
            twin.nudge({knob: new for knob, (_, new) in entry.changes.items()})
        twin.run(steps=end - twin.step)
        return twin

    twin = replay()
    assert twin.network.theta.tobytes() == theta
    assert twin.fingerprint() == lab.session.fingerprint()
    for entry in nudges:
        for shift in (-1, 1):
            assert replay(entry, shift).network.theta.tobytes() != theta, (entry.changes, shift)


def test_that_the_checkpoint_before_a_nudge_replays_to_the_same_bits(make_lab, tmp_path):
    lab = make_lab(tmp_path / "s", keep_prob=0.9, epochs=10**6)
    lab.do(c.Run(), c.Started)
    lab.snapshot(lambda snapshot: snapshot.step > 50)
    entry = lab.do(c.Nudge({"learning_rate": 0.02}), c.Recorded, recorded("nudge")).entry
    lab.snapshot(lambda snapshot: snapshot.step > entry.step + 50)
    lab.close()
    with Session.open(tmp_path / "s") as session:
        end, straight = session.step, session.capture()
        (before,) = [k for k in session.timeline.checkpoints if k.reason == "safety"]
        assert before.step == entry.step - 1
        thetas = {}
        for late in (0, 1):
            session.rollback(before.key)
            session.run(steps=late)
            session.nudge(learning_rate=0.02)
            session.run(steps=end - session.step)
            thetas[late] = session.network.theta.tobytes()
        assert thetas[0] == straight.theta.tobytes()
        assert thetas[1] != straight.theta.tobytes()


def test_that_commands_are_carried_out_in_order(make_lab):
    lab = make_lab()
    tickets = [
        lab.submit(command)
        for command in (
            c.Nudge({"learning_rate": 0.1}, "first"),
            c.Nudge({"learning_rate": 0.2}, "second"),
            c.Checkpoint("third"),
            c.Nudge({"learning_rate": 0.3}, "fourth"),
            c.Run(steps=3),
        )
    ]
    assert tickets == sorted(set(tickets))
    lab.wait_for(c.Paused)
    notes = [entry.note for entry in lab.session.journal if entry.note]
    assert notes == ["first", "second", "third", "fourth"]
    assert lab.snapshot().handled == tickets[-1]
    told = [event.entry.note for event in lab.kinds(c.Recorded) if event.entry.note]
    assert told == notes


@pytest.mark.parametrize(
    ("command", "steps", "reason"),
    [
        (c.Run(steps=1), 1, "one step done"),
        (c.Run(steps=500), 500, "500 steps done"),
        (c.Run(epochs=1), 6, "one epoch done"),
        (c.Run(epochs=3), 18, "3 epochs done"),
        (c.Run(), 24, "goal reached"),
    ],
)
def test_that_a_run_ends_where_it_was_asked_to(command, steps, reason, make_lab):
    lab = make_lab(epochs=4)
    lab.do(command, c.Started)
    assert lab.wait_for(c.Paused).reason == reason
    snapshot = lab.snapshot(lambda snapshot: not snapshot.running)
    assert snapshot.step == steps


def nudge_at(step, changes, lab, monkeypatch):
    """Let a nudge come while the update after ``step`` is made."""
    advance = lab.session.advance

    def nudged():
        if lab.session.step == step:
            lab.submit(c.Nudge(changes))
        return advance()

    monkeypatch.setattr(lab.session, "advance", nudged)


@pytest.mark.parametrize(("epochs", "end"), [(60, 360), (20, 120)])
def test_that_a_run_heeds_another_goal_on_the_way(epochs, end, make_lab, monkeypatch):
    lab = make_lab(epochs=40, learning_rate=0.001)
    nudge_at(50, {"epochs": epochs}, lab, monkeypatch)
    assert lab.do(c.Run(), c.Paused).reason == "goal reached"
    assert lab.snapshot(lambda snapshot: not snapshot.running).step == end


def test_that_a_run_of_steps_ends_there_whatever_becomes_of_the_goal(make_lab, monkeypatch):
    lab = make_lab(epochs=40)
    nudge_at(50, {"epochs": 10}, lab, monkeypatch)
    assert lab.do(c.Run(steps=100), c.Paused).reason == "100 steps done"
    assert lab.snapshot(lambda snapshot: not snapshot.running).step == 100


def test_that_queued_steps_come_on_top_of_those_not_made_yet(make_lab):
    """Single steps that came faster than the worker took them replaced each other."""
    lab = make_lab(epochs=10**6)
    gate, tell = threading.Event(), lab.runner._tell

    def hold(event):
        if isinstance(event, c.Replicated):
            gate.wait(PATIENCE)
        tell(event)

    lab.runner._tell = hold
    lab.submit(c.Replicate())
    for _ in range(5):
        lab.submit(c.Run(steps=1, queued=True))
    gate.set()
    assert lab.wait_for(c.Paused).reason == "5 steps done"
    assert lab.snapshot(lambda snapshot: not snapshot.running).step == 5


def test_that_steps_queued_while_an_update_is_made_are_made_after_it(make_lab, monkeypatch):
    lab = make_lab(epochs=10**6)
    advance, more = lab.session.advance, [2, 0, 1]

    def slow():
        for _ in range(more.pop(0) if more else 0):
            lab.submit(c.Run(steps=1, queued=True))
        return advance()

    monkeypatch.setattr(lab.session, "advance", slow)
    lab.do(c.Run(steps=1, queued=True), c.Paused)
    assert lab.snapshot(lambda snapshot: not snapshot.running).step == 4


def test_that_queued_steps_wait_for_no_other_run(make_lab):
    lab = make_lab(epochs=10**6)
    lab.do(c.Run(steps=10**6), c.Started)
    assert lab.do(c.Run(steps=1, queued=True), c.Paused).reason == "one step done"
    assert lab.snapshot().step < 10**6


def test_that_a_pause_drops_the_queued_steps(make_lab):
    lab = make_lab(epochs=10**6)
    lab.do(c.Run(steps=10**6, queued=True), c.Started)
    assert lab.do(c.Pause(), c.Paused).reason == "paused"
    assert lab.do(c.Run(steps=1, queued=True), c.Paused).reason == "one step done"


def test_that_pause_keeps_everything_and_run_goes_on(make_lab, make_session):
    lab = make_lab(keep_prob=0.8, epochs=10**6)
    for _ in range(5):
        lab.do(c.Run(), c.Started)
        assert lab.do(c.Pause(), c.Paused).reason == "paused"
    lab.do(c.Run(steps=7), c.Paused)
    lab.close()
    twin = make_session(keep_prob=0.8, epochs=10**6)
    twin.run(steps=lab.session.step)
    assert twin.fingerprint() == lab.session.fingerprint()


def test_that_a_refused_command_changes_nothing_and_training_goes_on(make_lab, tmp_path):
    lab = make_lab(epochs=10**6)
    lab.do(c.Run(), c.Started)
    bad = (
        c.Nudge({"learning_rate": -1}),
        c.Nudge({"lerning_rate": 1}),
        c.Nudge({"seed": 5}),
        c.Nudge({}),
        c.Rollback("999999"),
        c.Rollback("000001", changes={"beta": 7}),
        c.SaveAs(tmp_path / "no" / "such" / "folder.h5"),
        c.Run(steps=-5),
        c.Run(steps=1, epochs=1),
        c.Run(steps=0),
    )
    entries = len(lab.session.journal)
    for command in bad:
        ticket = lab.submit(command)
        refused = lab.wait_for(c.Refused)
        assert (refused.ticket, refused.command) == (ticket, command)
        assert refused.message.endswith(".") or "?" in refused.message
    snapshot = lab.snapshot()
    assert snapshot.running
    assert snapshot.branch == "main"
    assert len(lab.session.journal) == entries
    lab.snapshot(lambda later: later.step > snapshot.step)
    assert not lab.kinds(c.Paused, c.Failed, c.RolledBack)


def test_that_a_rollback_while_running_goes_on_from_there(make_lab):
    lab = make_lab(epochs=10**6)
    lab.do(c.Run(steps=20), c.Paused)
    key = lab.do(c.Checkpoint("here"), c.Recorded, recorded("checkpoint")).entry.checkpoint
    lab.do(c.Run(), c.Started)
    back = lab.do(c.Rollback(key, changes={"learning_rate": 0.5}), c.RolledBack)
    assert (back.checkpoint.key, back.branch) == (key, "branch-2")
    snapshot = lab.snapshot(lambda snapshot: snapshot.step > 40)
    assert snapshot.running
    assert snapshot.branch == "branch-2"
    assert snapshot.hyperparameters["learning_rate"] == 0.5
    steps, _ = snapshot.history.series("train_cost")
    assert steps.tolist() == list(range(1, len(steps) + 1))


def test_that_a_rollback_beyond_the_goal_pauses_and_is_not_called_refused(make_lab):
    lab = make_lab(epochs=1)
    lab.do(c.Run(steps=20), c.Paused)
    key = lab.do(c.Checkpoint(), c.Recorded, recorded("checkpoint")).entry.checkpoint
    lab.do(c.Run(steps=10**9), c.Started)
    lab.do(c.Rollback(key), c.RolledBack)
    lab.wait_for(c.Paused)
    assert lab.snapshot(lambda snapshot: not snapshot.running).step == 20
    assert not lab.kinds(c.Refused)


def test_that_shutdown_while_training_writes_a_last_checkpoint(make_lab, tmp_path):
    lab = make_lab(tmp_path / "s", keep_prob=0.8, epochs=10**6)
    lab.do(c.Run(), c.Started)
    lab.snapshot(lambda snapshot: snapshot.step > 100)
    closed = lab.close()
    assert closed == c.Closed(True, "")
    assert lab.kinds(c.Paused)[-1].reason == "closing"
    with Session.open(tmp_path / "s") as again:
        assert again.step == lab.session.step
        assert again.fingerprint() == lab.session.fingerprint()
        assert again.timeline.checkpoints[-1].reason == "close"


def test_that_shutdown_keeps_knobs_turned_while_paused(make_lab, tmp_path):
    lab = make_lab(tmp_path / "s")
    lab.do(c.Run(steps=10), c.Paused)
    lab.do(c.Checkpoint(), c.Saved)
    lab.do(c.Nudge({"learning_rate": 0.5}), c.Recorded, recorded("nudge"))
    lab.close()
    with Session.open(tmp_path / "s") as again:
        assert again.hyperparameters["learning_rate"] == 0.5
        assert again.fingerprint() == lab.session.fingerprint()


def test_that_commands_after_shutdown_are_refused_or_ignored_but_never_half_done(
    make_lab, tmp_path
):
    lab = make_lab(tmp_path / "s")
    lab.do(c.Run(steps=10), c.Paused)
    lab.submit(c.Shutdown())
    for command in (c.Nudge({"beta": 0.5}), c.Run(), c.Checkpoint("too late")):
        lab.submit(command)
    assert lab.wait_for(c.Closed).saved
    lab.thread.join(PATIENCE)
    assert lab.session.step == 10
    assert lab.session.hyperparameters["beta"] == 0.9
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == lab.session.fingerprint()
        assert "too late" not in [entry.note for entry in again.journal]


def failing_writes(monkeypatch, ending):
    real, real_open, names = os.write, os.open, {}

    def remember(path, *rest, **more):
        descriptor = real_open(path, *rest, **more)
        names[descriptor] = str(path)
        return descriptor

    def write(descriptor, data):
        if names.get(descriptor, "").endswith(ending):
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(os, "open", remember)
    monkeypatch.setattr(os, "write", write)
    return lambda: monkeypatch.setattr(os, "write", real)


@pytest.mark.parametrize("ending", [".partial", "journal.jsonl"])
def test_that_shutdown_on_a_full_disk_never_says_saved(ending, make_lab, tmp_path, monkeypatch):
    lab = make_lab(tmp_path / "s")
    lab.do(c.Run(steps=10), c.Paused)
    lab.do(c.Checkpoint("safe"), c.Saved)
    lab.do(c.Run(steps=10), c.Paused)
    repair = failing_writes(monkeypatch, ending)
    lab.do(c.Nudge({"beta": 0.5}), c.NotSaved)
    closed = lab.close()
    assert not closed.saved
    assert "No space left" in closed.message
    repair()
    # The session stays open in memory; another worker can go on with it and save it.
    second = Lab(lab.session)
    assert second.close().saved
    with Session.open(tmp_path / "s") as again:
        assert again.step == 20
        assert again.hyperparameters["beta"] == 0.5


def test_that_a_failed_write_while_training_is_told_and_training_goes_on(
    make_lab, tmp_path, monkeypatch
):
    lab = make_lab(tmp_path / "s", epochs=10**6)
    lab.do(c.Checkpoint("first"), c.Saved, lambda event: event.key == "000002")
    lab.do(c.Run(), c.Started)
    repair = failing_writes(monkeypatch, ".partial")
    message = lab.do(c.Checkpoint("lost"), c.NotSaved).message
    assert "No space left" in message
    snapshot = lab.snapshot()
    assert snapshot.running
    assert snapshot.not_saved == message
    assert "lost" not in [info.note for info in snapshot.checkpoints]
    repair()
    lab.do(c.Checkpoint("kept"), c.Saved)
    assert lab.snapshot().not_saved == ""
    assert lab.close().saved


def test_that_autosaves_are_made_while_training(make_lab, tmp_path):
    lab = make_lab(tmp_path / "s", epochs=10**6, autosave_steps=64)
    lab.do(c.Run(), c.Started)
    for _ in range(3):
        lab.wait_for(c.Saved)
    lab.do(c.Pause(), c.Paused)
    stored = [info.reason for info in lab.session.timeline.checkpoints if info.saved]
    assert "automatic" in stored
    assert stored.count("automatic") < 30
    lab.close()
    stored = {path.stem for path in (tmp_path / "s" / "checkpoints").glob("*.h5")}
    assert stored == {info.key for info in lab.session.timeline.checkpoints}


def test_that_a_run_that_rests_saves_itself(make_lab, tmp_path, monkeypatch):
    monkeypatch.setattr(autosave, "REST_SECONDS", 0.0)
    lab = make_lab(tmp_path / "s")
    lab.do(c.Run(steps=10), c.Paused)
    saved = lab.wait_for(c.Saved, lambda event: event.key != "000001")
    snapshot = lab.snapshot()
    assert snapshot.saved_step == 10
    assert [(i.key, i.reason) for i in snapshot.checkpoints][1:] == [(saved.key, "automatic")]
    entry = lab.do(c.Nudge({"beta": 0.5}), c.Recorded, recorded("nudge")).entry
    lab.do(c.Run(steps=10), c.Paused)
    lab.close()
    # Saving at rest is no intervention: back from just before the nudge come the same bits.
    with Session.open(tmp_path / "s") as session:
        then = session.fingerprint()
        before = [i for i in session.timeline.checkpoints if i.step == entry.step - 1]
        session.rollback(before[-1].key)
        session.nudge(beta=0.5)
        session.run(steps=10)
        assert session.fingerprint() == then


@pytest.mark.parametrize("ending", [".partial", "journal.jsonl"])
def test_that_a_disk_that_is_well_again_is_noticed_at_rest(ending, make_lab, tmp_path, monkeypatch):
    monkeypatch.setattr(autosave, "REST_SECONDS", 0.0)
    monkeypatch.setattr(autosave, "RETRY_SECONDS", 0.0)
    lab = make_lab(tmp_path / "s")
    repair = failing_writes(monkeypatch, ending)
    lab.do(c.Run(steps=10), c.Paused)
    assert "No space left" in lab.wait_for(c.NotSaved).message
    assert lab.snapshot().not_saved
    repair()
    lab.wait_for(c.SavedAgain)
    snapshot = lab.snapshot()
    assert snapshot.not_saved == ""
    assert snapshot.saved_step == 10
    lab.close()
    with Session.open(tmp_path / "s") as again:
        assert again.step == 10
        assert again.journal.entries[: len(snapshot.entries)] == snapshot.entries


def test_that_no_autosave_is_made_before_its_time(make_lab):
    lab = make_lab()
    lab.do(c.Run(steps=1000), c.Paused)
    reasons = [info.reason for info in lab.session.timeline.checkpoints]
    assert reasons == ["start"]


def test_that_an_unexpected_error_is_reported_and_the_session_kept(make_lab, monkeypatch):
    lab = make_lab(keep_prob=0.8)
    lab.do(c.Run(steps=10), c.Paused)
    real = lab.session.advance
    monkeypatch.setattr(lab.session, "advance", lambda: 1 / 0)
    failed = lab.do(c.Run(steps=10), c.Failed)
    assert "ZeroDivisionError" in failed.message
    assert "step 10" in failed.message
    assert "Traceback" in failed.trace
    lab.wait_for(c.Paused)
    monkeypatch.setattr(lab.session, "advance", real)
    lab.do(c.Run(steps=10), c.Paused)
    assert lab.session.step == 20
    assert lab.close().saved


def test_that_an_unexpected_error_in_a_command_is_reported_and_the_next_one_done(
    make_lab, monkeypatch
):
    lab = make_lab()
    monkeypatch.setattr(lab.session, "rollback", lambda *_, **__: {}["missing"])
    lab.submit(c.Rollback("000001"))
    ticket = lab.submit(c.Nudge({"beta": 0.5}))
    assert "KeyError" in lab.wait_for(c.Failed).message
    lab.wait_for(c.Recorded, recorded("nudge"))
    assert lab.snapshot().handled == ticket


def test_that_the_guard_pauses_and_offers_a_way_back(make_lab):
    lab = make_lab(keep_prob=0.8, epochs=10**6)
    lab.do(c.Run(steps=10), c.Paused)
    lab.do(c.Checkpoint("good"), c.Saved)
    good = lab.session.capture()
    lab.session.network.parameters["W1"][:] = 3e38
    lab.submit(c.Run())
    tripped = lab.wait_for(c.GuardTripped)
    assert "layer" in tripped.message
    assert lab.session.step == 10
    snapshot = lab.snapshot(lambda snapshot: snapshot.guard is not None)
    assert not snapshot.running
    assert snapshot.guard.message == tripped.message
    lab.do(c.Rollback(tripped.way_back, changes=tripped.suggestion), c.RolledBack)
    assert (lab.session.network.theta == good.theta).all()
    lab.do(c.Run(steps=5), c.Paused, lambda event: event.reason == "5 steps done")
    assert lab.snapshot().guard is None
    assert lab.session.hyperparameters["learning_rate"] == 0.0005


def test_that_a_snapshot_stays_as_it_was(make_lab):
    lab = make_lab(epochs=10**6, evaluate_every=3)
    lab.do(c.Run(steps=20), c.Paused)
    snapshot = lab.snapshot()
    series = {name: [a.tolist() for a in snapshot.history.series(name)]
              for name in ("train_cost", "dev_cost", "learning_rate")}  # fmt: skip
    frozen = snapshot.entries, snapshot.checkpoints, dict(snapshot.hyperparameters)
    lab.do(c.Nudge({"learning_rate": 0.1}), c.Recorded, recorded("nudge"))
    lab.do(c.Run(steps=3000), c.Paused)
    lab.do(c.Rollback("000001"), c.RolledBack)
    assert {name: [a.tolist() for a in snapshot.history.series(name)] for name in series} == series
    assert (snapshot.entries, snapshot.checkpoints, dict(snapshot.hyperparameters)) == frozen
    assert snapshot.step == 20


def test_that_watching_changes_no_bit(make_lab, make_session):
    lab = make_lab(keep_prob=0.8)
    lab.submit(c.Run(steps=2000))
    while lab.snapshot().step < 2000:
        pass
    lab.close()
    twin = make_session(keep_prob=0.8)
    twin.run(steps=2000)
    assert twin.fingerprint() == lab.session.fingerprint()
    assert twin.history["dev_cost"][1].tolist() == lab.session.history["dev_cost"][1].tolist()


def test_that_a_journal_of_one_run_tells_every_event_once(make_lab, tmp_path):
    lab = make_lab(tmp_path / "s", evaluate_every=10)
    lab.do(c.Run(steps=30), c.Paused)
    lab.do(c.Nudge({"beta": 0.8}), c.Recorded, recorded("nudge"))
    lab.do(c.Run(steps=60), c.Paused)
    lab.do(c.Checkpoint("x"), c.Saved)
    lab.close()
    told = [event.entry for event in lab.kinds(c.Recorded)]
    ids = [entry.id for entry in told]
    assert ids == sorted(set(ids))
    known = {entry.id for entry in lab.session.journal}
    # Those of the session's creation were there before the runner was.
    assert set(ids) == known - {1, 2}


def test_that_a_rule_tells_the_window_and_training_goes_on(make_lab):
    lab = make_lab(
        initialization="zeros",
        learning_rate=4e-6,
        mini_batch_size=0,
        evaluate_every=5,
        plateau="halve",
        plateau_epochs=10,
    )
    lab.do(c.Run(epochs=25), c.Started)
    fired = lab.wait_for(c.RuleFired)
    assert "halved" in fired.message
    assert "epochs done" in lab.wait_for(c.Paused).reason
