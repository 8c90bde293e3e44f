"""The list of recipes in *New session*: under headings that cannot be chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog
from pytestqt.qtbot import QtBot

from dllab.recipe import recipe_groups
from dllab_ui.dialogs.recipe_list import fill_with_recipes
from window import LabWindow


def test_that_recipes_stand_under_headings_that_cannot_be_chosen(qtbot: QtBot) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    fill_with_recipes(box)
    groups = recipe_groups()
    wanted = [text for group, names in groups.items() for text in (group, *names)]
    assert [box.itemText(row) for row in range(box.count())] == wanted
    for row in range(box.count()):
        free = bool(box.model().flags(box.model().index(row, 0)) & Qt.ItemFlag.ItemIsSelectable)
        assert free == (box.itemText(row) not in groups)
    tips = [box.itemData(r, Qt.ItemDataRole.ToolTipRole) for r in range(box.count())]
    assert tips[wanted.index("over-fitting")] == groups["Experiments"]["over-fitting"].description


def test_that_arrow_keys_step_over_a_heading(qtbot: QtBot) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    fill_with_recipes(box)
    last_of_data = list(recipe_groups()["Data"])[-1]
    first_experiment = next(iter(recipe_groups()["Experiments"]))
    box.setCurrentText(last_of_data)
    box.show()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == first_experiment
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.currentText() == last_of_data


def test_that_an_experiment_can_be_chosen_in_the_dialog(circles: LabWindow) -> None:
    circles.trigger("new")
    dialog = circles.child(QDialog, "dialog.new")
    dialog.recipe.setCurrentText("initialization-zeros")
    assert dialog.wanted().values["initialization"] == "zeros"
    circles.until(lambda: dialog.ok.isEnabled())
    dialog.reject()
