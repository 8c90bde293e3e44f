"""The list of checkpoints: it follows the tree and keeps what a person has selected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel
from pytestqt.qtbot import QtBot

from dllab.training.history import HistoryView
from dllab.training.timeline import Branch
from dllab_ui.docks.checkpoints import CheckpointsDock
from timeline_records import checkpoint, segment


class Tree:
    """As much of a snapshot as the list looks at."""

    def __init__(self, *checkpoints: Any, **titles: str) -> None:
        self.checkpoints = checkpoints
        self.branches = {"main": Branch("main", title=titles.get("main", ""))}
        evaluated = np.array([10, 25]), np.array([0.3, 0.2])
        self.history = HistoryView("main", {"main": segment("main", "", 1, 30, dev_cost=evaluated)})


@pytest.fixture
def dock(qtbot: QtBot) -> CheckpointsDock:
    made = CheckpointsDock()
    qtbot.addWidget(made)
    return made


def rows(dock: CheckpointsDock) -> list[tuple[str, ...]]:
    """Step, branch and whether it is on the disk, of each row."""
    items = [dock.list.topLevelItem(row) for row in range(dock.list.topLevelItemCount())]
    return [(item.text(0), item.text(2), item.text(6)) for item in items]


FIRST = checkpoint("000001", "main", 10, saved=True)
SECOND = checkpoint("000002", "main", 20)
THIRD = checkpoint("000003", "main", 30)


def test_that_the_list_follows_the_tree_newest_first(dock: CheckpointsDock) -> None:
    assert dock.show_snapshot(Tree(FIRST, SECOND))
    assert rows(dock) == [("20", "main", "not yet"), ("10", "main", "yes")]
    saved = replace(SECOND, saved=True)
    assert dock.show_snapshot(Tree(FIRST, saved, THIRD))
    assert rows(dock) == [("30", "main", "not yet"), ("20", "main", "yes"), ("10", "main", "yes")]
    assert not dock.show_snapshot(Tree(FIRST, saved, THIRD))
    assert dock.show_snapshot(Tree(saved, THIRD, main="gentler"))
    assert rows(dock) == [("30", "gentler", "not yet"), ("20", "gentler", "yes")]


def test_that_a_dev_cost_that_is_not_of_the_state_itself_says_so(dock: CheckpointsDock) -> None:
    dock.show_snapshot(Tree(replace(FIRST, dev_cost=0.3), replace(THIRD, dev_cost=0.2)))
    assert [dock.list.topLevelItem(row).text(3) for row in (0, 1)] == ["0.2000 @ 25", "0.3000"]


def test_that_a_row_that_stays_as_it_is_is_not_made_anew(dock: CheckpointsDock) -> None:
    dock.show_snapshot(Tree(FIRST, SECOND))
    item = dock.list.topLevelItem(1)
    item.setText(5, "untouched")
    dock.show_snapshot(Tree(FIRST, SECOND, THIRD))
    assert dock.list.topLevelItem(2) is item
    assert item.text(5) == "untouched"


def test_that_the_selection_stays_with_its_checkpoint(dock: CheckpointsDock) -> None:
    dock.show_snapshot(Tree(FIRST, SECOND))
    dock.list.setCurrentItem(dock.list.topLevelItem(1))
    dock.show_snapshot(Tree(FIRST, replace(SECOND, saved=True), THIRD))
    assert dock.selected_key() == FIRST.key


def test_that_nothing_is_selected_once_the_selected_checkpoint_is_gone(
    dock: CheckpointsDock,
) -> None:
    dock.show_snapshot(Tree(FIRST, SECOND, THIRD))
    dock.list.setCurrentItem(dock.list.topLevelItem(1))
    asked = list[str]()
    dock.rollback_wanted.connect(asked.append)
    dock.show_snapshot(Tree(FIRST, THIRD))
    assert dock.selected_key() == ""
    assert not dock.button.isEnabled()
    dock.button.click()
    assert asked == []


def test_that_nothing_becomes_selected_when_a_row_goes_that_only_has_the_focus(
    dock: CheckpointsDock,
) -> None:
    """Tab into the list makes a row the current one without selecting it."""
    dock.show_snapshot(Tree(FIRST, SECOND, THIRD))
    model = dock.list.selectionModel()
    model.setCurrentIndex(dock.list.model().index(1, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    assert dock.selected_key() == ""
    dock.show_snapshot(Tree(FIRST, THIRD))
    assert dock.selected_key() == ""
    assert not dock.button.isEnabled()


def test_that_another_session_begins_with_an_empty_list(dock: CheckpointsDock) -> None:
    dock.show_snapshot(Tree(FIRST, SECOND))
    dock.clear()
    assert rows(dock) == []
    dock.show_snapshot(Tree(replace(FIRST, step=99)))
    assert rows(dock) == [("99", "main", "yes")]


def test_that_the_button_says_what_it_waits_for(dock: CheckpointsDock) -> None:
    dock.show_snapshot(Tree(FIRST, SECOND))
    assert "Select a checkpoint" in dock.button.toolTip()
    dock.list.setCurrentItem(dock.list.topLevelItem(0))
    assert dock.button.isEnabled()
    assert "Go back to the selected checkpoint" in dock.button.toolTip()
    dock.clear()
    assert "Select a checkpoint" in dock.button.toolTip()
