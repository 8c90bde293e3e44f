"""``dllab replay`` and ``dllab verify``: is it the same, bit for bit, when it is run again?"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dllab.cli.share_bar import ShareBar
from dllab.diagnosis.progress import Progress
from dllab.replay import ReplayReport, VerifyReport, open_recording, replay, verify

SAME, PARTED = 0, 1

_Report = TypeVar("_Report", ReplayReport, VerifyReport)


def run_replay(options: argparse.Namespace) -> int:
    """Run a session again from recipe and ledger; 0 if it ends on the same hash, 1 if not.

    Raises
    ------
    DllabError
        If it is no session, is damaged, or its data is gone or has changed.
    """
    recording = open_recording(_place(options.path))
    report = _with_bar(lambda progress: replay(recording, progress))
    print(report.sentence)
    print(f"fingerprint {report.fingerprint}")
    return _end(report)


def run_verify(options: argparse.Namespace) -> int:
    """Check seals and make updates again; 0 if all is the same, 1 if not.

    Raises
    ------
    DllabError
        As `run_replay`, or if there is no such checkpoint.
    """
    path, start = _place(options.path), options.start
    folder = path.resolve().parent.parent
    if path.parent.name == "checkpoints" and (folder / "session.toml").is_file():
        path, start = folder, start or path.stem
    recording = open_recording(path)
    start = start.zfill(6) if start else ""
    report = _with_bar(lambda progress: verify(recording, start, options.steps, progress))
    print(report.sentence)
    for damaged in report.damaged:
        print(damaged)
    return _end(report)


def _place(text: str) -> Path:
    path = Path(text)
    return path.parent if path.name == "session.toml" else path


def _with_bar(work: Callable[[Progress], _Report]) -> _Report:
    bar = ShareBar()
    with contextlib.ExitStack() as stack:
        stack.callback(bar.end)
        return work(Progress(bar.show))


def _end(report: ReplayReport | VerifyReport) -> int:
    for note in report.notes:
        print(note)
    if report.same and report.facts:
        print(f"The same bits, although here is different: {', '.join(report.facts)}.")
    return SAME if report.same else PARTED
