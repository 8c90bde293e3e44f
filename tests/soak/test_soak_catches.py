"""Each promise is broken once on purpose, and what tries it has to notice.

Those that need a window take seconds each and run with ``make soak`` only.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

import pytest

from soak import answers, breakings, windows
from soak.catalogue import promises

Trial = tuple[str, str, int, str]
MISFIT = re.compile("TypeError|AttributeError|NameError|ImportError|positional argument")

# What is tried, what is broken, how much of it is tried at most, and words of what is noticed then.
# They are left out where it depends on the moment what is noticed first; a kill may come where the
# breaking shows nothing, more often than not on a busy machine, so that many are tried.
QUICK = (
    ("kill", "knobs_forgotten", 100, ""),
    ("kill", "journal_in_memory", 100, ""),
    ("kill", "curves_with_gaps", 100, ""),
    ("kill", "saved_too_early", 100, ""),
    ("exact", "other_dropout", 12, "another hash"),
    ("exact", "no_momentum", 12, "another hash"),
    ("exact", "another_place", 12, "another hash"),
    ("never_saved", "written_in_place", 1, "the old file is gone"),
    ("never_saved", "no_fsync", 1, "was closed before it was fsynced"),
    ("never_saved", "folder_not_synced", 1, "was not fsynced before the journal"),
    ("never_saved", "errors_hushed", 6, "said to be saved"),
    ("not_finite", "committed_first", 5, "the guard came after"),
    ("not_finite", "no_guard", 5, "is not finite after the guard"),
    ("one_writer", "no_lock", 1, "processes opened one session"),
    ("one_writer", "onlookers_may_write", 1, "was granted"),
)
LONG = (
    ("swallowed", "thread_errors_lost", 7, "did not come to a dialog"),
    ("closing", "closed_without_saving", 3, ""),
    ("closing", "worker_left_running", 3, "exit -"),
    ("long_runs", "every_nth_point", 20_000, "spikes are not drawn"),
    ("monkeys", "an_action_fails", 200, "planted"),
    ("day_and_night", "files_left_open", 12, "open files grew"),
)
ALL = os.environ.get("DLLAB_SOAK_CATCHES") == "all"
with_windows = pytest.mark.skipif(not ALL, reason="takes a while; make soak runs it")


def _name(trial: Trial) -> str:
    return f"{trial[0]}-{trial[1]}"


def _is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trial: Trial) -> None:
    module, breaking, count, words = trial
    promise = next(p for p in promises() if p.module == module)
    getattr(breakings, breaking)(monkeypatch.setattr)
    monkeypatch.setenv(breakings.VARIABLE, breaking)
    with pytest.raises(AssertionError, match=f"promise {promise.number}, seed 3") as noticed:
        promise.soak(count, 3, tmp_path)
    assert words in str(noticed.value)
    # An error of the breaking itself would also end the trial.
    assert not MISFIT.search(str(noticed.value))


@pytest.fixture(autouse=True)
def hushed(caplog: pytest.LogCaptureFixture) -> None:
    """What is planted on purpose is logged; it is no news here."""
    caplog.set_level(logging.CRITICAL)


@pytest.mark.parametrize("trial", QUICK, ids=_name)
def test_that_a_broken_promise_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trial: Trial
) -> None:
    _is_noticed(monkeypatch, tmp_path, trial)


@with_windows
@pytest.mark.parametrize("trial", LONG, ids=_name)
def test_that_a_promise_broken_in_the_window_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp, trial: Trial
) -> None:
    monkeypatch.setattr(windows, "PATIENCE", 5.0)
    _is_noticed(monkeypatch, tmp_path, trial)


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
