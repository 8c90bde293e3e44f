"""One model over two sittings: the first ends by being killed, the second goes on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from dllab_ui.app import begin
from window import LabWindow

SCRIPT = Path(__file__).with_name("first_sitting.py")


@pytest.fixture
def killed_sitting(sessions_in_tmp: Path) -> tuple[Path, int, int]:
    """Where the first sitting's session lies, the step of its last checkpoint, its entries."""
    if os.name == "nt":
        pytest.skip("no such signal")
    folder = sessions_in_tmp / "one-model"
    paths = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder)],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        said = process.stdout.readline().split()
        if not said:
            process.wait(30)
            pytest.fail(process.stderr.read()[-2000:])
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        process.stdout.close()
        process.stderr.close()
    return folder, int(said[0]), int(said[1])


def until_replayed(w: LabWindow) -> None:
    w.trigger("replay")
    badge = w.child(QToolButton, "rerun.badge")
    w.until(lambda: badge.isVisible() and badge.text().startswith(("✓", "✗")))
    assert badge.text() == f"✓ replayed to step {w.now.step:,}", w.window.status.message.whole


def test_that_a_model_is_babysat_over_a_kill_to_an_archive_on_another_computer(
    killed_sitting: tuple[Path, int, int],
    lab_window: LabWindow,
    qtbot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, step, entries = killed_sitting
    w = lab_window
    begin(w.window, None)
    (dialog,) = (d for d in QApplication.topLevelWidgets() if d.objectName() == "dialog.recovery")
    w.until(lambda: "step" in dialog.sentence.text())
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    w.until(lambda: w.lab.latest is not None)
    assert w.now.folder == folder
    assert w.now.step >= step
    kinds = [entry.kind for entry in w.now.entries]
    assert len(kinds) > entries
    assert kinds.count("nudge") == 2
    outcome, twin = (next(e for e in w.now.entries if e.kind == k) for k in ("outcome", "twin"))
    assert outcome.detail["verdict"] == "worse"
    assert twin.detail["verdict"] in ("better", "worse", "unclear")
    (kept,) = (info for info in w.now.checkpoints if info.pinned)
    assert (kept.note, kept.step) == ("the one to keep", step)
    w.lab.run_steps(50)
    w.until(lambda: not w.now.running and w.now.step >= step + 50)
    until_replayed(w)
    archive, branch, at = tmp_path / "model.h5", w.now.branch, w.now.step
    w.lab.save_as(archive)
    w.until(archive.exists)
    w.close()

    monkeypatch.setenv("DLLAB_SESSIONS", str(tmp_path / "another computer"))
    there = LabWindow(qtbot)
    try:
        begin(there.window, str(archive))
        there.until(lambda: there.lab.latest is not None)
        assert (there.now.branch, there.now.step) == (branch, at)
        assert [e.kind for e in there.now.entries].count("nudge") == 2
        assert there.now.folder is not None
        assert (tmp_path / "another computer") in there.now.folder.parents
        until_replayed(there)
    finally:
        there.close()
        there.window.deleteLater()
