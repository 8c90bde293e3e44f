"""Asking where a file is to be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(
    parent: QWidget, name: str, title: str, kind: str, start: str, then: Callable[[Path], object]
) -> None:
    """Ask for a path, beginning with the file name ``start`` in the home folder, for ``then``.

    ``kind`` is what people call such files; their suffix is that of ``start``. ``name`` ends the
    object name.
    """
    # A session may be called anything.
    proposed = Path.home() / start.replace("/", "-")
    suffix = proposed.suffix
    dialog = QFileDialog(parent, title, str(proposed), f"{kind} (*{suffix})")
    dialog.setObjectName(f"dialog.{name}")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    dialog.selectFile(str(proposed))
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
