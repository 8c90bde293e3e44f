"""Promise 1: kill −9 at any moment loses nothing.

A child process works on a session: it trains, saves, saves by itself every 20 ms, nudges, rolls
back, pins, deletes, prunes. It is killed after some milliseconds, a third of the time while it is
still opening what an earlier kill has left, or making the session in the first place. Then the
folder is opened here and held against what the child had claimed, and against an independent run
of its ledger (`LedgerRun`).
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import statistics
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from dllab import Recipe, Session
from dllab.replay import open_recording, replay
from dllab.training.timeline import PASSING
from soak import subjects
from soak.kill_child import Claims, claimed, work
from soak.ledger_run import LedgerRun

PROMISE = 1
TITLE = "Nothing is lost: kill −9 at a random moment"
FULL, QUICK = 1_000, 4
CHUNK = 50

MOST_LOST = 10.0
"""Seconds of training that may be gone."""
AUTOSAVE = 0.02
# One in so many is of a run that is left alone and saves itself as seldom as the product does.
PATIENT_EVERY = 20
_PATIENCE = 60.0


@dataclass
class Tally:
    """What was found, over all kills."""

    opening: int = 0
    nudges: int = 0
    told_and_lost: int = 0
    weights: int = 0
    replayed: int = 0
    lost: list[float] = field(default_factory=list)
    lost_patient: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, int | float | str]:
        """For the results."""
        return {
            "killed while being made or opened": self.opening,
            "journalled nudges, all there": self.nudges,
            "nudges told a moment before, not journalled yet": self.told_and_lost,
            "states equal to the independent run": self.weights,
            "killed sessions replayed to the same states": self.replayed,
            "training lost, median ms (autosave every 20 ms)": round(
                1000 * statistics.median(self.lost or [0.0])
            ),
            "training lost, worst s (autosave every 20 ms)": round(max(self.lost, default=0), 3),
            "kills of a run left alone for 11 to 24 s": len(self.lost_patient),
            "training lost, worst s (left alone, autosave as delivered)": round(
                max(self.lost_patient, default=0), 2
            ),
        }


class Victim:
    """One folder through some kills."""

    def __init__(self, folder: Path, rng: random.Random, tally: Tally) -> None:
        self.folder, self.rng, self.tally = folder, rng, tally
        self.recipe = subjects.recipe(rng)
        self.run = LedgerRun(self.recipe)
        self.claims = folder.with_name(folder.name + ".claims")
        self.kills = 0

    def kill(self, *, opening: bool = False, patient: bool = False) -> None:
        """Let a child work, kill it, open what is left and check it."""
        recipe: Recipe | None = None if (self.folder / "session.toml").exists() else self.recipe
        trained = self._one_life(recipe, opening, patient)
        self.kills += 1
        self.tally.opening += opening
        if recipe is not None and not (self.folder / "session.toml").exists():
            # Killed before there was a session: nothing had been promised.
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        self._check(trained, patient)

    def _one_life(
        self, recipe: Recipe | None, opening: bool, patient: bool
    ) -> tuple[float, float] | None:
        """From when to when the child trained, or None if it did not come to that."""
        reading, writing = os.pipe()
        seed = self.rng.randrange(2**31)
        child = os.fork()
        if child == 0:
            os.close(reading)
            work(
                self.folder, recipe, seed, Claims(self.claims),
                None if patient else AUTOSAVE, lambda: os.write(writing, b"r"),
            )  # fmt: skip
        os.close(writing)
        try:
            started = None
            if opening:
                # From the first byte read or written to some time after the session stands.
                if self._wait(reading, self.rng.uniform(0.0, 0.15 if recipe else 0.3)):
                    started = time.time()
            elif self._wait(reading, _PATIENCE):
                started = time.time()
                time.sleep(self.rng.uniform(11, 24) if patient else self.rng.uniform(0.005, 0.3))
            os.kill(child, signal.SIGKILL)
            killed = time.time()
        finally:
            os.close(reading)
            _, status = os.waitpid(child, 0)
        ends = [words for words in claimed(self.claims) if words[0] == "E"]
        assert not ends, f"the child met an error: {' '.join(ends[0][1:])}"
        assert os.WIFSIGNALED(status), f"the child ended by itself: {status}"
        return None if started is None else (started, killed)

    def _wait(self, reading: int, seconds: float) -> bool:
        return bool(select.select([reading], [], [], seconds)[0])

    def _check(self, trained: tuple[float, float] | None, patient: bool) -> None:
        said = claimed(self.claims)
        with Session.open(self.folder) as session:
            assert not session.notices, session.notices
            self._check_ledger(session, said)
            self._check_checkpoints(session, said)
            self.run.follow(session.journal)
            self._check_weights(session)
            if trained is not None:
                self._count_loss(session, *trained, patient)

    def _check_ledger(self, session: Session, said: list[list[str]]) -> None:
        there = {entry.id for entry in session.journal}
        journalled = {int(words[1]) for words in said if words[0] == "J"}
        missing = sorted(journalled - there)
        assert not missing, f"entries {missing} were on the disk and are gone"
        assert sorted(there) == list(range(1, len(there) + 1)), "the ledger has a hole"
        nudges = {entry.id for entry in session.journal if entry.kind == "nudge"}
        told = {int(words[1]) for words in said if words[0] == "N"}
        self.tally.nudges += len(nudges & journalled)
        self.tally.told_and_lost += len(told - there)
        # Ids of what was told and never written are given again: what was said of them is over.
        self.claims.unlink(missing_ok=True)

    def _check_checkpoints(self, session: Session, said: list[list[str]]) -> None:
        deleted = {entry.checkpoint for entry in session.journal if entry.kind == "delete"}
        for key in [w[1] for w in said if w[0] == "S" and w[2] not in PASSING]:
            assert key in session.timeline or key in deleted, f"checkpoint {key} was saved, is gone"

    def _check_weights(self, session: Session) -> None:
        run = self.run
        assert session.branch == run.branch, f"stands on {session.branch}, ledger: {run.branch}"
        assert session.step == run.trainer.step
        assert session.fingerprint() == run.fingerprint(), (
            f"at step {session.step} of {session.branch} the session is not what its ledger makes"
        )
        self.tally.weights += 1
        curve = session.history.now.dense["train_cost"].view()
        _check_curve(curve, run.curve())
        saved = [info.key for info in session.timeline.checkpoints if info.saved]
        known = [key for key in saved if key in run.states]
        for key in self.rng.sample(known, min(2, len(known))):
            stored = session.store.load(key).state
            assert stored.fingerprint() == run.states[key].fingerprint(), f"{key} is not its step"
            self.tally.weights += 1

    def _count_loss(self, session: Session, started: float, killed: float, patient: bool) -> None:
        stands = [e for e in session.journal if e.kind == "open"][-1]
        when = datetime.fromisoformat(session.timeline[stands.checkpoint].when).timestamp()
        # What an earlier life had lost was counted then.
        lost = killed - max(when, started)
        (self.tally.lost_patient if patient else self.tally.lost).append(lost)
        assert lost <= MOST_LOST, f"{lost:.2f} s of training are gone"

    def replay(self) -> None:
        """The product's own way to do it all again must come to the same states."""
        if self.kills and (self.folder / "session.toml").exists():
            report = replay(open_recording(self.folder))
            assert report.same, report.parting or report.notes
            self.tally.replayed += 1

    def close(self) -> None:
        """Take everything away."""
        self.run.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.claims.unlink(missing_ok=True)


