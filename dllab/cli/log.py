"""The log file: where the details go that a sentence leaves out."""

from __future__ import annotations

import logging
import tempfile
from logging.handlers import RotatingFileHandler
from pathlib import Path

from dllab.places import sessions_folder

_NAME = "dllab.log"
_log = logging.getLogger("dllab")


class _QuietHandler(RotatingFileHandler):
    # A log that cannot be written must not put a traceback into the terminal.
    def handleError(self, record: logging.LogRecord) -> None:
        return

    def _open(self):  # type: ignore[no-untyped-def]
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()


_handler: _QuietHandler | None = None


def start() -> None:
    """Log into the sessions folder; the file appears with the first entry."""
    global _handler
    if _handler is None:
        _handler = _make(sessions_folder())
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
    record = _log.makeRecord(_log.name, logging.ERROR, __file__, 0, what, (), _exception())
    path = Path()
    for folder in (sessions_folder(), Path(tempfile.gettempdir())):
        handler, path = _make(folder), folder / _NAME
        before = _size(path)
        handler.handle(record)
        handler.close()
        if _size(path) > before:
            break
    return path


def _exception():  # type: ignore[no-untyped-def]
    import sys

    return sys.exc_info()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _make(folder: Path) -> _QuietHandler:
    handler = _QuietHandler(
        folder / _NAME, maxBytes=1_000_000, backupCount=2, delay=True, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler
