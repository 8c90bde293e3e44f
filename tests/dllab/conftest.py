"""What the engine's tests share: small recipes, sessions that are closed, fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dllab import Recipe, Session

MakeRecipe = Callable[..., Recipe]
MakeSession = Callable[..., Session]
RunPython = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def make_recipe() -> MakeRecipe:
    """A recipe on toy data: hyperparameters by name, ``source`` and ``examples`` besides."""

    def make(source: str = "spiral", examples: int | None = None, **values: Any) -> Recipe:
        values = {"hidden_layers": [8], "mini_batch_size": 32, "evaluate_every": 50} | values
        return Recipe("test", source, values, examples=examples)

    return make


@pytest.fixture
def make_session(make_recipe: MakeRecipe) -> Iterator[MakeSession]:
    """A session of such a recipe, in memory or in a folder; closed when the test ends."""
    made: list[Session] = []

    def make(folder: Path | None = None, **values: Any) -> Session:
        made.append(Session.create(make_recipe(**values), folder))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture(scope="session")
def run_python() -> RunPython:
    """Run a script in a fresh interpreter that finds the same packages as this one."""

    def run(script: str, *arguments: object, timeout: float = 60) -> Any:
        return subprocess.run(
            [sys.executable, "-c", script, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