def _check_curve(found: Any, right: Any) -> None:
    assert len(found) == len(right), f"the curve has {len(found)} steps, the ledger {len(right)}"
    wrong = np.flatnonzero(found != right)
    assert not len(wrong), (
        f"{len(wrong)} of {len(found)} points of the curve are not the ledger's, from point "
        f"{wrong[0] + 1} on: {found[wrong[0]]} for {right[wrong[0]]}"
    )


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """Kill ``count`` times.

    Raises
    ------
    AssertionError
        If a session cannot be opened, is not what its ledger says, or has lost something.
    """
    rng = random.Random(seed)
    tally = Tally()
    done = number = 0
    while done < count:
        number += 1
        victim = Victim(workdir / f"victim-{number}", random.Random(rng.randrange(2**31)), tally)
        try:
            for turn in range(min(3, count - done)):
                patient = count > PATIENT_EVERY and done % PATIENT_EVERY == PATIENT_EVERY - 1
                opening = turn == 1 or (turn == 0 and number % 4 == 0)
                victim.kill(opening=opening and not patient, patient=patient)
                done += 1
            if number % 4 == 1:
                victim.replay()
        except Exception as error:
            raise AssertionError(f"promise {PROMISE}, seed {seed}, kill {done}: {error}") from error
        finally:
            victim.close()
    return {"kills": done, **tally.figures()}
