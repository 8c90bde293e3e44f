"""The same model on the same mini-batches without the nudge, in a process of its own."""

from __future__ import annotations

import subprocess
import threading
import time

import pytest

from dllab import Recipe, Session
from dllab.checkpoint import encode
from dllab.training.interventions import contents_now
from dllab.twin import process, twin
from dllab.twin.protocol import Task


@pytest.fixture
def session():
    values = {
        "hidden_layers": [8, 6],
        "mini_batch_size": 32,
        "evaluate_every": 20,
        "keep_prob": 0.9,
        "learning_rate": 0.01,
    }
    with Session.create(Recipe("twins", "circles", values, examples=600), None) as made:
        made.run(steps=55)
        yield made


def verdicts(session):
    return [entry for entry in session.journal if entry.kind == "twin"]


def test_that_a_nudge_which_changes_nothing_has_a_twin_with_the_same_bits(session):
    # No gradient is as long as that, so the clipping never takes part.
    nudge = session.nudge(clip_norm=10_000, twin=100)
    session.run(steps=100)
    assert session.twins.wait()
    (entry,) = verdicts(session)
    assert entry.of == nudge.id
    assert entry.step == 155
    assert entry.detail["difference"] == 0
    assert entry.detail["band"] == 0
    assert entry.detail["verdict"] == "unclear"
    assert entry.detail["steps"] == [55, 60, 80, 100, 120, 140, 155]
    steps, costs = session.history["dev_cost"]
    run = dict(zip(steps.tolist(), costs.tolist(), strict=True))
    for step, cost in list(zip(entry.detail["steps"], entry.detail["dev_cost"], strict=True))[1:-1]:
        assert cost == run[step]


def test_that_a_bad_nudge_is_called_worse_and_a_good_one_better(session):
    session.run(steps=245)
    session.nudge(learning_rate=0.3, twin=150)
    session.run(steps=150)
    assert session.twins.wait()
    session.rollback("000001", changes={"learning_rate": 1e-5})
    session.run(steps=20)
    session.nudge(learning_rate=0.01, twin=150)
    session.run(steps=150)
    assert session.twins.wait()
    worse, better = verdicts(session)
    assert worse.detail["verdict"] == "worse"
    assert worse.detail["difference"] > worse.detail["band"] > 0
    assert "hurt" in worse.note
    assert better.detail["verdict"] == "better"
    assert better.detail["difference"] < -better.detail["band"] < 0
    assert session.twins.view.message == better.note


def test_that_another_nudge_or_a_rollback_compares_at_the_last_common_step(session):
    first = session.nudge(learning_rate=0.02, twin=500)
    session.run(steps=10)
    # This one is beside training: the mini-batches stay the same.
    session.nudge(epochs=1000)
    session.run(steps=40)
    second = session.nudge(l2=0.1, twin=500)
    session.run(steps=20)
    session.rollback("000001")
    assert session.twins.wait()
    places = {entry.of: entry.step for entry in verdicts(session)}
    assert places == {first.id: 100, second.id: 120}
    assert "before dev was evaluated" not in session.twins.view.message


def test_that_it_is_given_up_in_words_where_nothing_was_evaluated(session):
    session.nudge(learning_rate=0.02, twin=500)
    session.run(steps=2)
    session.rollback("000001")
    assert session.twins.wait()
    assert not verdicts(session)
    assert "before dev was evaluated" in session.twins.view.message
    assert not session.twins.view.running


def test_that_it_is_shown_while_it_runs_and_does_not_touch_the_run(session):
    plain = [session.fingerprint()]
    session.nudge(learning_rate=0.02, twin=60)
    began = session.twins.view
    assert (began.first_step, began.goal, began.running) == (56, 115, True)
    session.run(steps=60)
    plain.append(session.fingerprint())
    assert session.twins.wait()
    assert session.twins.view.steps.tolist() == [55, 60, 80, 100, 115]
    assert len(session.twins.view.dev_error) == 5
    session.rollback("000002", changes={"learning_rate": 0.02})
    session.run(steps=60)
    assert session.fingerprint() == plain[1]


