"""A person opens a file of their own, trains, closes, and finds it again as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QDialog

from dllab.training.session import Session
from window import LabWindow


def test_that_a_session_on_ones_own_csv_goes_on_after_closing(
    circles: LabWindow, sessions_in_tmp: Path, tmp_path: Path, qtbot: Any
) -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(120, 3))
    rows = [f"{a:.3f};{b:.3f};{c:.3f};{'up' if a + b > 0 else 'down'}" for a, b, c in X]
    rows[4] = "0,1;;0,2;up"
    path = tmp_path / "trend.csv"
    path.write_text("\n".join(["a;b;c;trend", *rows]).replace(".", ","))
    before = sorted(sessions_in_tmp.iterdir())
    circles.trigger("new")
    dialog: Any = circles.child(QDialog, "dialog.new")
    dialog.choose_data(str(path))
    circles.until(lambda: "line 6" in dialog.problem.text())
    assert not dialog.ok.isEnabled()
    assert sorted(sessions_in_tmp.iterdir()) == before
    missing = dialog.data.form.fields["missing"].box
    missing.setCurrentText("leave these rows out")
    missing.activated.emit(missing.currentIndex())
    circles.until(lambda: dialog.ok.isEnabled())
    assert dialog.preview.text().startswith("3-32-1, sigmoid")
    dialog.ok.click()
    circles.until(lambda: circles.now.name == "trend")
    circles.lab.run_steps(40)
    circles.until_paused(40)
    folder = circles.now.folder
    assert folder is not None
    circles.close()
    with Session.open(folder) as session:
        assert session.step == 40
        assert session.recipe.data.missing == "drop"
        assert session.prepared.dataset.train.m == 119
        fingerprint = session.fingerprint()
    again = LabWindow(qtbot)
    again.start(lambda: Session.open(folder))
    assert again.now.step == 40
    again.lab.run_steps(10)
    again.until_paused(50)
    again.close()
    with Session.create(session.recipe, None) as straight:
        straight.run(steps=40)
        assert straight.fingerprint() == fingerprint
