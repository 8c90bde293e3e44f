"""Promise 14, the other half: every sequence of four main actions.

Run or pause, one step, one epoch, nudge, checkpoint, roll back, undo, continue another branch: all
8⁴ sequences, chosen as a person chooses them (menu, dialog, Return), in one window after another.
After each action the worker has answered; nothing fails, nothing is lost, and the session that is
closed opens again with the hash it had.
"""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from dllab.training.commands import Failed, NotSaved
from soak import subjects
from soak.monkeys import check_nothing_lost, listening, opens_again
from soak.windows import RealWindow, settle, until

PROMISE = 14
TITLE = "Every sequence of four main actions"
FULL, QUICK = 4_096, 2
CHUNK = 256

_OF_ONE_SESSION = 32


class Person:
    """Chooses actions and waits for what comes of them."""

    def __init__(self, real: RealWindow) -> None:
        self.real = real
        self.known: dict[str, set[object]] = {}
        self.actions: tuple[tuple[str, Callable[[], None]], ...] = (
            ("run or pause", lambda: self._choose("toggle")),
            ("step", lambda: self._choose("step")),
            ("epoch", lambda: self._choose("epoch")),
            ("nudge", lambda: self._choose("halve" if self._alpha() > 1e-3 else "double")),
            ("checkpoint", lambda: self._choose_and_confirm("checkpoint")),
            ("roll back", lambda: self._choose_and_confirm("rollback")),
            ("undo", lambda: self._choose("undo")),
            ("continue", self._continue),
        )

    def _alpha(self) -> float:
        return float(self.real.now.hyperparameters["learning_rate"])

    def _choose(self, action: str) -> None:
        self.real.window.actions_[action].trigger()

    def _choose_and_confirm(self, action: str) -> None:
        self._choose(action)
        settle()
        for dialog in self.real.dialogs():
            QTest.keyClick(dialog, Qt.Key.Key_Return)

    def _continue(self) -> None:
        others = [name for name in self.real.now.branches if name != self.real.now.branch]
        if others:
            self.real.lab.continue_branch(others[-1])

    def do(self, sequence: tuple[int, ...]) -> None:
        """One sequence, each action answered before the next."""
        for number in sequence:
            self.actions[number][1]()
            settle()
            # What is refused is said in a box, which a person puts away.
            for dialog in self.real.dialogs():
                QTest.keyClick(dialog, Qt.Key.Key_Escape)
            self._answered()
        failed = [e for e in self.real.events if isinstance(e, Failed | NotSaved)]
        assert not failed, failed[0]
        check_nothing_lost(self.real, self.known)

    def _answered(self) -> None:
        runner = self.real.lab._worker.runner  # type: ignore[union-attr]
        assert runner is not None
        until(lambda: not runner._queue, "an answer")
        settle()

    def rest(self) -> tuple[str, int, Path]:
        """Pause; the hash, the step and the folder."""
        real = self.real
        real.until_handled(real.lab.pause())
        until(lambda: not real.now.running, "a pause")
        folder = real.session.folder
        assert folder is not None
        return real.session.fingerprint(), real.session.step, folder


def _one_session(sequences: list[tuple[int, ...]], rng: random.Random, folder: Path) -> None:
    with listening() as listener:
        real = RealWindow()
        doing = ""
        try:
            real.create(subjects.recipe(rng), folder)
            person = Person(real)
            for sequence in sequences:
                doing = ", ".join(person.actions[number][0] for number in sequence)
                person.do(sequence)
                assert not listener.found, listener.found[0]
            fingerprint, step, folder = person.rest()
        except Exception as error:
            raise AssertionError(f"{doing}: {error}") from error
        finally:
            real.close()
        assert not listener.found, listener.found[0]
    opens_again(folder, fingerprint, step)


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """``count`` of the sequences; chunks with seeds that follow each other come to all of them.

    Raises
    ------
    AssertionError
        With the sequence, if anything failed or was lost.
    """
    rng = random.Random(seed)
    every = list(itertools.product(range(8), repeat=4))
    # The same order for every chunk, and not by first action: each chunk meets all of them.
    random.Random(0).shuffle(every)
    start = seed * count % len(every)
    mine = [every[(start + number) % len(every)] for number in range(count)]
    folder = workdir / "session"
    try:
        for first in range(0, count, _OF_ONE_SESSION):
            _one_session(mine[first : first + _OF_ONE_SESSION], rng, folder)
            shutil.rmtree(folder)
    except Exception as error:
        raise AssertionError(f"promise {PROMISE}, seed {seed}: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {"sequences of four actions": count, "actions": 4 * count}
