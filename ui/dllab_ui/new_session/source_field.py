"""Which data: a built-in name, or a file or folder that is typed, browsed for, or dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from dllab.data import BUILTIN
from dllab_ui.widgets.one_shot import one_shot

_PAUSE = 400
_FILTER = (
    "Data (*.csv *.tsv *.txt *.dat *.data *.npz *.npy *.h5 *.hdf5 *.hdf *.mat *.gz *ubyte);;"
    "All files (*)"
)


class SourceField(QWidget):
    """``changed`` says that the text is another one, or that the person has done with it.

    ``settled`` is false while somebody is typing, and stays so at a folder until the Enter key:
    on the way to a file nobody wants images to be looked for in every folder passed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setObjectName("new.source")
        self.box.setAccessibleName("Data")
        self.box.setToolTip(
            "Built-in data, or the path of a file or of a folder with a folder of images for each "
            "class. Files can be dropped here."
        )
        self.line = QLineEdit()
        self.box.setLineEdit(self.line)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setCompleter(None)  # type: ignore[arg-type]
        self.box.addItems(list(BUILTIN))
        self.box.setMinimumContentsLength(16)
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.line.setPlaceholderText("a file, or a folder of images per class")
        self.settled = True
        self.file = self._button("&File …", "new.browse_data", "Choose a data file")
        self.file.clicked.connect(lambda: self._browse(folders=False))
        self.folder = self._button(
            "Fol&der …", "new.browse_images", "Choose a folder with a folder of images per class"
        )
        self.folder.clicked.connect(lambda: self._browse(folders=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.box, 1)
        row.addWidget(self.file)
        row.addWidget(self.folder)
        self._pause = one_shot(self, self._paused, _PAUSE)
        self.box.currentTextChanged.connect(self._edited)
        self.line.editingFinished.connect(self._settle)

    @property
    def source(self) -> str:
        """The name or path as it stands, ``~`` written out."""
        text = self.box.currentText().strip()
        if not text.startswith("~"):
            return text
        try:
            return str(Path(text).expanduser())
        except RuntimeError:
            return text

    @property
    def is_builtin(self) -> bool:
        """Whether the data come with dllab."""
        return self.source in BUILTIN

    def choose(self, source: str) -> None:
        """Take a name or path."""
        self.box.setCurrentText(source)

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._pause.stop()

    def _edited(self) -> None:
        # Only a person's typing marks the line as modified.
        self.settled = not self.line.isModified() or self.source in BUILTIN
        self._pause.stop()
        if not self.settled:
            self._pause.start()
        self.changed.emit()

    def _paused(self) -> None:
        if not (self.line.hasFocus() and _is_folder(self.source)):
            self._settle()
        else:
            self.changed.emit()

    @property
    def waits_for_enter(self) -> bool:
        """Whether a folder has been typed that nobody has said to look into."""
        return not self.settled and not self._pause.isActive()

    def _settle(self) -> None:
        self._pause.stop()
        if not self.settled:
            self.settled = True
            self.changed.emit()

    def _browse(self, *, folders: bool) -> None:
        start = Path(self.source)
        folder = str(start.parent) if self.source and not self.is_builtin else ""
        meaning = self.folder.toolTip() if folders else self.file.toolTip()
        dialog = QFileDialog(self, meaning, folder)
        dialog.setObjectName("new.data_browser")
        if folders:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(_FILTER)
        dialog.fileSelected.connect(self.choose)
        dialog.open()

    @staticmethod
    def _button(text: str, name: str, meaning: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setToolTip(meaning)
        button.setAccessibleName(meaning)
        button.setAutoDefault(False)
        return button


def dropped_path(data: QMimeData) -> str:
    """The file or folder that is dragged, if it is exactly one of this computer."""
    urls = data.urls()
    return urls[0].toLocalFile() if len(urls) == 1 else ""


def _is_folder(source: str) -> bool:
    try:
        return Path(source).is_dir()
    except (OSError, ValueError):
        return False
