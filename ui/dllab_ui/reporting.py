"""No swallowed error: whatever goes wrong anywhere ends in one dialog and one log entry."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QMessageBox

from dllab.log import LogFile, log_file
from dllab.places import sessions_folder

_log = logging.getLogger("dllab")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
}


def start_log() -> None:
    """Log to a file in the sessions folder; without one the window works all the same."""
    logging.getLogger().addHandler(LogFile(sessions_folder()))
    logging.getLogger().setLevel(logging.INFO)


class Reporter(QObject):
    """Hooks every place an exception can get lost in, and shows the first of a flood."""

    happened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._box: QMessageBox | None = None
        self._more = 0
        self._old: tuple[Any, Any, Any] | None = None
        # Queued: a dialog must not open in the middle of a paint or in another thread.
        self.happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks of the interpreter and of Qt."""
        self._old = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._on_exception(
            args.exc_type, args.exc_value, args.exc_traceback
        )
        sys.unraisablehook = lambda args: self._on_exception(
            args.exc_type, args.exc_value, args.exc_traceback
        )
        qInstallMessageHandler(_log_qt)

    def remove(self) -> None:
        """Give the hooks back."""
        if self._old is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._old
            self._old = None
            qInstallMessageHandler(None)

    def _on_exception(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value or kind(), trace)
            return
        _log.error("not caught", exc_info=(kind, value, trace))  # type: ignore[arg-type]
        name = kind.__name__ if kind is not None else "error"
        self.happened.emit(f"{name}: {value}")

    def _show(self, what: str) -> None:
        if self._box is not None:
            self._more += 1
            self._box.setInformativeText(_kept() + f"\n\n… and {self._more} more, in the log file.")
            return
        self._more = 0
        self._box = QMessageBox(QMessageBox.Icon.Warning, "dllab", _sentence(what))
        self._box.setObjectName("dialog.error")
        self._box.setInformativeText(_kept())
        self._box.finished.connect(self._gone)
        self._box.open()

    def _gone(self) -> None:
        box, self._box = self._box, None
        if box is not None:
            box.deleteLater()


def _sentence(what: str) -> str:
    return f"Something went wrong inside dllab: {what.splitlines()[0][:300]}"


def _kept() -> str:
    return f"The session is kept and training is not touched. Details: {log_file()}"


def _log_qt(kind: QtMsgType, _context: object, message: str | None) -> None:
    _log.log(_QT_LEVELS.get(kind, logging.ERROR), "Qt: %s", message)
