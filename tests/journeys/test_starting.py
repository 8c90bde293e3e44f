"""From the command line: what starts, what it leaves, how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str, sessions: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment.pop("QT_QPA_PLATFORM", None)
    paths = [str(ROOT / part) for part in (".", "ui", "resources")]
    environment |= {
        "DLLAB_SESSIONS": str(sessions), "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONIOENCODING": "utf-8", **extra,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True,
        encoding="utf-8", timeout=180, check=False,
    )  # fmt: skip


# The two epochs of circles are over before the window has looked once.
@pytest.mark.parametrize("recipe", ["mnist-small", "circles"])
def test_that_the_tour_ends_with_a_session_and_a_picture(recipe: str, tmp_path: Path) -> None:
    done = run("-m", "dllab_ui.app", recipe, sessions=tmp_path)
    assert done.returncode == 0, done.stderr
    picture = next(line for line in done.stdout.splitlines() if line.startswith("picture: "))
    assert Path(picture.removeprefix("picture: ")).stat().st_size > 20_000
    folder = next(line for line in done.stdout.splitlines() if line.startswith("session: "))
    journal = (Path(folder.removeprefix("session: ")) / "journal.jsonl").read_text("utf-8")
    for kind in ("nudge", "checkpoint", "rollback"):
        assert f'"kind":"{kind}"' in journal


def test_that_the_tour_of_what_is_not_there_is_a_sentence_and_code_2(tmp_path: Path) -> None:
    done = run("-m", "dllab_ui.app", str(tmp_path / "nothing"), sessions=tmp_path)
    assert done.returncode == 2
    assert "nothing" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_that_importing_the_engine_loads_no_qt(tmp_path: Path) -> None:
    program = (
        "import sys, dllab, dllab.recipe, dllab.training.session, dllab.training.runner;"
        "screen = ('PySide6', 'pyqtgraph', 'dllab_ui', 'shiboken6');"
        "print([m for m in sys.modules if m.startswith(screen)])"
    )
    done = run("-c", program, sessions=tmp_path)
    assert done.stdout.strip() == "[]", done.stderr
