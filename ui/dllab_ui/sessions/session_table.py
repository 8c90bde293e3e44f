"""The sessions as a table: one row each, sorted and searched by a proxy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QRegularExpression,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QStandardItem, QStandardItemModel

from dllab.sessions.in_words import age_in_words, size_in_words
from dllab.sessions.summary import Summary
from dllab_ui import words
from dllab_ui.sessions.course_icon import course_icon
from dllab_ui.theme import Theme

FOLDER = Qt.ItemDataRole.UserRole + 1
SORT = Qt.ItemDataRole.UserRole + 2
WORDS = Qt.ItemDataRole.UserRole + 3

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_STATES = {
    "open here": "open here",
    "open elsewhere": "open elsewhere",
    "ended badly": "not closed",
    "closed": "closed",
}


@dataclass(frozen=True)
class Column:
    """A heading, what a cell says and what it is sorted by."""

    heading: str
    meaning: str
    text: Callable[[Summary], str]
    rank: Callable[[Summary], Any]
    is_number: bool = False


def _state(s: Summary) -> str:
    return "damaged" if s.problem else _STATES[s.state]


def _high(value: float | None) -> float:
    """What is not known comes last, whatever the values are."""
    return float("inf") if value is None or value != value else value


COLUMNS = (
    Column(
        "course", "Dev cost over the steps, where it is known; else that of the mini-batches.",
        lambda s: "", lambda s: _high(s.best_dev_cost),
    ),
    Column("name", "What you call it; F2 changes it.", lambda s: s.name, lambda s: s.name.lower()),
    Column("recipe", "The recipe it was started from.", lambda s: s.recipe,
           lambda s: s.recipe.lower()),
    Column(
        "step", "Where it goes on.", lambda s: words.NOTHING if s.step is None
        else words.count(s.step), lambda s: _high(s.step), True,
    ),
    Column(
        "dev cost", "The latest one before that step.", lambda s: words.cost(s.dev_cost),
        lambda s: _high(s.dev_cost), True,
    ),
    Column(
        "best", "The lowest dev cost known on the way there.",
        lambda s: words.cost(s.best_dev_cost), lambda s: _high(s.best_dev_cost), True,
    ),
    Column("size", "All its files on the disk.", lambda s: size_in_words(s.bytes),
           lambda s: s.bytes, True),
    Column("last used", "Its last journal entry.", lambda s: age_in_words(s.last_used),
           lambda s: s.last_used),
    Column("state", "Whether it is open, and how it ended.", _state, _state),
)  # fmt: skip
COURSE, NAME, LAST_USED, STATE = 0, 1, 7, 8


class SessionTable(QStandardItemModel):
    """Holds what the cells show in items of Qt's own.

    While sessions are read in a thread beside, each call from Qt back into Python would wait for
    the interpreter's lock; a model written in Python held the window up for a fifth of a second.
    """

    renamed = Signal(object, str)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self._theme = theme
        self._shown: dict[Path, Summary] = {}
        self._filling = False
        for place, column in enumerate(COLUMNS):
            head = QStandardItem(column.heading)
            head.setToolTip(column.meaning)
            head.setTextAlignment(_RIGHT if column.is_number else _LEFT)
            self.setHorizontalHeaderItem(place, head)
        self.itemChanged.connect(self._on_changed)

    def take(self, found: Sequence[Summary], *, complete: bool) -> None:
        """Show these; with ``complete`` all others are gone. Rows that stay keep their place."""
        self._filling = True
        rows = {self.item(row, 0).data(FOLDER): row for row in range(self.rowCount())}
        for summary in found:
            if self._shown.get(summary.folder) == summary:
                continue
            if summary.folder in self._shown:
                self._fill(rows[str(summary.folder)], summary)
            else:
                self.appendRow([QStandardItem() for _ in COLUMNS])
                self._fill(self.rowCount() - 1, summary)
            self._shown[summary.folder] = summary
        if complete:
            self._forget_all_but({summary.folder for summary in found})
        self._filling = False

    def _forget_all_but(self, there: set[Path]) -> None:
        gone = {str(folder) for folder in self._shown if folder not in there}
        for row in range(self.rowCount() - 1, -1, -1):
            if self.item(row, 0).data(FOLDER) in gone:
                self.removeRow(row)
        self._shown = {folder: s for folder, s in self._shown.items() if folder in there}

    def _fill(self, row: int, summary: Summary) -> None:
        tip = tooltip(summary)
        for place, column in enumerate(COLUMNS):
            item = self.item(row, place)
            text = column.text(summary)
            item.setText(text)
            item.setToolTip(tip)
            item.setData(column.rank(summary), SORT)
            item.setData(f"{column.heading}: {text}", Qt.ItemDataRole.AccessibleTextRole)
            item.setTextAlignment(_RIGHT if column.is_number else _LEFT)
            item.setEditable(place == NAME)
        first = self.item(row, COURSE)
        first.setData(str(summary.folder), FOLDER)
        first.setData(
            f"{summary.name} {summary.recipe} {summary.folder.name} {_state(summary)}", WORDS
        )
        first.setIcon(course_icon(summary.curve, self._theme))
        self.item(row, STATE).setForeground(QColor(self._state_colour(summary)))

    def _state_colour(self, summary: Summary) -> str:
        if summary.problem:
            return self._theme.danger
        return self._theme.warning if summary.state == "ended badly" else self._theme.text

    def summary(self, index: QModelIndex) -> Summary:
        """The session of a row of this model or of a proxy on it."""
        return self._shown[Path(index.siblingAtColumn(COURSE).data(FOLDER))]

    def _on_changed(self, item: QStandardItem) -> None:
        if self._filling or item.column() != NAME:
            return
        summary = self.summary(item.index())
        typed = item.text()
        # It is written elsewhere, and comes back by `take`.
        self._filling = True
        item.setText(summary.name)
        self._filling = False
        if typed != summary.name:
            self.renamed.emit(summary.folder, typed)


class Sorted(QSortFilterProxyModel):
    """Sorts by values, not by their words, and keeps the rows in which every word occurs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setSortRole(SORT)
        self.setFilterRole(WORDS)
        self.setFilterKeyColumn(COURSE)

    def search(self, text: str) -> None:
        """Keep rows whose name, recipe, folder or state have all these words."""
        escape = QRegularExpression.escape
        pattern = "".join(f"(?=.*{escape(word)})" for word in text.split())
        option = QRegularExpression.PatternOption.CaseInsensitiveOption
        self.setFilterRegularExpression(QRegularExpression(pattern, option))

    def row_of(self, folder: Path) -> int:
        """The row that shows a session now, or -1."""
        for row in range(self.rowCount()):
            if self.index(row, COURSE).data(FOLDER) == str(folder):
                return row
        return -1


def tooltip(s: Summary) -> str:
    """More about a session than its row has room for."""
    if s.problem:
        return s.problem
    many = "branches" if s.branches != 1 else "branch"
    made = f"created {words.clock(s.created)}" if s.created else ""
    parts = [str(s.folder), f"{s.checkpoints} checkpoints, {s.branches} {many}", made]
    if s.epoch is not None:
        error = "" if s.dev_error is None else f", dev error {words.percent(s.dev_error)}"
        parts.insert(1, f"epoch {s.epoch:.2f}{error}")
    return "\n".join([*filter(None, parts), *s.notices])
