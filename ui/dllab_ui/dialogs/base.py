"""What the dialogs share."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

_STAYS = "outlives_session"


def outlives_session(dialog: QDialog) -> None:
    """Let a dialog stay when another session comes: what is chosen in it is not done to this one.

    What is opened from it stays with it.
    """
    dialog.setProperty(_STAYS, True)


def reject_questions(window: QWidget) -> None:
    """Take back all that a window asks about a session that goes: answered, it would be done to
    the one that comes."""
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible() and not _stays(dialog):
            dialog.reject()


def _stays(dialog: QDialog) -> bool:
    widget: QWidget | None = dialog
    while widget is not None:
        if widget.property(_STAYS):
            return True
        widget = widget.parentWidget()
    return False


class BaseDialog(QDialog):
    """A modal dialog with a body, a line for what is wrong, and two buttons named in words."""

    def __init__(self, parent: QWidget | None, name: str, title: str, accept: str) -> None:
        super().__init__(parent)
        self.setObjectName(f"dialog.{name}")
        self.setWindowTitle(title)
        self.setModal(True)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.problem = QLabel()
        self.problem.setObjectName(f"{name}.problem")
        self.problem.setWordWrap(True)
        self.problem.setProperty("tone", "danger")
        self.problem.hide()
        self.buttons = QDialogButtonBox()
        self.ok = QPushButton(accept)
        self.ok.setObjectName(f"{name}.accept")
        self.ok.setDefault(True)
        self.cancel = QPushButton("Cancel")
        self.cancel.setObjectName(f"{name}.cancel")
        self.buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(12)
        layout.addLayout(self.body)
        layout.addWidget(self.problem)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self._layout = layout
        self.finished.connect(self.deleteLater)

    def stretch_body(self) -> None:
        """Let the body take all the room there is, for a body with a list in it."""
        self._layout.setStretch(0, 1)
        self._layout.setStretch(2, 0)

    def complain(self, text: str) -> None:
        """Say what is wrong and hold the accept button, or (empty) say that all is well."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.ok.setEnabled(not text)
        self.ok.setToolTip(text)
