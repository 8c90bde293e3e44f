"""The context menu of a plot: whole run, copy, save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

SaveFunction = Callable[[Path], None]


class CsvJob(QObject):
    """Writes pieces of text to a file between other events, so that the window stays alive."""

    done = Signal(str)
    failed = Signal(str)

    def __init__(self, path: Path, pieces: Iterator[str], parent: QObject) -> None:
        super().__init__(parent)
        self._path, self._pieces = path, pieces
        self._beside = path.with_name(path.name + ".part")
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._write_next)

    def start(self) -> None:
        """Begin; ends with ``done`` or ``failed``."""
        try:
            self._file = self._beside.open("w", encoding="utf-8", newline="")
        except OSError as error:
            self.failed.emit(could_not_save(self._path, error))
            self.deleteLater()
            return
        self._timer.start()

    def _write_next(self) -> None:
        try:
            piece = next(self._pieces, None)
            if piece is not None:
                self._file.write(piece)
                return
            self._file.close()
            self._beside.replace(self._path)
        except OSError as error:
            self._beside.unlink(missing_ok=True)
            self.failed.emit(could_not_save(self._path, error))
        else:
            self.done.emit(f"Saved {self._path}")
        self._timer.stop()
        self.deleteLater()


def could_not_save(path: Path, error: OSError) -> str:
    """The sentence for a file that could not be written."""
    reason = error.strerror or str(error)
    return f"{path.name} was not saved in {path.parent}: {reason}. Choose another folder or name."


def context_menu(
    parent: QWidget,
    whole_run: Callable[[], None],
    copy: Callable[[], None],
    save: Callable[[str], None],
) -> QMenu:
    """Build the menu; ``save`` gets "png", "svg" or "csv"."""
    menu = QMenu(parent)
    menu.addAction("&Whole run\tHome", whole_run)
    menu.addSeparator()
    menu.addAction("&Copy image\tCtrl+C", copy)
    menu.addAction("Save as P&NG…", lambda: save("png"))
    menu.addAction("Save as S&VG…", lambda: save("svg"))
    menu.addAction("Save all &points as CSV…", lambda: save("csv"))
    return menu


def ask_path(parent: QWidget, name: str, kind: str) -> Path | None:
    """Ask where to save; None when cancelled."""
    chosen, _ = QFileDialog.getSaveFileName(
        parent, f"Save plot as {kind.upper()}", f"{name}.{kind}", f"{kind.upper()} (*.{kind})"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(f".{kind}")
