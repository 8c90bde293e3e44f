"""The log file: where the details go that a sentence leaves out."""

from __future__ import annotations

import logging
import sys
import tempfile
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from dllab.places import sessions_folder

_NAME = "dllab.log"
_log = logging.getLogger("dllab")


class LogFile(RotatingFileHandler):
    """Writes ``dllab.log`` in a folder; it appears with the first entry and never raises."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder / _NAME, maxBytes=1_000_000, backupCount=2, delay=True, encoding="utf-8"
        )
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self.failed = False

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        """Note that an entry was lost; logging's own way puts a traceback into the terminal."""
        self.failed = True


_handler: LogFile | None = None


def log_file() -> Path:
    """Where the log file lies, if there is anything in it."""
    return sessions_folder() / _NAME


def start() -> None:
    """Log into the sessions folder; the file appears with the first entry."""
    global _handler
    if _handler is None:
        _handler = LogFile(sessions_folder())
        _log.addHandler(_handler)


def stop() -> None:
    """Log no more."""
    global _handler
    if _handler is not None:
        _log.removeHandler(_handler)
        _handler.close()
        _handler = None


def keep(what: str) -> Path:
    """Log the exception under way with its traceback; return the file that has it.

    That is the one in the sessions folder or, where that cannot be written, in the system's folder
    for temporary files.
    """
    record = _log.makeRecord(_log.name, logging.ERROR, __file__, 0, what, (), sys.exc_info())
    path = Path()
    for folder in (sessions_folder(), Path(tempfile.gettempdir())):
        handler, path = LogFile(folder), folder / _NAME
        handler.handle(record)
        handler.close()
        if not handler.failed:
            break
    return path
