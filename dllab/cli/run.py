"""``dllab run``: train without a window, with the same worker's loop that the window has."""

from __future__ import annotations

import argparse
import shlex
import sys

from dllab.cli.begin import begin
from dllab.cli.drive import Drive, Outcome
from dllab.cli.progress import Progress
from dllab.errors import SessionError
from dllab.hyperparameters import TABLE
from dllab.in_words import percent
from dllab.log import log_file
from dllab.training.session import Session
from dllab.training.snapshot import Snapshot


def run(options: argparse.Namespace) -> int:
    """Train as the options say and store the end; return the exit code.

    Raises
    ------
    DllabError
        If the session cannot be had, the guard stops the training, or its end cannot be stored.
    """
    session = begin(options.what, options.changes, options.session, options.note)
    folder = shlex.quote(str(session.folder))
    try:
        progress = _introduce(session, options)
        last = session.journal[-1]
        kept = last.kind == "nudge" and last.note == options.note
    except BaseException:
        session.close()
        raise
    if progress is None:
        session.close()
        return 0
    outcome = Drive(session, progress).train(
        options.steps, options.epochs, "" if kept else options.note
    )
    return _conclude(outcome, folder)


def _introduce(session: Session, options: argparse.Namespace) -> Progress | None:
    prepared, sizes = session.prepared, "-".join(map(str, session.network.layer_sizes))
    print(
        f"{session.name}: {sizes}, {session.network.theta.size:,} parameters, "
        f"{prepared.train.m:,} training and {prepared.dev.m:,} dev examples"
    )
    print(f"session: {session.folder}", flush=True)
    for notice in session.notices:
        print(notice, file=sys.stderr)
    if session.step:
        print(f"It stands at {_place(session.step, session.trainer.progress)}.")
    target = session.target(options.steps, options.epochs)
    if session.reached(target):
        print(
            f"Its goal of {session.hyperparameters['epochs']:,} epochs is reached; train on with "
            f"--epochs N or --steps N, or raise the goal with --set epochs=N."
        )
        return None
    unit, number = target
    start = session.step if unit == "step" else session.trainer.progress
    return Progress(unit, start, number)


def _place(step: int, epoch: float) -> str:
    return f"step {step:,} (epoch {epoch:.2f})"


def _conclude(outcome: Outcome, folder: str) -> int:
    snapshot = outcome.snapshot
    assert snapshot is not None
    place = _place(snapshot.step, snapshot.epoch)
    if outcome.failed is not None:
        print(f"{outcome.failed.message} Details: {log_file()}", file=sys.stderr)
        return 1
    if outcome.not_saved:
        raise SessionError(f"The end at {place} is not stored. {outcome.not_saved}")
    if outcome.refused:
        raise SessionError(outcome.refused)
    _summarize(snapshot)
    key = [c for c in snapshot.checkpoints if c.step == snapshot.step][-1].key
    if outcome.guard is not None:
        changes = " ".join(
            f"--set {key}={TABLE[key].show(value)}"
            for key, value in outcome.guard.suggestion.items()
        )
        raise SessionError(
            f"{outcome.guard.message} The last good state is kept: {place}, checkpoint {key}. "
            f"Go on with gentler steps: dllab run {folder} {changes}"
        )
    if outcome.signal:
        print(f"Paused at {place}, stored as checkpoint {key} in {folder}.")
        print(f"Go on with: dllab run {folder}")
        return 128 + outcome.signal
    print(f"Done at {place}, stored as checkpoint {key} in {folder}.")
    return 0


def _summarize(snapshot: Snapshot) -> None:
    steps, errors = snapshot.history.series("dev_error")
    if not len(steps):
        return
    text = f"dev error {percent(float(errors[-1]))} at step {steps[-1]:,}"
    best = snapshot.best_dev
    if best is not None:
        text += (
            f"; lowest dev cost {best.cost:#.4g}, error {percent(best.error)}, at step "
            f"{best.step:,}"
        )
    print(text)
