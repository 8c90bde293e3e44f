"""Promise 2: exact. A rollback, a recovery and a replay give the same bits.

Sessions with every optimizer, dropout, batch norm and mini-batches that end in a short one. Each
checkpoint's hash, and the hash some updates later, is noted when it is made; each rollback to it
must give both again. A session that is killed must go on as one that never was. A session of 200
nudges and 20 rollbacks is done again by a bare trainer from its ledger alone, and by ``replay``.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from pathlib import Path

from dllab import Session
from dllab.replay import recording_of_session, replay
from soak import subjects
from soak.ledger_run import LedgerRun

PROMISE = 2
TITLE = "Exact: rollback, recovery and replay give the same bits"
FULL, QUICK = 1_000, 5
CHUNK = 100

_ROLLBACKS_OF_ONE = 50
_LATER = 7
_AFTER_RECOVERY = 1_000
_NUDGES, _TURNS = 200, 20


class Places:
    """Checkpoints of a session, with their hash then and some updates later."""

    def __init__(self, session: Session, rng: random.Random) -> None:
        self.session, self.rng = session, rng
        self.hashes: dict[str, tuple[str, str]] = {}

    def add(self) -> None:
        """Make a checkpoint here and go on."""
        session = self.session
        key = session.checkpoint(wait=False)
        then = session.fingerprint()
        session.run(steps=_LATER)
        self.hashes[key] = then, session.fingerprint()

    def go_back(self) -> None:
        """Roll back to any of them and look."""
        key = self.rng.choice(list(self.hashes))
        then, later = self.hashes[key]
        self.session.rollback(key)
        assert self.session.fingerprint() == then, f"rollback to {key}: another hash"
        self.session.run(steps=_LATER)
        assert self.session.fingerprint() == later, f"rollback to {key}: another future"

    def wander(self) -> None:
        """Train on, perhaps with other knobs."""
        if self.rng.random() < 0.5:
            session = self.session
            session.nudge(subjects.turn(self.rng, dict(session.hyperparameters)))
        self.session.run(steps=self.rng.randrange(1, 30))


def roll_back_often(rng: random.Random, folder: Path | None, rollbacks: int) -> None:
    """So many rollbacks in one session."""
    with Session.create(subjects.recipe(rng), folder) as session:
        places = Places(session, rng)
        for number in range(rollbacks):
            if number < 5 or rng.random() < 0.1:
                places.wander()
                places.add()
            else:
                places.wander()
            places.go_back()


def recover_and_train(rng: random.Random, folder: Path) -> None:
    """Kill a process after its checkpoint; train on what it left and on what was never killed."""
    recipe = subjects.recipe(rng)
    turn = subjects.turn(rng, dict(recipe.values))
    steps = rng.randrange(20, 200)

    def live(session: Session) -> None:
        session.run(steps=steps)
        session.nudge(turn)
        session.run(steps=steps)

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            session = Session.create(recipe, folder)
            live(session)
            session.checkpoint()
            os.write(writing, b"r")
            session.run(steps=subjects.ENDLESS)
        finally:
            os._exit(3)
    os.close(writing)
    ready = os.read(reading, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    assert ready == b"r", "the child did not come to its checkpoint"
    with Session.open(folder) as recovered, Session.create(recipe) as untouched:
        live(untouched)
        assert recovered.fingerprint() == untouched.fingerprint(), "recovered: another hash"
        for session in (recovered, untouched):
            session.run(steps=_AFTER_RECOVERY)
        assert recovered.fingerprint() == untouched.fingerprint(), (
            f"{_AFTER_RECOVERY} steps after recovery: another hash"
        )


def do_again(rng: random.Random, nudges: int, turns: int) -> None:
    """Steer a session, then do it again from its ledger."""
    recipe = subjects.recipe(rng)
    with Session.create(recipe) as session:
        keys = [session.checkpoint()]
        each = max(1, nudges // turns)
        for number in range(nudges):
            session.run(steps=rng.randrange(1, 20))
            session.nudge(subjects.turn(rng, dict(session.hyperparameters)))
            if number % each == each - 1:
                session.run(steps=rng.randrange(1, 20))
                keys.append(session.checkpoint())
                session.rollback(rng.choice(keys), keep_hyperparameters=rng.random() < 0.5)
        session.run(steps=50)
        kinds = [entry.kind for entry in session.journal]
        assert kinds.count("nudge") == nudges
        assert kinds.count("rollback") == nudges // each
        again = LedgerRun(recipe)
        try:
            again.follow(session.journal)
            again.train_to(session.step)
            assert session.fingerprint() == again.fingerprint(), "a bare trainer: another hash"
        finally:
            again.close()
        report = replay(recording_of_session(session))
        assert report.same, report.parting
        assert report.fingerprint == session.fingerprint(), "replay: another hash"


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """``count`` rollbacks, with a recovery for each 20 and a replay for each 100 of them.

    Raises
    ------
    AssertionError
        If any hash differs.
    """
    rng = random.Random(seed)
    folder = workdir / "session"
    done = recoveries = replays = 0
    try:
        while done < count:
            now = min(_ROLLBACKS_OF_ONE, count - done)
            # In memory now and then: the file's way there and back is the one that matters.
            roll_back_often(rng, None if done % 200 == 150 else folder, now)
            shutil.rmtree(folder, ignore_errors=True)
            done += now
        for _ in range(max(1, count // 20)):
            recover_and_train(rng, folder)
            shutil.rmtree(folder, ignore_errors=True)
            recoveries += 1
        for _ in range(max(1, count // 100)):
            part = 1 if count >= 100 else 10
            do_again(rng, _NUDGES // part, _TURNS // part)
            replays += 1
    except Exception as error:
        raise AssertionError(f"promise {PROMISE}, seed {seed}, after {done}: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "rollbacks to the same hash and future": done,
        f"killed, recovered, {_AFTER_RECOVERY:,} steps as never killed": recoveries,
        "replays of 200 nudges and 20 rollbacks": 0 if count < 100 else replays,
    }
