"""The upper part of the dialog: which recipe, which data, what to call the session and where."""

from __future__ import annotations

from pathlib import Path

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

from dllab.places import sessions_folder
from dllab_ui.dialogs.recipe_list import fill_with_recipes
from dllab_ui.new_session.source_field import SourceField

OWN = "your own data"
OWN_WORDS = (
    "Text (CSV and its kin), NumPy (.npy, .npz), HDF5, IDX, or a folder with a folder of images "
    "for each class. What is detected can be changed."
)


class Head(QWidget):
    """Lists and lines only; what follows from them is the dialog's."""

    def __init__(self) -> None:
        super().__init__()
        self.recipe = QComboBox()
        self.recipe.addItem(OWN)
        fill_with_recipes(self.recipe)
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.source = SourceField()
        self.folder = QLineEdit(str(sessions_folder()))
        self.description = QLabel()
        self.description.setWordWrap(True)
        self.description.setProperty("tone", "muted")
        named = (
            ("recipe", self.recipe, "Recipe"),
            ("name", self.name, "Name"),
            ("folder", self.folder, "Folder for the session"),
        )
        for name, widget, meaning in named:
            widget.setObjectName(f"new.{name}")
            widget.setAccessibleName(meaning)
        folder = QHBoxLayout()
        folder.addWidget(self.folder, 1)
        folder.addWidget(self._browse_button())
        form = QGridLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setColumnStretch(1, 2)
        form.setColumnStretch(3, 3)
        form.addWidget(_label("&Recipe", self.recipe), 0, 0)
        form.addWidget(self.recipe, 0, 1)
        form.addWidget(_label("&Data", self.source.box), 0, 2)
        form.addWidget(self.source, 0, 3)
        form.addWidget(self.description, 1, 0, 1, 4)
        form.addWidget(_label("&Name", self.name), 2, 0)
        form.addWidget(self.name, 2, 1)
        form.addWidget(_label("Sa&ve in", self.folder), 2, 2)
        form.addLayout(folder, 2, 3)

    @property
    def place(self) -> Path:
        """The folder in which the session's own folder is made."""
        return Path(self.folder.text().strip()).expanduser()

    def folder_problem(self) -> str:
        """What is wrong with that folder, or ""."""
        text = self.folder.text().strip()
        if not text:
            return "Give a folder in which the session's own folder is made."
        try:
            if self.place.is_file():
                return f"{text} is a file; give a folder in which the session's folder is made."
        except (OSError, ValueError, RuntimeError):
            return f"{text[:60]} is no name of a folder; give another one."
        return ""

    def source_problem(self) -> str:
        """Why there are no data to look at, or ""."""
        if not self.source.source:
            return "Choose a file or a folder, or the name of built-in data."
        if self.source.waits_for_enter:
            return "This is a folder; press Enter to look for images in it."
        return ""

    def be_own(self) -> None:
        """Say that the data are one's own, without a change that somebody would hear of."""
        self.recipe.blockSignals(True)
        self.recipe.setCurrentText(OWN)
        self.recipe.blockSignals(False)
        self.description.setText(OWN_WORDS)

    def _browse_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("new.browse_folder")
        button.setText("…")
        button.setToolTip("Choose a folder for the session")
        button.setAccessibleName("Choose a folder for the session")
        button.clicked.connect(self._browse)
        return button

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Choose a folder for the session", self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label
