"""Which of the searches on the disk is shown, and which one beside it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from dllab.search import Search, searches

_STAMP = re.compile(r"(.+)-(\d{8})-(\d{6})(?:-\d+)?")
_MOST_LISTED, _LIST_WIDTH = 50, 240


class SearchChooser(QWidget):
    """``shown_chosen`` carries a folder, ``other_chosen`` a folder or None."""

    shown_chosen = Signal(object)
    other_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown, self.other = QComboBox(), QComboBox()
        for box, name, meaning, tip in (
            (self.shown, "shown", "search shown", "An earlier search: its plan and its trials."),
            (self.other, "beside", "search beside", "Another search, drawn as hollow diamonds."),
        ):
            box.setObjectName(f"search.{name}")
            box.setAccessibleName(meaning)
            box.setToolTip(tip)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(5)
            box.view().setMinimumWidth(_LIST_WIDTH)
        row = row_of(("Search", self.shown), ("beside", self.other))
        row.setContentsMargins(10, 8, 10, 0)
        self.setLayout(row)
        self.shown.activated.connect(self._on_shown)
        self.other.activated.connect(self._on_other)

    def list_searches(self, shown: Search | None, other: Search | None) -> None:
        """List the searches on the disk, newest first, with these two chosen."""
        found = searches()[:_MOST_LISTED]
        for box, none, current in ((self.shown, "none yet", shown), (self.other, "nothing", other)):
            folder = current.folder if current is not None else None
            with QSignalBlocker(box):
                box.clear()
                if folder is None or box is self.other:
                    box.addItem(none, "")
                for one in [folder, *found] if folder not in (None, *found) else found:
                    if one is not None:
                        box.addItem(_title(one), str(one))
                box.setCurrentIndex(max(0, box.findData(str(folder or ""))))

    def _on_shown(self, index: int) -> None:
        folder = self.shown.itemData(index)
        if folder:
            self.shown_chosen.emit(Path(folder))

    def _on_other(self, index: int) -> None:
        folder = self.other.itemData(index)
        self.other_chosen.emit(Path(folder) if folder else None)


def _title(folder: Path) -> str:
    """The moment first: in a narrow dock, the beginning is all there is to tell them apart."""
    stamp = _STAMP.fullmatch(folder.name)
    if stamp is None:
        return folder.name
    name, date, time = stamp.groups()
    moment = datetime.strptime(f"{date}{time}", "%Y%m%d%H%M%S")
    today = moment.date() == datetime.now().date()
    return f"{moment:%H:%M:%S} · {name}" if today else f"{moment:%d %b %H:%M} · {name}"


def row_of(*parts: tuple[str, QWidget]) -> QHBoxLayout:
    """Widgets in a row, each with its label before it."""
    row = QHBoxLayout()
    row.setSpacing(6)
    for text, widget in parts:
        label = QLabel(text)
        label.setBuddy(widget)
        label.setProperty("tone", "muted")
        row.addWidget(label)
        row.addWidget(widget, 1)
    return row
