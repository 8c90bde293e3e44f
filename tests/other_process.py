"""Real processes that have a session open until they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HOLD = """
import sys
from dllab import Session
session = Session.open(sys.argv[1])
session.run(steps=30)
session.nudge(learning_rate=0.5, note="the last word")
session.store.flush()
print(session.fingerprint(), flush=True)
sys.stdin.read()
"""
# The same, and training at full speed until it is killed.
TRAIN = HOLD.replace("sys.stdin.read()", "while True: session.run(steps=1)")


class Trainer:
    """A process that has a session open and has nudged it at step 30."""

    def __init__(self, folder: Path, script: str = HOLD) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, str(folder)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.fingerprint = self.process.stdout.readline().strip()

    def ask(self) -> str:
        """Give it a line, and wait for the one it prints then."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def trainer() -> Iterator[Callable[..., Trainer]]:
    """Start such processes; they are gone when the test ends."""
    if os.name == "nt":
        pytest.skip("no such signal")
    made: list[Trainer] = []

    def start(*arguments: Any) -> Trainer:
        made.append(Trainer(*arguments))
        return made[-1]

    yield start
    for one in made:
        if one.process.returncode is None:
            one.kill()


@pytest.fixture(scope="session")
def dead_session(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A session whose process was killed, to be copied; and the fingerprint it had stored."""
    from dllab import Recipe, Session

    if os.name == "nt":
        pytest.skip("no such signal")
    folder = tmp_path_factory.mktemp("dead") / "run"
    Session.create(Recipe.builtin("circles"), folder).close()
    other = Trainer(folder, TRAIN)
    other.kill()
    return folder, other.fingerprint
