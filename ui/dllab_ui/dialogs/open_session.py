"""Choose a session folder, a saved file, or where to save one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QPushButton, QWidget

from dllab.places import sessions_folder
from dllab_ui.dialogs.base import BaseDialog, outlives_session
from dllab_ui.words import clock

_MOST = 200


class OpenDialog(BaseDialog):
    """The sessions of this computer, newest first, and the way to any other place."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, "open", "Open session", "Open")
        outlives_session(self)
        self.list = QListWidget()
        self.list.setObjectName("open.list")
        self.list.setAccessibleName("sessions on this computer, newest first")
        for name, path, when in _sessions():
            item = QListWidgetItem(f"{name}    {clock(when)}")
            item.setToolTip(path)
            item.setSizeHint(QSize(0, 26))
            item.setData(0x0100, path)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(self.accept)
        self.file = QPushButton("A saved &file …")
        self.file.setObjectName("open.file")
        self.file.clicked.connect(lambda: self._browse(folders=False))
        self.folder = QPushButton("A session &folder elsewhere …")
        self.folder.setObjectName("open.folder")
        self.folder.clicked.connect(lambda: self._browse(folders=True))
        self.body.addWidget(self.list)
        self.buttons.addButton(self.file, self.buttons.ButtonRole.ActionRole)
        self.buttons.addButton(self.folder, self.buttons.ButtonRole.ActionRole)
        self.stretch_body()
        self.resize(560, 380)
        if not self.list.count():
            self.ok.setEnabled(False)
        self.accepted.connect(self._tell)

    def _tell(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(item.data(0x0100))

    def _browse(self, folders: bool) -> None:
        dialog = QFileDialog(self, self.windowTitle(), str(sessions_folder()))
        dialog.setObjectName("open.browser")
        if folders:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter("dllab files (*.h5);;All files (*)")
        dialog.fileSelected.connect(self._browsed)
        dialog.open()

    def _browsed(self, path: str) -> None:
        self.chosen.emit(path)
        self.reject()


def _sessions() -> list[tuple[str, str, str]]:
    """Name, path and time of the last change of each session folder."""
    from datetime import UTC, datetime

    found = []
    try:
        for folder in sessions_folder().iterdir():
            mark = folder / "session.toml"
            if not mark.is_file():
                continue
            journal = folder / "journal.jsonl"
            changed = (journal if journal.is_file() else mark).stat().st_mtime
            found.append((changed, folder))
    except OSError:
        return []
    newest = sorted(found, reverse=True)[:_MOST]
    return [
        (folder.name, str(folder), datetime.fromtimestamp(changed, UTC).isoformat())
        for changed, folder in newest
    ]
