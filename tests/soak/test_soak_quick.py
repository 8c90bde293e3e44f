"""The short form of each promise that ``make soak`` tries at its full count."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from soak import run
from soak.catalogue import MODULES, Promise, promises
from soak.merging import merged

QUICK = promises()


@pytest.mark.parametrize("promise", QUICK, ids=[promise.module for promise in QUICK])
def test_that_the_promise_holds_in_short(
    promise, tmp_path: Path, qapp, caplog: pytest.LogCaptureFixture
) -> None:
    # What is planted and refused on purpose is logged; it is no news here.
    caplog.set_level(logging.CRITICAL)
    figures = promise.soak(promise.quick, 1, tmp_path)
    assert figures


def test_that_every_module_is_in_the_catalogue_with_a_number_and_counts() -> None:
    numbers = {promise.number for promise in QUICK}
    assert {1, 2, 3, 5, 7, 8, 9, 10, 11, 14, 15} <= numbers
    assert len({promise.module for promise in QUICK}) == len(QUICK) <= len(MODULES)
    for promise in QUICK:
        assert 0 < promise.quick < promise.full
        assert promise.chunk <= promise.full


def test_that_figures_of_chunks_are_added_and_worst_ones_are_kept() -> None:
    chunks = [
        {"kills": 50, "training lost, worst s": 0.4, "late, median of turns, ms": 3.0, "is": "NOT"},
        {"kills": 50, "training lost, worst s": 0.9, "late, median of turns, ms": 5.0, "is": "met"},
    ]
    assert merged(chunks) == {
        "kills": 100,
        "training lost, worst s": 0.9,
        "late, median of turns, ms": 4.0,
        "is": "NOT",
    }


def test_that_the_full_counts_can_be_broken_off_and_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FIGURES", "RESULTS"):
        monkeypatch.setattr(run, name, tmp_path / name)
    promise = Promise("made_up", 99, "Made up", 25, 1, 10, lambda *_: {})
    monkeypatch.setattr(run, "promises", lambda: [promise])
    tried: list[tuple[int, int]] = []
    outcomes = iter(["", "it broke", "", "", ""])

    def try_chunk(promise: Promise, count: int, seed: int, seconds: float | None) -> run.Chunk:
        tried.append((count, seed))
        broken = next(outcomes)
        figures = {} if broken else {"tries": count}
        return run.Chunk(99, "made_up", seed, count, 1.0, figures, "here", "now", broken)

    monkeypatch.setattr(run, "try_chunk", try_chunk)
    assert not run.soak_one(promise, run.known(), None, quick=False)
    assert "| 25 | 10 | **broken**, seed 102 |" in run.RESULTS.read_text("utf-8")
    assert run.soak_one(promise, run.known(), None, quick=False)
    assert run.soak_one(promise, run.known(), None, quick=False)
    assert tried == [(10, 101), (10, 102), (10, 102), (5, 103)]
    text = run.RESULTS.read_text("utf-8")
    assert "| 25 | 25 | held |" in text
    assert "- tries: 25" in text
