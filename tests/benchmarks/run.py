"""The benchmarks: dllab against its peers, in turns, in one run.

``python tests/benchmarks/run.py [--quick] [--only PART] [--write]``; ``make bench`` calls it with
``--write``. It needs the extra ``bench``; a peer that is not installed is left out and said so.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

import bench_augmentation
import bench_checkpoint
import bench_launch
import bench_safety
import bench_tree
import bench_updates
import bench_window
from figures import Section
from machine import Others, machine
from peers import HERE, PeerError

PARTS = {
    "updates": bench_updates,
    "augmentation": bench_augmentation,
    "window": bench_window,
    "checkpoint": bench_checkpoint,
    "safety": bench_safety,
    "tree": bench_tree,
    "launch": bench_launch,
}
RESULTS = HERE / "RESULTS.md"


def targets_of(sections: list[Section]) -> str:
    """A line for each target."""
    return "\n".join(f"- {target}" for section in sections for target in section.targets)


def report(facts: str, sections: list[Section], minutes: float, quick: bool) -> str:
    """The whole of RESULTS.md."""
    parts = [
        "# Benchmark results",
        "Written by `make bench` (`python tests/benchmarks/run.py --write`) in one run of "
        f"{minutes:.0f} minutes. Ratios count, not absolute figures: peers are measured in turns, "
        "and a ratio is the median over rounds of the ratio within one round.",
    ]
    if quick:
        parts.append("**A quick run: few and short rounds; not to be relied on.**")
    parts += ["## Machine", facts, "## Targets", "By the median.", targets_of(sections)]
    for section in sections:
        parts += [f"## {section.title}", section.body]
    return "\n\n".join(part for part in parts if part) + "\n"


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description="Benchmarks of dllab against its peers.")
    parser.add_argument("--quick", action="store_true", help="few and short rounds")
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args()
    start = time.monotonic()
    sections: list[Section] = []
    try:
        facts = machine()
        print(facts, flush=True)
        for name, part in PARTS.items():
            if options.only in (None, name):
                print(f"\n{part.TITLE} …", flush=True)
                others = Others()
                section = part.run(options.quick)
                sections.append(
                    replace(section, body=f"{section.body}\n\n{others.words()}".strip())
                )
                print(f"\n{sections[-1].body}", flush=True)
    except PeerError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{targets_of(sections)}")
    if options.write and options.only:
        print(f"\n{RESULTS.name} is left as it is: it holds all parts, measured in one run.")
    elif options.write:
        minutes = (time.monotonic() - start) / 60
        RESULTS.write_text(report(facts, sections, minutes, options.quick), "utf-8")
        print(f"\nwritten: {RESULTS.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
