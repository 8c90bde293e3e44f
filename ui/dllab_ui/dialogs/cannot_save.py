"""The window was to be closed, and the last state could not be written."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMessageBox, QWidget


class CannotSaveBox(QMessageBox):
    """Says what could not be saved; the close can be taken back."""

    stay_chosen = Signal()
    leave_chosen = Signal()

    def __init__(self, parent: QWidget, message: str) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.cannot_save")
        self.setIcon(QMessageBox.Icon.Warning)
        self.setWindowTitle("Not saved")
        self.setText("The last state could not be saved, so the window stays open.")
        self.setInformativeText(f"{message}\n\nWhat was saved before is whole.")
        stay = self.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
        stay.setObjectName("cannot_save.stay")
        go = self.addButton("Close without the last steps", QMessageBox.ButtonRole.DestructiveRole)
        go.setObjectName("cannot_save.leave")
        self.setDefaultButton(stay)
        self.setEscapeButton(stay)
        self.buttonClicked.connect(
            lambda button: (self.leave_chosen if button is go else self.stay_chosen).emit()
        )
        self.finished.connect(self.deleteLater)
