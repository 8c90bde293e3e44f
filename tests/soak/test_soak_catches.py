"""Each promise is broken once on purpose, and what tries it has to notice.

Those that need a window take seconds each and run with ``make soak`` only.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from soak import answers, breakings, windows
from soak.catalogue import promises

# What is tried, what is broken, how much of it is tried at most.
QUICK = (
    ("kill", "knobs_forgotten", 12),
    ("kill", "journal_in_memory", 12),
    ("kill", "saved_too_early", 12),
    ("exact", "other_dropout", 12),
    ("exact", "no_momentum", 12),
    ("exact", "another_place", 12),
    ("never_saved", "written_in_place", 1),
    ("never_saved", "no_fsync", 1),
    ("never_saved", "folder_not_synced", 1),
    ("never_saved", "errors_hushed", 6),
    ("not_finite", "committed_first", 5),
    ("not_finite", "no_guard", 5),
    ("one_writer", "no_lock", 1),
    ("one_writer", "onlookers_may_write", 1),
)
LONG = (
    ("kill", "curves_run_ahead", 150),
    ("swallowed", "thread_errors_lost", 7),
    ("closing", "closed_without_saving", 3),
    ("closing", "worker_left_running", 3),
    ("long_runs", "every_nth_point", 20_000),
    ("monkeys", "an_action_fails", 200),
    ("day_and_night", "files_left_open", 12),
)
ALL = os.environ.get("DLLAB_SOAK_CATCHES") == "all"
with_windows = pytest.mark.skipif(not ALL, reason="takes a while; make soak runs it")


def _is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, breaking: str, count: int
) -> None:
    promise = next(p for p in promises() if p.module == module)
    getattr(breakings, breaking)(monkeypatch.setattr)
    monkeypatch.setenv(breakings.VARIABLE, breaking)
    with pytest.raises(AssertionError, match=f"promise {promise.number}, seed 3"):
        promise.soak(count, 3, tmp_path)


@pytest.fixture(autouse=True)
def hushed(caplog: pytest.LogCaptureFixture) -> None:
    """What is planted on purpose is logged; it is no news here."""
    caplog.set_level(logging.CRITICAL)


@pytest.mark.parametrize(("module", "breaking", "count"), QUICK)
def test_that_a_broken_promise_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, breaking: str, count: int
) -> None:
    _is_noticed(monkeypatch, tmp_path, module, breaking, count)


@with_windows
@pytest.mark.parametrize(("module", "breaking", "count"), LONG)
def test_that_a_promise_broken_in_the_window_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp, module: str, breaking: str, count: int
) -> None:
    monkeypatch.setattr(windows, "PATIENCE", 5.0)
    _is_noticed(monkeypatch, tmp_path, module, breaking, count)


@with_windows
def test_that_a_window_that_is_held_up_is_measured_as_late(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp
) -> None:
    import time

    from dllab_ui.main_window import MainWindow

    real = MainWindow._on_snapshot

    def slow(self, snapshot) -> None:
        time.sleep(0.3)
        real(self, snapshot)

    monkeypatch.setattr(MainWindow, "_on_snapshot", slow)
    found = answers.soak(3, 1, tmp_path)
    assert found["late, worst of all, ms"] > 250
    assert str(found["p99 at most 20 ms, worst at most 100 ms"]).startswith("NOT met")
