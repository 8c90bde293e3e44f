"""Every test runs unseen, in folders of its own, and leaves no thread behind."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What everybody installs is tried; tests of the extra ``fast`` switch it on.
os.environ.setdefault("DLLAB_FAST", "off")
# The unseen platform says at every resize that it cannot pass on size hints.
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.plugin=false;qt.qpa.offscreen=false")

import pytest


@pytest.fixture(autouse=True)
def sessions_in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sessions, window state and log lie in the test's own folder."""
    folder = tmp_path / "sessions"
    monkeypatch.setenv("DLLAB_SESSIONS", str(folder))
    return folder


# In another thread than Qt's it could stand still for ever; see dllab_ui/garbage.py.
gc.disable()
_collected = 0


@pytest.fixture(autouse=True)
def garbage_collected_here() -> Iterator[None]:
    """Collect between two tests what an application collects by itself."""
    global _collected
    yield
    _collected += 1
    gc.collect(2 if _collected % 50 == 0 else 1)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A thread that outlives its test fails it."""
    before = set(threading.enumerate())
    yield
    # Threads of a pool that was just closed take a moment to go.
    deadline = time.monotonic() + 3
    while leaked := _strangers(before):
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {[thread.name for thread in leaked]}")
        time.sleep(0.01)


def _strangers(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        # Python makes a stand-in for every foreign thread that once ran Python code.
        if thread not in before and not isinstance(thread, threading._DummyThread)
    ]


@pytest.fixture
def lab_window(qtbot: Any) -> Iterator[Any]:
    """The real window, empty; its thread has ended when the test is over."""
    from window import LabWindow

    made = LabWindow(qtbot)
    yield made
    made.put_away()


@pytest.fixture
def circles(lab_window: Any, sessions_in_tmp: Path) -> Any:
    """The real window over a paused session of the circles recipe."""
    lab_window.create(sessions_in_tmp / "circles")
    return lab_window
