"""Garbage collection stays in the window's thread."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from dllab_ui.app import make_application
from dllab_ui.garbage import GarbageCollector, shorten_pauses
from window import LabWindow


class Knot:
    """Garbage that only a collection finds; it notes which thread finds it."""

    def __init__(self, threads: list[str]) -> None:
        self.myself = self
        self.threads = threads

    def __del__(self) -> None:
        self.threads.append(threading.current_thread().name)


@pytest.fixture
def as_python_begins() -> Iterator[None]:
    """Collection as it is in a new process, and as it was afterwards."""
    gc.enable()
    yield
    gc.disable()


def take_away(collector: GarbageCollector) -> None:
    """At once: what is to be deleted later stays until a loop runs again."""
    collector.deleteLater()
    QCoreApplication.sendPostedEvents(collector, QEvent.Type.DeferredDelete)


def test_that_no_other_thread_collects(qtbot: QtBot, qapp: Any, as_python_begins: None) -> None:
    collector = GarbageCollector(qapp)
    found = list[str]()

    def work() -> None:
        for _ in range(3000):
            Knot(found)

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    worker.join()
    assert not found
    qtbot.waitUntil(lambda: len(found) == 3000)
    assert set(found) == {threading.main_thread().name}
    take_away(collector)


def test_that_the_application_has_one_collector(qapp: Any) -> None:
    make_application()
    make_application()
    assert len(qapp.findChildren(GarbageCollector)) == 1
    take_away(qapp.findChild(GarbageCollector))


def test_that_a_session_put_away_is_freed_though_pauses_are_short(
    lab_window: LabWindow, sessions_in_tmp: Path
) -> None:
    shorten_pauses()
    lab_window.create(sessions_in_tmp / "one")
    worker = lab_window.lab._worker
    assert worker is not None
    assert worker.session is not None
    gone = weakref.ref(worker.session.trainer)
    del worker
    lab_window.create(sessions_in_tmp / "two")
    lab_window.until(lambda: not lab_window.lab._retired)
    lab_window.until(lambda: gc.collect() >= 0 and gone() is None)
    gc.unfreeze()
