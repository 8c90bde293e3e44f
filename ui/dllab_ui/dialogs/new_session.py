"""New session: a built-in recipe, changed to taste; nothing is created before all is well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from dllab.data.builtin import BUILTIN
from dllab.errors import DllabError
from dllab.hyperparameters import TABLE
from dllab.places import sessions_folder
from dllab.recipe import Recipe, builtin_recipes
from dllab_ui.dialogs.base import BaseDialog
from dllab_ui.dialogs.data_facts import DataReader, preview
from dllab_ui.dialogs.field import Field

_COLUMNS = (
    (
        "hidden_layers", "activation", "initialization", "output", "normalization", "precision",
        "seed",
    ),
    (
        "optimizer", "learning_rate", "mini_batch_size", "keep_prob", "l2", "epochs",
        "dev_examples",
    ),
)  # fmt: skip


class NewSessionDialog(BaseDialog):
    """``chosen`` brings the checked recipe and the folder in which to make the session."""

    chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None, recipe: str = "mnist") -> None:
        super().__init__(parent, "new", "New session", "Create")
        self._recipes = builtin_recipes()
        self._reader = DataReader(self)
        self._reader.found.connect(self._check)
        self._filling = False
        self.recipe = QComboBox()
        self.recipe.addItems(list(self._recipes))
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.source = QComboBox()
        self.source.setEditable(True)
        self.source.addItems(list(BUILTIN))
        self.folder = QLineEdit(str(sessions_folder()))
        self.fields = {key: Field(TABLE[key], "new") for column in _COLUMNS for key in column}
        self.description = QLabel()
        self.description.setWordWrap(True)
        self.description.setProperty("tone", "muted")
        self.preview = QLabel()
        self.preview.setObjectName("new.preview")
        self.preview.setWordWrap(True)
        self.preview.setProperty("strong", True)
        self._lay_out()
        self.recipe.currentTextChanged.connect(self._fill)
        self.name.textChanged.connect(self._check)
        self.source.currentTextChanged.connect(self._check)
        self.folder.textChanged.connect(self._check)
        for field in self.fields.values():
            field.on_change(self._check)
        self.recipe.setCurrentText(recipe)
        self._fill(self.recipe.currentText())
        self.accepted.connect(self._tell)
        self.finished.connect(self._reader.wait)

    def _lay_out(self) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setColumnStretch(1, 1)
        form.setColumnStretch(3, 1)
        data = QHBoxLayout()
        data.addWidget(self.source, 1)
        data.addWidget(self._browse_button("new.browse_data", "Choose a data file", False))
        folder = QHBoxLayout()
        folder.addWidget(self.folder, 1)
        folder.addWidget(self._browse_button("new.browse_folder", "Choose a folder", True))
        named = (("recipe", self.recipe, "Recipe"), ("source", self.source, "Data"),
                 ("name", self.name, "Name"), ("folder", self.folder, "Folder"))  # fmt: skip
        for name, widget, meaning in named:
            widget.setObjectName(f"new.{name}")
            widget.setAccessibleName(meaning)
        form.addWidget(_label("Recipe", self.recipe), 0, 0)
        form.addWidget(self.recipe, 0, 1)
        form.addWidget(_label("Data", self.source), 0, 2)
        form.addLayout(data, 0, 3)
        form.addWidget(self.description, 1, 0, 1, 4)
        form.addWidget(_label("Name", self.name), 2, 0)
        form.addWidget(self.name, 2, 1)
        form.addWidget(_label("Folder", self.folder), 2, 2)
        form.addLayout(folder, 2, 3)
        form.setRowMinimumHeight(3, 8)
        for column, keys in enumerate(_COLUMNS):
            for row, key in enumerate(keys, start=4):
                record, field = TABLE[key], self.fields[key]
                name = record.name
                if "_" not in name:
                    name = name[0].upper() + name[1:]
                form.addWidget(_label(name, field.widget), row, 2 * column)
                form.addWidget(field.widget, row, 2 * column + 1)
        self.body.addLayout(form)
        self.body.addWidget(self.preview)
        self.setMinimumWidth(760)

    def _browse_button(self, name: str, meaning: str, folders: bool) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText("…")
        button.setToolTip(meaning)
        button.setAccessibleName(meaning)
        button.clicked.connect(lambda: self._browse(meaning, folders))
        return button

    def _browse(self, meaning: str, folders: bool) -> None:
        dialog = QFileDialog(self, meaning, self.folder.text())
        if folders:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.fileSelected.connect(self.folder.setText)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter("dllab data (*.h5);;All files (*)")
            dialog.fileSelected.connect(self.source.setCurrentText)
        dialog.open()

    def fill(self, recipe: Recipe) -> None:
        """Start from this recipe, which becomes one of the list."""
        self._recipes[recipe.name] = recipe
        if self.recipe.findText(recipe.name) < 0:
            self.recipe.addItem(recipe.name)
        self.recipe.setCurrentText(recipe.name)
        self._fill(recipe.name)

    def _fill(self, name: str) -> None:
        recipe = self._recipes[name]
        self._filling = True
        self.name.setText(recipe.name)
        self.source.setCurrentText(recipe.source)
        self.description.setText(recipe.description)
        for key, field in self.fields.items():
            field.show(recipe.values[key])
        self._filling = False
        self._check()

    def wanted(self) -> Recipe:
        """The recipe as the fields stand; raises `DllabError` with a sentence."""
        base = self._recipes[self.recipe.currentText()]
        values = dict(base.values)
        values.update({key: field.value() for key, field in self.fields.items()})
        source = self.source.currentText().strip()
        same = source == base.source
        return replace(
            base, name=self.name.text().strip(), source=source, values=values,
            examples=base.examples if same else None, noise=base.noise if same else None,
        )  # fmt: skip

    def _check(self) -> None:
        if self._filling:
            return
        self.preview.clear()
        try:
            recipe = self.wanted()
        except DllabError as error:
            self.complain(str(error))
            return
        if not self.folder.text().strip():
            self.complain("Give a folder in which the session's own folder is made.")
            return
        values = recipe.values
        facts, why = self._reader.facts(recipe.source, recipe.examples, values["dev_examples"])
        self.complain(why)
        if facts is not None:
            self.preview.setText(
                preview(facts, values["hidden_layers"], values["output"], values["mini_batch_size"])
            )
        elif not why:
            self.preview.setText("Looking at the data …")

    def _tell(self) -> None:
        self.chosen.emit(self.wanted(), Path(self.folder.text().strip()).expanduser())


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label
