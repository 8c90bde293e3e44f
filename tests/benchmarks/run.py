"""The benchmarks: dllab against its peers, in turns.

``python tests/benchmarks/run.py [--quick] [--only PART ...] [--write]``; ``make bench`` calls it
with ``--write``, which keeps what earlier runs on the same machine have written of other parts. It
needs the extra ``bench``; a peer that is not installed is left out and said so.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import datetime

import bench_augmentation
import bench_checkpoint
import bench_launch
import bench_safety
import bench_tree
import bench_updates
import bench_window
from figures import Section
from machine import machine
from others import Others
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
HEAD = """\
# Benchmark results

Written by `make bench` (`python tests/benchmarks/run.py --write`). A part is measured in one run,
its peers in turns, and says when. Ratios count, not absolute figures: a ratio is the median over
rounds of the ratio within one round. Targets go by the median.
"""


def targets_of(sections: list[Section]) -> str:
    """A line for each target."""
    return "\n".join(f"- {target}" for section in sections for target in section.targets)


def report(facts: str, sections: list[Section], before: str) -> str:
    """The whole of RESULTS.md; parts not measured now stay if they are of this machine."""
    parts = dict(part.split("\n", 1) for part in f"\n{before}".split("\n## ")[1:])
    machine_table = f"\n{facts}\n"
    if parts.get("Machine", "").strip() != facts.strip():
        parts = {}
    parts["Machine"] = machine_table
    for section in sections:
        lines = "\n\n".join(filter(None, [targets_of([section]), section.body]))
        parts[section.title] = f"\n{lines}\n"
    order = ["Machine", *(part.TITLE for part in PARTS.values())]
    texts = [f"## {title}\n{parts[title].rstrip()}\n" for title in order if title in parts]
    return "\n".join([HEAD, *texts])


def measure(name: str, quick: bool) -> Section:
    """Measure one part, and note when and what else the machine did."""
    print(f"\n{PARTS[name].TITLE} …", flush=True)
    others, start = Others(), datetime.now()
    section = PARTS[name].run(quick)
    minutes = (datetime.now() - start).total_seconds() / 60
    words = f"Measured {start:%Y-%m-%d %H:%M} in {minutes:.0f} minutes. {others.words()}".strip()
    if quick:
        words += " **A quick run: few and short rounds; not to be relied on.**"
    section = replace(section, body=f"{section.body}\n\n{words}")
    print(f"\n{section.body}", flush=True)
    return section


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description="Benchmarks of dllab against its peers.")
    parser.add_argument("--quick", action="store_true", help="few and short rounds")
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="one part; can be given again for more"
    )
    parser.add_argument("--write", action="store_true", help=f"put them into {RESULTS.name}")
    options = parser.parse_args()
    sections: list[Section] = []
    try:
        facts = machine()
        print(facts, flush=True)
        for name in options.only or PARTS:
            sections.append(measure(name, options.quick))
            if options.write:
                before = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
                RESULTS.write_text(report(facts, sections, before), "utf-8")
    except PeerError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{targets_of(sections)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
