"""The process that is killed: a session at work, which writes down what it has promised.

It is forked from one that has imported everything. What it claims goes into a file by single
writes, which outlive the process: ``J id`` once a line of the journal is said to be on the disk,
``S key reason`` once a checkpoint is, ``N id`` once a person was told of a nudge.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dllab import Recipe, Session
from dllab.errors import DllabError
from dllab.training import commands as c
from dllab.training import folder_store
from dllab.training.autosave import Autosave
from dllab.training.runner import Runner
from soak import subjects


class Claims:
    """The file of what was claimed."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def say(self, *words: Any) -> None:
        """One line, in one write."""
        os.write(self._descriptor, (" ".join(map(str, words)) + "\n").encode())


def claimed(path: Path) -> list[list[str]]:
    """The whole lines of such a file."""
    text = path.read_text("utf-8") if path.exists() else ""
    return [line.split(" ") for line in text.split("\n")[:-1]]


def work(
    folder: Path,
    recipe: Recipe | None,
    seed: int,
    claims: Claims,
    autosave: float | None,
    ready: Callable[[], Any],
) -> None:
    """Make (or with ``recipe=None`` open) the session and steer it until somebody kills us.

    With ``autosave=None`` it is left alone, to save itself as seldom as the product does.
    """
    try:
        _claim_lines(claims)
        session = Session.create(recipe, folder) if recipe else Session.open(folder)
        if autosave is not None:
            # Far more often than a person may ask for, so that many kills fall into a save.
            Autosave.is_due = lambda self: (  # type: ignore[method-assign]
                time.monotonic() - self.saved_at > autosave
            )
        runner = Runner(session, lambda event: _heed(event, session, claims))
        feeder = threading.Thread(target=_feed, args=(runner, session, seed), daemon=True)
        runner.submit(c.Run())
        if autosave is not None:
            feeder.start()
        ready()
        runner.run()
        claims.say("E", "the worker ended by itself")
    except BaseException:
        claims.say("E", json.dumps(traceback.format_exc()))
    finally:
        os._exit(3)


def _claim_lines(claims: Claims) -> None:
    append_lines = folder_store.append_lines

    def append_and_claim(path: Path, lines: list[str]) -> None:
        append_lines(path, lines)
        for line in lines:
            claims.say("J", json.loads(line)["id"])

    folder_store.append_lines = append_and_claim


def _heed(event: c.Event, session: Session, claims: Claims) -> None:
    match event:
        case c.Saved(key) if key in session.timeline:
            claims.say("S", key, session.timeline[key].reason)
        case c.Recorded(entry) if entry.kind == "nudge":
            claims.say("N", entry.id)
        case c.Failed(_, trace):
            claims.say("E", json.dumps(trace))
        case c.NotSaved(message):
            claims.say("E", json.dumps(message))


def _feed(runner: Runner, session: Session, seed: int) -> None:
    rng = random.Random(seed)
    aside = session.folder.parent if session.folder else Path()
    number = 0
    while True:
        time.sleep(rng.uniform(0.001, 0.025))
        number += 1
        keys = [info.key for info in session.timeline.checkpoints if info.saved]
        branches = list(session.timeline.branches)
        key = rng.choice(keys) if keys else ""
        wishes: list[tuple[int, c.Command]] = [
            (8, c.Nudge(subjects.turn(rng, dict(session.hyperparameters)), f"nudge {number}")),
            (3, c.Checkpoint(f"note {number}")),
            (4, c.Rollback(key, rng.random() < 0.5, note="back")),
            (1, c.SaveAs(aside / "saved.h5")),
            (1, c.Pin(key, rng.random() < 0.7)),
            (1, c.Delete(key)),
            (1, c.RenameBranch(rng.choice(branches), f"title {number}")),
            (1, c.ContinueBranch(rng.choice(branches))),
            (1, c.AddNote(rng.randint(1, len(session.journal)), f"later {number}")),
            (1, c.Pause()),
            (4, c.Run()),
        ]
        weights = [weight for weight, _ in wishes]
        try:
            runner.submit(rng.choices([command for _, command in wishes], weights)[0])
        except DllabError:
            continue
