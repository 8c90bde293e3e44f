"""What a nudge took is what was put in, however fast or slowly the run goes elsewhere."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

HELD = 0.002


class Computer:
    """A clock, and a session on it whose nudges hold it and whose writing slows the steps."""

    def __init__(self, slower: float, writing: float) -> None:
        self.now, self.step, self.written = 0.0, 0, 0.0
        self.slower, self.writing = slower, writing
        self.drift = 1.0
        self.store = self.keeper = self

    def perf_counter(self) -> float:
        return self.now

    @property
    def pending(self) -> int:
        return int(self.now < self.written)

    def flush(self) -> None:
        self.now = max(self.now, self.written)

    def heed_news(self) -> None:
        pass

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step += 1
            self.now += 0.0001 * self.drift * (self.slower if self.pending else 1)
            self.drift += 1e-5

    def nudge(self, **_: float) -> None:
        self.now += HELD
        self.written = self.now + self.writing


@pytest.fixture
def worker(monkeypatch):
    """The benchmark's worker, which finds its neighbours in the folder that it is started from."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("worker_safety")


@pytest.mark.parametrize("writing", [0.02, 0.3], ids=["short", "longer than looked at"])
def test_that_what_a_nudge_takes_is_found(worker, monkeypatch, writing):
    computer = Computer(slower=1.25, writing=writing)
    monkeypatch.setattr(worker.time, "perf_counter", computer.perf_counter)
    nudged = object.__new__(worker.Nudged)
    nudged.session, nudged.alpha, nudged.nudges, nudged.chunk = computer, 0.1, 0, 4
    lost = HELD + writing * (1 - 1 / 1.25)
    assert [nudged.moment()["lost"] for _ in range(3)] == pytest.approx([lost] * 3, rel=0.05)
