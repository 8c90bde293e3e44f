"""Trains the published settings and writes what was found beside what was published.

``python tests/proof/run.py [--only TEXT] [--seeds N]``; ``make proof`` calls it. Each figure is
written to ``figures.jsonl`` as soon as it is there and never trained again, so that the whole may
be broken off and taken up; remove the file to begin anew. RESULTS.md is made from it every time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from settings import SETTINGS, Setting

from dllab import Recipe, Session

HERE = Path(__file__).parent
FIGURES = HERE / "figures.jsonl"
RESULTS = HERE / "RESULTS.md"
FIRST_SEED = 101


@dataclass(frozen=True)
class Figure:
    """One trained run."""

    name: str
    seed: int
    figure: float
    seconds: float
    when: str
    values: dict[str, Any]


def known() -> list[Figure]:
    """Every figure found so far whose setting still has these values."""
    if not FIGURES.is_file():
        return []
    lines = FIGURES.read_text("utf-8").splitlines()
    return [Figure(**json.loads(line)) for line in lines]


def of(setting: Setting, figures: list[Figure]) -> list[Figure]:
    """The figures of a setting as it is now."""
    values = json.loads(json.dumps(dict(setting.values)))
    return [f for f in figures if f.name == setting.name and f.values == values]


def train(setting: Setting, seed: int) -> Figure:
    """One run from nothing."""
    recipe = Recipe(
        setting.name, setting.data, {**setting.values, "seed": seed},
        examples=setting.examples, noise=setting.noise,
    )  # fmt: skip
    start = time.monotonic()
    with Session.create(recipe) as session:
        figure = setting.measure(session)
    when = f"{datetime.now():%Y-%m-%d %H:%M}"
    return Figure(setting.name, seed, figure, time.monotonic() - start, when, dict(setting.values))


def verdict(setting: Setting, median: float) -> str:
    """Whether what must hold does."""
    if setting.at_most is not None:
        return f"{'met' if median <= setting.at_most else '**not met**'}: ≤ {setting.at_most:g}"
    if setting.at_least is not None:
        return f"{'met' if median >= setting.at_least else '**not met**'}: ≥ {setting.at_least:g}"
    return ""


def results(figures: list[Figure]) -> str:
    """The whole of RESULTS.md."""
    rows = []
    notes = []
    for setting in SETTINGS:
        found = of(setting, figures)
        if not found:
            rows.append(f"| {setting.name} | {setting.published} | not trained yet | | | |")
            continue
        numbers = [f.figure for f in found]
        median = statistics.median(numbers)
        spread = f"{min(numbers):.4g}–{max(numbers):.4g}" if len(numbers) > 1 else "one seed"
        minutes = statistics.median(f.seconds for f in found) / 60
        seeds = ", ".join(str(f.seed) for f in found)
        rows.append(
            f"| {setting.name} | {setting.published} | {median:.4g} ({spread}) {setting.unit} | "
            f"{seeds} | {minutes:.1f} min | {verdict(setting, median)} |"
        )
        values = ", ".join(f"{key} {value}" for key, value in setting.values.items())
        notes.append(f"- **{setting.name}** ({setting.source}). {setting.notes} {values}.")
    table = "\n".join(
        [
            "| setting | published | found: median (range) | seeds | time a run | must hold |",
            "| :-- | :-- | :-- | :-- | :-- | :-- |",
            *rows,
        ]
    )
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return (
        "# Published settings, trained here\n\n"
        f"Written by `make proof` on {machine}. The test set is looked at once per run, after "
        "training; settings that are not published were chosen on a dev set of 10,000 held-out "
        "training images, unless a note below says otherwise. Times depend on what else the "
        "machine does.\n\n"
        f"{table}\n\n## Settings\n\n" + "\n".join(notes) + "\n"
    )


def main() -> int:
    """Train what is missing."""
    parser = argparse.ArgumentParser(description="Published settings, trained here.")
    parser.add_argument("--only", default="", help="settings whose name holds this text")
    parser.add_argument("--seeds", type=int, default=0, help="seeds per setting")
    options = parser.parse_args()
    figures = known()
    for setting in SETTINGS:
        if options.only not in setting.name:
            continue
        done = {f.seed for f in of(setting, figures)}
        for seed in range(FIRST_SEED, FIRST_SEED + (options.seeds or setting.seeds)):
            if seed in done:
                continue
            print(f"{setting.name}, seed {seed} …", flush=True)
            figure = train(setting, seed)
            figures.append(figure)
            with FIGURES.open("a", encoding="utf-8") as file:
                file.write(json.dumps(figure.__dict__) + "\n")
            print(f"  {figure.figure:.4g} {setting.unit} in {figure.seconds:.0f} s", flush=True)
            RESULTS.write_text(results(figures), "utf-8")
    RESULTS.write_text(results(figures), "utf-8")
    print(f"written: {RESULTS.relative_to(HERE.parent.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
