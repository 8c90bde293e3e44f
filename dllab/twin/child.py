"""The twin's own process: ``python -m dllab.twin.child``.

Reads its task and the sealed state before the nudge from standard input, trains, and writes what it
finds on standard output. It ends when its parent does: standard input is closed then.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import BinaryIO

import numpy as np

from dllab.checkpoint import Contents, read_checkpoint
from dllab.diagnosis.example_costs import example_costs
from dllab.errors import DllabError
from dllab.recipe import Recipe
from dllab.training.evaluation import Evaluator
from dllab.training.guard import GuardError
from dllab.training.prepare import prepare
from dllab.training.replica import Replica
from dllab.twin.protocol import Evaluated, Said, Task, TwinError, read_header

_NICENESS = 10
_ALIVE_SECONDS = 5.0
_ORPHAN = 3


def main() -> int:
    """Train as the task says; 0 if the goal was reached."""
    answers = _take_standard_output()
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    try:
        task, size = read_header(sys.stdin.buffer.readline())
        contents = _received(sys.stdin.buffer, size)
        threading.Thread(target=_end_with_parent, name="dllab-parent", daemon=True).start()
        with np.errstate(all="ignore"):
            _train(task, contents, answers)
    except (DllabError, GuardError) as error:
        _say(answers, Said(str(error)).to_line())
        return 1
    return 0


def _take_standard_output() -> BinaryIO:
    """What other code prints must not get between the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _received(source: BinaryIO, size: int) -> Contents:
    data = source.read(size)
    if len(data) != size:
        raise TwinError("The twin was not given a whole state.")
    # Read as a file, behind every check that a file has to pass.
    with tempfile.TemporaryDirectory(prefix="dllab-twin-") as folder:
        path = Path(folder) / "before.h5"
        path.write_bytes(data)
        return read_checkpoint(path)


def _end_with_parent() -> None:
    # Not through sys.stdin: its lock must be free when the interpreter ends.
    while os.read(0, 1):
        pass
    os._exit(_ORPHAN)


def _train(task: Task, contents: Contents, answers: BinaryIO) -> None:
    _say(answers, Said("", contents.state.step).to_line())
    recipe = Recipe.from_toml(contents.recipe)
    prepared = prepare(recipe)
    if prepared.dataset.fingerprint != contents.data_fingerprint:
        raise TwinError(f"The data {recipe.source} has changed since the session was started.")
    trainer = Replica(recipe, prepared, contents.state).trainer()
    evaluate = Evaluator(trainer.network, trainer.team)
    # Where both curves part: the model before the nudge.
    dev = evaluate(prepared.dev)
    _say(answers, Evaluated(trainer.step, dev.cost, dev.error).to_line())
    said = time.monotonic()
    while trainer.step < task.goal:
        trainer.update()
        if task.is_turn(trainer.step):
            dev = evaluate(prepared.dev)
            compared = task.is_compared(trainer.step)
            costs = example_costs(trainer.network, prepared.dev) if compared else None
            _say(answers, Evaluated(trainer.step, dev.cost, dev.error, costs).to_line())
            said = time.monotonic()
        elif time.monotonic() - said > _ALIVE_SECONDS:
            said = time.monotonic()
            _say(answers, Said("", trainer.step).to_line())
    trainer.close()


def _say(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
