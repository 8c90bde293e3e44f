"""The list of built-in recipes under their headings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox

from dllab.recipe import recipe_groups


def fill_with_recipes(box: QComboBox) -> None:
    """Put every built-in recipe into a list; its groups are headings that cannot be chosen."""
    model = box.model()
    for group, recipes in recipe_groups().items():
        box.addItem(group)
        if isinstance(model, QStandardItemModel):
            heading = model.item(box.count() - 1)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
        for name, recipe in recipes.items():
            box.addItem(name)
            box.setItemData(box.count() - 1, recipe.description, Qt.ItemDataRole.ToolTipRole)
    box.setMaxVisibleItems(24)
