"""What the window says about saving while nobody does anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from dllab.training import autosave, folder_store
from dllab.training.commands import Run
from window import LabWindow


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave, "REST_SECONDS", 0.0)
    monkeypatch.setattr(autosave, "RETRY_SECONDS", 0.0)


@pytest.mark.usefixtures("no_waiting")
def test_that_a_pause_ends_in_saved(lab_window: LabWindow, tmp_path: Path) -> None:
    lab_window.create(tmp_path / "s")
    lab_window.lab.submit(Run(steps=10))
    lab_window.until_paused(10)
    lab_window.until(lambda: lab_window.window.status.saved.text() == "saved")
    assert lab_window.now.checkpoints[-1].step == 10


@pytest.mark.usefixtures("no_waiting")
def test_that_not_saved_goes_from_the_screen_when_the_disk_is_well_again(
    lab_window: LabWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, contents: object) -> None:
        raise OSError(28, "No space left on device")

    lab_window.create(tmp_path / "s")
    status = lab_window.window.status
    with monkeypatch.context() as full:
        full.setattr(folder_store, "write_checkpoint", refuse)
        lab_window.lab.submit(Run(steps=10))
        lab_window.until(lambda: status.saved.text() == "NOT SAVED")
        # The words come by another way than the picture of the run.
        lab_window.until(lambda: "No space left" in status.message.whole)
    lab_window.until(lambda: status.saved.text() == "saved")
    lab_window.until(lambda: "saved now" in status.message.whole)
