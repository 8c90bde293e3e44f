"""The session was to be left, and its last state could not be written."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMessageBox, QWidget


class CannotSaveBox(QMessageBox):
    """Says what could not be saved; whatever would lose it can be taken back.

    ``so`` says what has not happened because of that, ``leave`` what happens if the person insists.
    """

    stay_chosen = Signal()
    leave_chosen = Signal()

    def __init__(self, parent: QWidget, message: str, so: str, leave: str) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.cannot_save")
        self.setIcon(QMessageBox.Icon.Warning)
        self.setWindowTitle("Not saved")
        self.setText(f"The last state could not be saved, so {so}.")
        self.setInformativeText(message)
        stay = self.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
        stay.setObjectName("cannot_save.stay")
        go = self.addButton(leave, QMessageBox.ButtonRole.DestructiveRole)
        go.setObjectName("cannot_save.leave")
        self.setDefaultButton(stay)
        self.setEscapeButton(stay)
        # Not by `buttonClicked`: the box may go without a button, and then nobody has agreed.
        self.finished.connect(
            lambda _: (self.leave_chosen if self.clickedButton() is go else self.stay_chosen).emit()
        )
        self.finished.connect(self.deleteLater)
