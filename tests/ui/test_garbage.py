"""Garbage collection stays in the window's thread."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from dllab_ui.app import make_application
from dllab_ui.garbage import GarbageCollector


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
    collector.deleteLater()


def test_that_the_application_has_one_collector(qapp: Any) -> None:
    make_application()
    make_application()
    assert len(qapp.findChildren(GarbageCollector)) == 1
    qapp.findChild(GarbageCollector).deleteLater()
