"""Tries the promises at their full counts and writes down what was found.

``python tests/soak/run.py [--only 1,3] [--minutes N] [--quick]``; ``make soak`` calls it. The count
of a promise is tried in chunks, each in a process of its own with a seed of its own. A chunk that
has held is written to ``figures.jsonl`` and never tried again, so that the whole may be broken
off and taken up; remove the file to begin anew. RESULTS.md is made from it every time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT), str(ROOT / "ui"), str(ROOT / "resources")]

from soak.catalogue import Promise, promise_numbered, promises  # noqa: E402
from soak.merging import merged  # noqa: E402

FIGURES = HERE / "figures.jsonl"
RESULTS = HERE / "RESULTS.md"
FIRST_SEED = 101


@dataclass(frozen=True)
class Chunk:
    """Some of a promise's count, tried: held, or broken."""

    promise: int
    module: str
    seed: int
    count: int
    seconds: float
    figures: dict[str, Any]
    machine: str
    date: str
    broken: str = ""
    """How the promise was broken; tried again with the same seed next time."""


def machine() -> str:
    """What it was tried on."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def known() -> list[Chunk]:
    """Every chunk that has been tried so far."""
    if not FIGURES.is_file():
        return []
    return [Chunk(**json.loads(line)) for line in FIGURES.read_text("utf-8").splitlines()]


def of(promise: Promise, chunks: list[Chunk]) -> list[Chunk]:
    """The chunks of one promise that held."""
    return [chunk for chunk in chunks if chunk.module == promise.module and not chunk.broken]


def breaks(promise: Promise, chunks: list[Chunk]) -> list[Chunk]:
    """The chunks of one promise that were broken and have not held since."""
    held = {chunk.seed for chunk in of(promise, chunks)}
    mine = {c.seed: c for c in chunks if c.module == promise.module and c.seed not in held}
    return list(mine.values())


def done(promise: Promise, chunks: list[Chunk]) -> int:
    """How much of the count has been tried."""
    return sum(chunk.count for chunk in of(promise, chunks))


def try_chunk(promise: Promise, count: int, seed: int, seconds: float | None) -> Chunk | None:
    """Try in a process of its own; None if the time is over."""
    with tempfile.TemporaryDirectory(prefix="dllab-soak-") as folder:
        command = [sys.executable, str(HERE / "run.py"), "--chunk", promise.module, str(count)]
        environment = {
            **os.environ,
            "DLLAB_SESSIONS": str(Path(folder) / "sessions"),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_LOGGING_RULES": "qt.qpa.plugin=false;qt.qpa.offscreen=false",
            "OPENBLAS_NUM_THREADS": "1",
        }
        start = time.monotonic()
        try:
            answer = subprocess.run(
                [*command, str(seed), folder],
                env=environment, capture_output=True, text=True, timeout=seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            print("  broken off: the time is over", flush=True)
            return None
        took = time.monotonic() - start
    if answer.returncode:
        words = answer.stderr.strip().splitlines()
        told = Path(tempfile.gettempdir()) / f"dllab-soak-{promise.module}-{seed}.log"
        told.write_text(answer.stderr, "utf-8")
        print(f"  BROKEN (exit {answer.returncode}): {words[-1] if words else ''}", flush=True)
        print(f"  all that was said is in {told}", flush=True)
        figures, broken = {}, (words[-1] if words else f"exit {answer.returncode}")[:500]
    else:
        figures, broken = json.loads(answer.stdout.splitlines()[-1]), ""
    when = f"{datetime.now():%Y-%m-%d %H:%M}"
    return Chunk(
        promise.number,
        promise.module,
        seed,
        count,
        round(took, 1),
        figures,
        machine(),
        when,
        broken,
    )


def chunk_here(module: str, count: int, seed: int, folder: str) -> int:
    """Be the process of one chunk."""
    promise = next(p for p in promises() if p.module == module)
    figures = promise.soak(count, seed, Path(folder))
    print(json.dumps(figures), flush=True)
    return 0


def results(chunks: list[Chunk]) -> str:
    """The whole of RESULTS.md."""
    rows, notes = [], []
    for promise in sorted(promises(), key=lambda promise: promise.number):
        mine = of(promise, chunks)
        tried = done(promise, chunks)
        held = "not tried yet" if not tried else "held" if tried >= promise.full else "held so far"
        if broken := breaks(promise, chunks):
            held = f"**broken**, seed {broken[0].seed}"
            notes.append(f"### {promise.number} · broken\n\n- {broken[0].broken}\n")
        minutes = sum(chunk.seconds for chunk in mine) / 60
        last = max((chunk.date for chunk in mine), default="")
        rows.append(
            f"| {promise.number} | {promise.title} | {promise.full:,} | {tried:,} | {held} | "
            f"{minutes:.1f} min | {last} |"
        )
        if mine:
            found = merged([chunk.figures for chunk in mine])
            lines = [f"- {name}: {_number(value)}" for name, value in found.items()]
            machines = "; ".join(sorted({chunk.machine for chunk in mine}))
            seeds = f"{min(c.seed for c in mine)}–{max(c.seed for c in mine)}"
            notes.append(
                f"### {promise.number} · {promise.title}\n\n"
                + "\n".join(lines)
                + f"\n- seeds {seeds}; {machines}\n"
            )
    table = "\n".join(
        [
            "| promise | what is tried | asked | done | found | took | last |",
            "| --: | :-- | --: | --: | :-- | --: | :-- |",
            *rows,
        ]
    )
    return (
        "# The promises, at their full counts\n\n"
        "Written by `make soak`. *Asked* is the full count, *done* what has been tried so far; a "
        "chunk that breaks a promise is said, not counted, and tried again with the same seed. A "
        "short form of each runs in `make test`; that each would notice a broken promise is shown "
        "by `test_soak_catches.py`. Promise 6 (watching is cheap) is measured by `make bench`. "
        "Times depend on what else the machine does.\n\n"
        f"{table}\n\n## Found\n\n" + "\n".join(notes)
    )


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def soak_one(promise: Promise, chunks: list[Chunk], until: float | None, quick: bool) -> bool:
    """Try what is missing of one promise; False if it was broken."""
    asked = promise.quick if quick else promise.full
    while (missing := asked - done(promise, chunks)) > 0:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            return True
        count = min(missing, promise.chunk)
        seed = max((c.seed for c in of(promise, chunks)), default=FIRST_SEED - 1) + 1
        print(f"{promise.number} {promise.title}: {count} with seed {seed} …", flush=True)
        chunk = try_chunk(promise, count, seed, left)
        if chunk is None:
            return True
        chunks.append(chunk)
        with FIGURES.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(chunk), ensure_ascii=False) + "\n")
        RESULTS.write_text(results(chunks), "utf-8")
        if chunk.broken:
            return False
        print(f"  held, {chunk.seconds:.0f} s", flush=True)
    return True


def main() -> int:
    """Try what is missing."""
    parser = argparse.ArgumentParser(description="The promises, at their full counts.")
    parser.add_argument("--only", default="", help="numbers of promises, as in 1,3")
    parser.add_argument(
        "--minutes", type=float, help="end after so many; a chunk under way is given up"
    )
    parser.add_argument("--quick", action="store_true", help="only the counts of make test")
    parser.add_argument("--chunk", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.chunk:
        module, count, seed, folder = options.chunk
        return chunk_here(module, int(count), int(seed), folder)
    chosen = [promise_numbered(int(n)) for n in options.only.split(",") if n.strip()]
    flat = [promise for group in chosen for promise in group] or promises()
    until = None if options.minutes is None else time.monotonic() + 60 * options.minutes
    chunks = known()
    held = [soak_one(promise, chunks, until, options.quick) for promise in flat]
    RESULTS.write_text(results(chunks), "utf-8")
    print(f"written: {RESULTS.relative_to(ROOT)}")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
