"""Promise 8: closing is safe.

The real window, closed while it trains, saves, rests, steps and while its session is still being
made: the process ends with 0, within two seconds of the click nothing of it runs any more, and the
last checkpoint in the folder has the hash of the session as it stood.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from dllab.checkpoint import read_checkpoint

PROMISE = 8
TITLE = "Closing is safe: while training, saving, paused, stepping, opening"
FULL, QUICK = 500, 1
CHUNK = 50

_OF_ONE_PROCESS = 10
_LONGEST = 2.0
CHILD = Path(__file__).with_name("closing_child.py")


def _windows(folder: Path, windows: int, seed: int) -> list[dict[str, Any]]:
    environment = {
        **os.environ,
        "DLLAB_SESSIONS": str(folder / "sessions"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    ended = subprocess.run(
        [sys.executable, str(CHILD), str(folder), str(windows), str(seed)],
        env=environment, capture_output=True, text=True, timeout=60 + 30 * windows, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, f"exit {ended.returncode}: {ended.stderr[-2000:]}"
    said = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    assert len(said) == windows, f"{len(said)} of {windows} windows ended well"
    log = folder / "sessions" / "dllab.log"
    errors = log.read_text("utf-8") if log.exists() else ""
    assert "Traceback" not in errors, errors[-2000:]
    return said


def _check(one: dict[str, Any], longest: float) -> None:
    where = f"closed while {one['moment']}"
    assert one["ended"], f"{where}: a thread went on"
    assert one["seconds"] <= longest, f"{where}: it took {one['seconds']:.2f} s"
    folder = Path(one["folder"])
    if not folder.exists():
        assert one["moment"] == "opening", f"{where}: there is no session"
        return
    last = sorted((folder / "checkpoints").glob("*.h5"))[-1]
    stored = read_checkpoint(last)
    assert stored.info.step >= one["shown"], f"{where}: steps that were shown are gone"
    assert stored.info.step == one["step"], f"{where}: {last.name} is not the last step"
    found = replace(stored.state, members=1).fingerprint()
    assert found == one["hash"], f"{where}: {last.name} is not its end"
    assert not list(folder.rglob("*.partial")), f"{where}: something half-written stays"


def soak(
    count: int, seed: int, workdir: Path, longest: float | None = None
) -> dict[str, int | float | str]:
    """Close ``count`` windows; ``longest`` seconds for each, if not those of the promise.

    Raises
    ------
    AssertionError
        If a process did not end with 0, in time, or with its last state on the disk.
    """
    # A few at once are tried beside other tests, on a machine that does more than this.
    longest = longest or (_LONGEST if count > QUICK else 5 * _LONGEST)
    took: list[float] = []
    moments: dict[str, int] = {}
    while len(took) < count:
        windows = min(_OF_ONE_PROCESS, count - len(took))
        folder = workdir / "windows"
        try:
            for one in _windows(folder, windows, seed + len(took)):
                _check(one, longest)
                took.append(one["seconds"])
                moments[one["moment"]] = moments.get(one["moment"], 0) + 1
        except Exception as error:
            raise AssertionError(
                f"promise {PROMISE}, seed {seed}, window {len(took)}: {error}"
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return {
        "windows closed, exit 0, last state on the disk": count,
        **{f"while {moment}": number for moment, number in sorted(moments.items())},
        "seconds to close, median": round(statistics.median(took), 3),
        "seconds to close, worst": round(max(took), 3),
    }
