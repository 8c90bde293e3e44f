"""The dialog that asks where to roll back to, at any length of notes and names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dllab.training.timeline import Branch
from dllab_ui.dialogs.rollback import RollbackDialog
from timeline_records import checkpoint
from window import LabWindow

LONG = "before the night with a smaller rate because the dev cost has been rising " * 3


class Tree:
    """As much of a snapshot as the dialog looks at."""

    def __init__(self, now: dict[str, Any], *checkpoints: Any) -> None:
        self.hyperparameters = now
        self.checkpoints = checkpoints
        self.branches = {"main": Branch("main", title=LONG[:60].strip())}
        self.branch, self.step = "main", 100


@pytest.fixture
def dialog(circles: LabWindow, qtbot: QtBot) -> RollbackDialog:
    now = dict(circles.now.hyperparameters)
    records = (
        replace(checkpoint("000001", "main", 10), hyperparameters={**now, "learning_rate": 0.5}),
        replace(checkpoint("000002", "main", 60), hyperparameters=now, reason="safety", note=LONG),
        replace(checkpoint("000003", "main", 60), hyperparameters=now, reason="manual"),
    )
    made = RollbackDialog(None, Tree(now, *records))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


def test_that_the_explanation_is_whole_whatever_is_chosen(dialog: RollbackDialog) -> None:
    for row in (1, 2, 0, 2, 1):
        dialog.choice.setCurrentIndex(row)
        QApplication.sendPostedEvents()
        assert dialog.lost.height() >= dialog.lost.heightForWidth(dialog.lost.width())
        if dialog.table.isVisible():
            assert dialog.table.geometry().bottom() < dialog.note.geometry().top()


def test_that_a_long_note_does_not_make_the_dialog_wide(dialog: RollbackDialog) -> None:
    assert dialog.sizeHint().width() < 600
    dialog.choice.setCurrentIndex(1)
    assert dialog.choice.toolTip() == dialog.choice.currentText()
    assert LONG in dialog.choice.toolTip()


def test_that_checkpoints_of_one_step_are_told_apart_by_their_reason(
    dialog: RollbackDialog,
) -> None:
    assert " · asked for · " in dialog.choice.itemText(0)
    assert " · before a nudge · " in dialog.choice.itemText(1)