def test_that_a_child_which_dies_ends_in_a_sentence(session, monkeypatch):
    monkeypatch.setattr(process, "COMMAND", ("-c", "import sys; sys.exit(7)"))
    session.nudge(learning_rate=0.02, twin=20)
    session.run(steps=20)
    assert session.twins.wait()
    assert not verdicts(session)
    assert "code 7" in session.twins.view.message


def test_that_a_child_which_died_before_its_task_came_ends_in_a_sentence(session, monkeypatch):
    def dead(errors):
        child = start(errors)
        child.wait()
        return child

    start = process.start
    monkeypatch.setattr(process, "COMMAND", ("-c", "import sys; sys.exit(7)"))
    monkeypatch.setattr(process, "start", dead)
    session.nudge(learning_rate=0.02, twin=20)
    session.run(steps=20)
    assert session.twins.wait()
    assert "code 7" in session.twins.view.message


def test_that_a_child_which_babbles_ends_in_a_sentence(session, monkeypatch):
    monkeypatch.setattr(process, "COMMAND", ("-c", "print('x' * 100); import time; time.sleep(60)"))
    session.nudge(learning_rate=0.02, twin=20)
    session.run(steps=20)
    assert session.twins.wait()
    assert "cannot be read" in session.twins.view.message


def test_that_a_child_which_is_silent_is_given_up(session, monkeypatch):
    monkeypatch.setattr(process, "COMMAND", ("-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(twin, "PATIENCE_SECONDS", 0.2)
    session.nudge(learning_rate=0.02, twin=20)
    session.run(steps=20)
    assert session.twins.wait()
    assert "said nothing" in session.twins.view.message


def test_that_no_program_to_run_ends_in_a_sentence(session, monkeypatch):
    monkeypatch.setattr(process.sys, "executable", "/nowhere/python")
    session.nudge(learning_rate=0.02, twin=20)
    session.run(steps=20)
    assert session.twins.wait()
    assert "cannot be run" in session.twins.view.message


def test_that_a_child_ends_with_its_parent(session):
    contents = contents_now(session, "safety")
    data = encode(contents)
    task = Task(56, 100_000, 20)
    child = process.start(subprocess.DEVNULL)
    child.stdin.write(task.header(len(data)) + data)
    child.stdin.flush()
    child.stdout.readline()
    # As when the parent is killed: nothing is said, the pipe just ends.
    child.stdin.close()
    child.stdout.read()
    assert child.wait(timeout=20) == 3
    child.stdout.close()


def test_that_closing_ends_process_and_threads(session):
    session.nudge(learning_rate=0.02, twin=100_000)
    session.run(steps=5)
    started = time.monotonic()
    session.twins.close()
    assert time.monotonic() - started < 5
    assert not any(thread.name.startswith("dllab-twin") for thread in threading.enumerate())
    assert "closed" in session.twins.view.message


def test_that_many_nudges_in_a_row_leave_few_processes(session, monkeypatch):
    monkeypatch.setattr(process, "COMMAND", ("-c", "import time; time.sleep(60)"))
    given_up, give_up = [], twin.Twin.give_up

    def listen(self, message):
        given_up.append(message)
        give_up(self, message)

    monkeypatch.setattr(twin.Twin, "give_up", listen)
    for number in range(8):
        session.nudge(learning_rate=0.01 + 0.001 * (number + 1), twin=1000)
        session.run(steps=20)
    # Two wait for what their processes find, and one goes along with the run.
    assert len(given_up) == 5
    assert all("Too many twins" in message for message in given_up)


@pytest.mark.parametrize("steps", [-1, 2.5, True, 10**9])
def test_that_a_senseless_number_of_steps_is_refused(session, steps):
    with pytest.raises(Exception, match="whole number of steps"):
        session.nudge(learning_rate=0.02, twin=steps)
