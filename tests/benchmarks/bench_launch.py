"""From the start of the process to the first painted window and the first possible update."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from displays import displays
from figures import Section, Spread, ratios, table
from peers import HERE, PeerError, environment

TITLE = "Launch"
RECIPE = "mnist"
_PATIENCE = 120.0

WORDS = """\
Seconds from the start of the process, {rounds} rounds in turns after one that is not counted (so
that all files are in the system's cache), median (lowest–highest). **bare** is a PySide6 main
window of the same size with one pyqtgraph plot. **painted**: the first paint of the whole window is
done. **ready**: the session is there and the first update can be made: MNIST read, split and
normalized, the network initialized, for *reopened* the newest checkpoint read. Ratios are of the
same round."""


def run(quick: bool) -> Section:
    """Measure on all displays."""
    rounds = 3 if quick else 9
    rows, notes = [], []
    with displays() as found, tempfile.TemporaryDirectory(prefix="dllab-bench-") as folder:
        for display, variables in found.items():
            session = str(Path(folder) / f"session-{display}")
            kinds = {
                "bare": ("bare",),
                f"dllab, new {RECIPE} session": ("dllab", RECIPE),
                f"dllab, {RECIPE} session reopened": ("dllab", session),
            }
            try:
                _start(("session", RECIPE, session), variables, folder)
                times = _rounds(kinds, variables, folder, rounds)
            except PeerError as error:
                notes.append(f"Left out: {display}: {error.short}")
                print(f"  left out: {display}: {error}", flush=True)
                continue
            bare = [moments["painted"] for moments in times["bare"]]
            for name, moments in times.items():
                painted = [m["painted"] for m in moments]
                ready = [m["ready"] for m in moments if "ready" in m]
                rows.append(
                    [f"{name}, {display}", str(Spread.of(painted)),
                     str(ratios(painted, bare)) if ready else "1",
                     str(Spread.of(ready)) if ready else "",
                     str(ratios(ready, bare)) if ready else ""]
                )  # fmt: skip
                print(f"  {' | '.join(rows[-1])}", flush=True)
    head = ("window", "painted, s", "× bare", "ready, s", "× bare painted")
    body = "\n\n".join([table(head, rows), WORDS.format(rounds=rounds), *notes])
    return Section(TITLE, body)


def _rounds(
    kinds: dict[str, tuple[str, ...]], variables: dict[str, str], folder: str, rounds: int
) -> dict[str, list[dict[str, float]]]:
    times: dict[str, list[dict[str, float]]] = {name: [] for name in kinds}
    names = list(kinds)
    for round_ in range(-1, rounds):
        first = round_ % len(names)
        for name in names[first:] + names[:first]:
            moments = _start(kinds[name], variables, folder)
            if round_ >= 0:
                times[name].append(moments)
    return times


def _start(arguments: tuple[str, ...], variables: dict[str, str], folder: str) -> dict[str, float]:
    made = environment({**variables, "DLLAB_SESSIONS": str(Path(folder) / "sessions")})
    command = [sys.executable, str(HERE / "child_launch.py"), *arguments]
    start = time.monotonic()
    try:
        done = subprocess.run(
            command, env=made, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise PeerError(f"the launch of {arguments[0]} did not end") from None
    if done.returncode:
        raise PeerError(
            f"the launch of {arguments[0]} ended with {done.returncode}.\n{done.stderr[-2000:]}"
        )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["what"]: line["at"] - start for line in lines}
