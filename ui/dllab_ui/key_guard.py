"""Keeps single-key shortcuts from firing while the person types or presses a focused button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

_TEXT = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit)
_HARMLESS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class KeyGuard(QObject):
    """Sits on the widget that has the focus, and only there: a filter on the whole application
    would be asked about every paint."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._guarded: QWidget | None = None
        app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        # A widget may be gone without a word: its `destroyed` is not always heard in time.
        if self._guarded is not None and isValid(self._guarded):
            self._guarded.removeEventFilter(self)
            self._guarded.destroyed.disconnect(self._gone)
        self._guarded = now
        if now is not None:
            now.installEventFilter(self)
            now.destroyed.connect(self._gone)

    def _gone(self) -> None:
        self._guarded = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a plain key for a text field, and Space for a button; Qt's hook."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.modifiers() & ~_HARMLESS:
            return False
        typing = isinstance(watched, _TEXT) or (
            isinstance(watched, QComboBox) and watched.isEditable()
        )
        pressing = event.key() == Qt.Key.Key_Space and isinstance(watched, QAbstractButton)
        if typing or pressing:
            event.accept()
        return typing or pressing
